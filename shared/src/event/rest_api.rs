//! API Gateway REST APIs, and HTTP APIs with payload format 1.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use std::borrow::Cow;

use api_routes_routing::PathEncoding;
use http::HeaderMap;

use super::EventError;
use super::envelope::Envelope;
use super::mount::{covered, without_stage};
use super::reply::{Lists, Reply};
use super::strings::Text;
use super::target::{Target, encoded};

/// Reads payload 1.0. An HTTP API has decoded the path parameters, a REST API has not.
pub(super) fn target<'e>(
    event: &'e Envelope<'_>,
    parameter_encoding: PathEncoding,
) -> Result<Target<'e>, EventError> {
    Ok(Target {
        method: Text::or_empty(event.http_method.as_ref()),
        path: path(event)?,
        encoding: PathEncoding::Percent,
        parameter_encoding,
        query: query(event),
        client_ip: Text::or_empty(event.request_context.identity.source_ip.as_ref()),
    })
}

/// Returns the path of the route. `path` begins with the base path of a custom domain, and for an HTTP API with the
/// stage.
fn path<'e>(event: &'e Envelope<'_>) -> Result<&'e str, EventError> {
    let Text(path) = event.path.as_ref().ok_or(EventError::Missing("path"))?;
    let route = Text::or_empty(event.resource.as_ref());
    Ok(covered(path, route, &event.path_parameters).unwrap_or_else(|| match event.version {
        Some(_) => without_stage(path, event.request_context.stage.as_ref()),
        None => path,
    }))
}

/// Returns the query. The event has decoded keys and values.
fn query(event: &Envelope<'_>) -> Cow<'static, str> {
    encoded(event.query())
}

/// Writes `multiValueHeaders` only: a name that is also in `headers` would be sent twice.
pub(super) fn reply<'r>(reply: Reply<'r>, headers: &'r HeaderMap) -> Reply<'r> {
    Reply { multi_value_headers: Some(Lists(headers)), ..reply }
}
