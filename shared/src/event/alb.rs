//! Application Load Balancers, with and without multi-value headers.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

use api_routes_routing::PathEncoding;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};

use super::envelope::Envelope;
use super::reply::{Joined, Lists, Reply, SPELLINGS};
use super::strings::Text;
use super::target::{Target, joined};
use super::{EncodeError, EventError};

pub(super) fn target<'e>(event: &'e Envelope<'_>) -> Result<Target<'e>, EventError> {
    let method = event.http_method.as_ref().ok_or(EventError::Missing("httpMethod"))?;
    Ok(Target {
        method: Text::or_empty(Some(method)),
        path: Text::or_empty(Some(event.path.as_ref().ok_or(EventError::Missing("path"))?)),
        encoding: PathEncoding::Percent,
        parameter_encoding: PathEncoding::Percent,
        // "If the query parameters are URL-encoded, the load balancer does not decode them."
        query: joined(event.query()),
        client_ip: client_ip(event),
    })
}

/// Returns the `x-forwarded-for` header, the only place where a load balancer has the address.
fn client_ip<'e>(event: &'e Envelope<'_>) -> &'e str {
    let mut headers = event.all_headers().0.iter().rev();
    let forwarded = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-for"));
    forwarded.map_or("", |(_, addresses)| addresses)
}

/// Writes one value for each name. A repeated header is joined; `set-cookie` cannot be joined, so each line has its own
/// spelling of the name. AWS does not document this, but it works (<https://github.com/Kludex/mangum/pull/189>), and
/// the users of Mangum depend on it.
///
/// # Errors
/// If there are more `set-cookie` lines than spellings: a line would be lost silently.
pub(super) fn single_value_reply<'r>(
    reply: Reply<'r>,
    headers: &'r HeaderMap,
) -> Result<Reply<'r>, EncodeError> {
    if headers.get_all(&SET_COOKIE).iter().nth(SPELLINGS).is_some() {
        return Err(EncodeError::Cookies);
    }
    let headers = Joined { headers, with_cookie: true };
    Ok(Reply { status_description: description(reply.status_code), headers: Some(headers), ..reply })
}

/// Writes `multiValueHeaders`, the only headers that a load balancer reads if multi-value headers are on.
pub(super) fn multi_value_reply<'r>(reply: Reply<'r>, headers: &'r HeaderMap) -> Reply<'r> {
    let lists = Some(Lists(headers));
    Reply { status_description: description(reply.status_code), multi_value_headers: lists, ..reply }
}

/// Returns the status with its name, such as `200 OK`. A status without a name needs no description.
fn description(status: u16) -> Option<String> {
    let reason = StatusCode::from_u16(status).ok()?.canonical_reason()?;
    Some(format!("{status} {reason}"))
}
