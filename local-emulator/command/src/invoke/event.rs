//! Functions that are invoked with an event, through Lambda's Invoke API.

use api_routes_project::tool;
use http::Method;
use http::header::CONTENT_TYPE;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::api::KnownFunction;
use super::draft::{DraftBody, RequestDraft, lines};
use super::record::INVOKE_PATHS;
use crate::parity::HeaderLine;

/// The characters that a path escapes: all but those of a function's name or ARN.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b':').remove(b'$');

/// A route that no function has.
#[derive(Debug, thiserror::Error)]
#[error(
    "no function has the route `{route}`: write it as its folder, such as `/api/posts/[id]`; `{}` lists all routes",
    tool::command("routes")
)]
pub(super) struct UnknownRoute {
    route: String,
}

/// Returns the name by which the Invoke API knows a function. A name that is not a route may be a logical id or an ARN,
/// which that API knows itself.
pub(super) fn function(name: &str, functions: &[KnownFunction]) -> Result<String, UnknownRoute> {
    let route = name.trim_matches('/');
    let found = functions.iter().find(|function| function.route.trim_matches('/') == route);
    match found {
        Some(found) => Ok(found.function.clone()),
        None if name.contains('/') => Err(UnknownRoute { route: name.to_owned() }),
        None => Ok(name.to_owned()),
    }
}

/// Makes the call of the Invoke API, as a request that any front door takes.
pub(super) fn invocation(function: &str, event: Vec<u8>, headers: &[HeaderLine]) -> RequestDraft {
    let content_type = (CONTENT_TYPE.to_string(), "application/json".to_owned());
    RequestDraft {
        front_door: None,
        method: Some(Method::POST.to_string()),
        target: Some(format!("{INVOKE_PATHS}{}/invocations", utf8_percent_encode(function, ESCAPED))),
        headers: Some([content_type].into_iter().chain(lines(headers)).collect()),
        body: Some(DraftBody::from_bytes(event)),
    }
}
