//! The prelude of a streamed response: the JSON before its body.
//!
//! - Function URLs: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>
//! - REST APIs: <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>

use http::response::Parts;
use serde::Serialize;

use super::reply::{Joined, Lists, SetCookies};
use crate::front_door::FrontDoor;

/// A reply without its body. A REST API refuses members that it does not know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prelude<'r> {
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Joined<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_headers: Option<Lists<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookies: Option<SetCookies<'r>>,
}

/// Writes the prelude of a response. Headers have the form of the whole replies of the front door.
pub(crate) fn prelude(front_door: FrontDoor, head: &Parts) -> serde_json::Result<Vec<u8>> {
    let Parts { status, headers, .. } = head;
    let prelude =
        Prelude { status_code: status.as_u16(), headers: None, multi_value_headers: None, cookies: None };
    serde_json::to_vec(&if front_door == FrontDoor::RestApi {
        Prelude { multi_value_headers: Some(Lists(headers)), ..prelude }
    } else {
        let joined = Joined { headers, with_cookie: false };
        Prelude { headers: Some(joined), cookies: Some(SetCookies(headers)), ..prelude }
    })
}
