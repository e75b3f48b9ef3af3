//! API Gateway HTTP APIs, payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use api_routes_routing::PathEncoding;
use http::HeaderMap;

use super::EventError;
use super::envelope::{Envelope, Http};
use super::mount::{covered, without_stage};
use super::reply::{Joined, Reply, SetCookies};
use super::strings::{Pairs, Text};
use super::target::Target;

/// Reads payload 2.0. `encoding` is the encoding of its path.
pub(super) fn target<'e>(event: &'e Envelope<'_>, encoding: PathEncoding) -> Result<Target<'e>, EventError> {
    let context = &event.request_context;
    let Http { method, source_ip } = &context.http;
    Ok(Target {
        method: method
            .as_ref()
            .map(|Text(method)| &**method)
            .ok_or(EventError::Missing("requestContext.http.method"))?,
        path: path(
            Text::or_empty(event.raw_path.as_ref()),
            context.stage.as_ref(),
            Text::or_empty(event.route_key.as_ref()),
            &event.path_parameters,
        ),
        encoding,
        parameter_encoding: PathEncoding::Decoded,
        query: Text::or_empty(event.raw_query_string.as_ref()).into(),
        client_ip: Text::or_empty(source_ip.as_ref()),
    })
}

/// Returns the path without the stage. `rawPath` begins with a named stage; behind a custom domain, some users see the
/// stage and some do not (<https://github.com/CodeGenieApp/serverless-express/issues/465>). The first segment of a
/// route may be named like the stage, so the route decides.
pub(super) fn path<'e>(
    raw_path: &'e str,
    stage: Option<&Text<'_>>,
    route_key: &str,
    path_parameters: &Pairs<'_>,
) -> &'e str {
    let short = without_stage(raw_path, stage);
    if short.len() == raw_path.len() {
        return raw_path;
    }
    let (_, route) = route_key.split_once(' ').unwrap_or_default();
    covered(raw_path, route, path_parameters).unwrap_or(short)
}

/// Writes all members, always: cargo-lambda answers 500 to a reply without `cookies`.
///
/// A repeated header is one value, since payload 2.0 has no other form. `set-cookie` cannot be joined, and has a member
/// of its own.
pub(super) fn reply<'r>(reply: Reply<'r>, headers: &'r HeaderMap) -> Reply<'r> {
    let joined = Joined { headers, with_cookie: false };
    Reply { headers: Some(joined), cookies: Some(SetCookies(headers)), ..reply }
}

#[cfg(test)]
mod tests;
