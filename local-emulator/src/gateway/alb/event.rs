//! An HTTP request as a load balancer's event.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONNECTION, CONTENT_ENCODING, TRANSFER_ENCODING};
use http::request::Parts;
use serde::Serialize;

use crate::gateway::body::EventBody;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::{
    SCHEME, forwarded_for, forwarded_port, is_hop_by_hop, is_replaced, joined, text,
};
use crate::gateway::identity::{RequestIds, TRACE_HEADER, new_root};
use crate::gateway::limits;
use crate::ows::trimmed;

#[cfg(test)]
mod tests;

/// A request to a target group, with all data for its event.
pub(super) struct TargetRequest<'a> {
    pub(super) target_group_arn: &'a str,
    pub(super) multi_value_headers: bool,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) peer: IpAddr,
    pub(super) identity: &'a RequestIds,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    request_context: RequestContext<'a>,
    http_method: &'a str,
    path: &'a str,
    #[serde(flatten)]
    values: EventValues<'a>,
    body: EventBody<'a>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct RequestContext<'a> {
    elb: Elb<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Elb<'a> {
    target_group_arn: &'a str,
}

/// The query and the headers. With multi-value headers on, an event has the lists instead of the single values.
#[derive(Serialize)]
#[serde(untagged)]
enum EventValues<'a> {
    #[serde(rename_all = "camelCase")]
    Single { query_string_parameters: BTreeMap<&'a str, &'a str>, headers: BTreeMap<&'a str, Cow<'a, str>> },
    #[serde(rename_all = "camelCase")]
    Multi {
        multi_value_query_string_parameters: BTreeMap<&'a str, Vec<&'a str>>,
        multi_value_headers: BTreeMap<&'a str, Vec<Cow<'a, str>>>,
    },
}

impl TargetRequest<'_> {
    /// Returns the JSON of the event.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over [`limits::EVENT`] bytes.
    pub(super) fn to_event(&self) -> Result<Bytes, GatewayError> {
        let source_ip = self.peer.to_canonical().to_string();
        let body = event_body(&self.head.headers, self.body);
        let event = Event {
            request_context: RequestContext { elb: Elb { target_group_arn: self.target_group_arn } },
            http_method: self.head.method.as_str(),
            path: self.head.uri.path(),
            values: self.values(&source_ip),
            is_base64_encoded: body.is_base64(),
            body,
        };
        limits::write_event(&event, self.body)
    }

    /// Undocumented (ALB-20): the order of names, which are sorted here.
    fn values<'a>(&'a self, source_ip: &'a str) -> EventValues<'a> {
        let query = query(self.head.uri.query().unwrap_or_default());
        let headers = self.passed_on().chain(self.added(source_ip));
        if self.multi_value_headers {
            EventValues::Multi {
                multi_value_query_string_parameters: lists(query),
                multi_value_headers: lists(headers),
            }
        } else {
            // "the load balancer uses the last value that it receives"
            EventValues::Single { query_string_parameters: query.collect(), headers: headers.collect() }
        }
    }

    fn passed_on(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let sent = self.head.headers.iter().filter(|(name, _)| !is_replaced(name));
        // Undocumented (ALB-3): `connection` is in the events that AWS's guides and users show
        // (<https://github.com/Kludex/mangum/pull/148>). They show no other header of one connection.
        let sent = sent.filter(|(name, _)| **name == CONNECTION || !is_hop_by_hop(name));
        sent.map(|(name, value)| (name.as_str(), text(value)))
    }

    /// Undocumented (ALB-4): the length of a chunked body is added, since no other part of the event has the length.
    fn added<'a>(&'a self, source_ip: &'a str) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let sent = &self.head.headers;
        let chunked_len = sent.contains_key(TRANSFER_ENCODING).then(|| self.body.len().to_string().into());
        let length = chunked_len.map(|len| ("content-length", len));
        let added = [
            ("x-amzn-trace-id", trace_header(sent, self.identity).into()),
            ("x-forwarded-for", forwarded_for(sent, source_ip)),
            ("x-forwarded-port", forwarded_port(sent).into()),
            ("x-forwarded-proto", SCHEME.into()),
        ];
        added.into_iter().chain(length)
    }
}

/// "If the query parameters are URL-encoded, the load balancer does not decode them." A key without `=` has an empty
/// value, which is undocumented (ALB-5).
fn query(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
    parameters.map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
}

fn lists<'a, T>(pairs: impl Iterator<Item = (&'a str, T)>) -> BTreeMap<&'a str, Vec<T>> {
    let mut lists = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in pairs {
        lists.entry(name).or_default().push(value);
    }
    lists
}

/// "If the content type is one of the following types, the load balancer sends the body to the Lambda function as is
/// […]: text/*, application/json, application/javascript, and application/xml". An HTTP API has the same list, but here
/// a body with a `content-encoding` is base64.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer>
///
/// A missing body is an empty text, as in the event of a health check on that page.
///
/// Undocumented (ALB-6): text that is not UTF-8. It becomes base64, so that nothing is lost.
fn event_body<'a>(headers: &HeaderMap, bytes: &'a [u8]) -> EventBody<'a> {
    match EventBody::new(headers, bytes) {
        None => EventBody::Text("".into()),
        Some(_) if headers.contains_key(CONTENT_ENCODING) => EventBody::Base64(bytes),
        Some(body) => body,
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html>
///
/// Returns a new `Root` for a request without the header. A `Root` that the client sent is kept with all other fields,
/// after a `Self` of the load balancer, which replaces an earlier `Self`.
///
/// Undocumented (ALB-2): a client's header without a `Root`. Here a `Root` is put in front.
fn trace_header(sent: &HeaderMap, identity: &RequestIds) -> String {
    let client = joined(&sent.get_all(TRACE_HEADER), ";");
    let fields: Vec<_> = client.split(';').map(trimmed).filter(|field| is_kept(field)).collect();
    let own = if fields.iter().any(|field| field.starts_with("Root=")) {
        format!("Self={}", new_root(identity.time.seconds()))
    } else {
        identity.trace_id.clone()
    };
    [&*own].into_iter().chain(fields).collect::<Vec<_>>().join(";")
}

fn is_kept(field: &str) -> bool {
    !field.is_empty() && !field.starts_with("Self=")
}
