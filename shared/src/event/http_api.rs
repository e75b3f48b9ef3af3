//! API Gateway HTTP APIs, payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use http::HeaderMap;

use super::EventError;
use super::envelope::{Envelope, Http};
use super::mount::{covered, without_stage};
use super::reply::{Joined, Reply, SetCookies};
use super::strings::Text;
use super::target::{Target, address};
use crate::route::PathEncoding;

/// Reads what payload 2.0 says, with the path as the front door encodes it.
pub(super) fn target<'e>(event: &'e Envelope<'_>, encoding: PathEncoding) -> Result<Target<'e>, EventError> {
    let context = event.request_context.as_ref();
    let Http { method, source_ip } = context
        .and_then(|context| context.http.as_ref())
        .ok_or(EventError::Missing("requestContext.http"))?;
    Ok(Target {
        method: method
            .as_ref()
            .map(|Text(method)| &**method)
            .ok_or(EventError::Missing("requestContext.http.method"))?,
        path: path(event),
        encoding,
        parameter_encoding: PathEncoding::Decoded,
        query: Text::or_empty(event.raw_query_string.as_ref()).into(),
        client_ip: address(source_ip.as_ref()),
    })
}

/// `rawPath` begins with a named stage, but not behind a custom domain; its route tells the two apart, also
/// where a route's first segment is called like the stage.
fn path<'e>(event: &'e Envelope<'_>) -> &'e str {
    let path = Text::or_empty(event.raw_path.as_ref());
    let stage = event.request_context.as_ref().and_then(|context| context.stage.as_ref());
    let short = without_stage(path, stage);
    if short.len() == path.len() {
        return path;
    }
    let (_, route) = Text::or_empty(event.route_key.as_ref()).split_once(' ').unwrap_or_default();
    covered(path, route, &event.path_parameters).unwrap_or(short)
}

/// All members, always: cargo-lambda answers 500 to a reply without `cookies`.
///
/// A repeated header is one value: payload 2.0 has no other way. `set-cookie` cannot be joined, and has a
/// member of its own.
pub(super) fn reply<'r>(reply: Reply<'r>, headers: &'r HeaderMap) -> Reply<'r> {
    let joined = Joined { headers, with_cookie: false };
    Reply { headers: Some(joined), cookies: Some(SetCookies(headers)), ..reply }
}

#[cfg(test)]
mod tests;
