//! An HTTP request as an event of payload format 2.0, for a function or for a Lambda authorizer.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
//! An empty member is left out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, COOKIE, TRANSFER_ENCODING, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::gateway::body::EventBody;
use crate::gateway::error::GatewayError;
use crate::gateway::headers::{
    SCHEME, cookies, forwarded_for, forwarded_port, is_hop_by_hop, is_replaced, is_signature, joined, text,
};
use crate::gateway::identity::{RequestIds, common_log_format};
use crate::gateway::limits;
use crate::timestamp::Timestamp;

/// A request to an HTTP API or a Function URL, with all data for its event.
pub(in crate::gateway) struct InboundRequest<'a> {
    pub(in crate::gateway) head: &'a Parts,
    pub(in crate::gateway) body: &'a [u8],
    pub(in crate::gateway) peer: IpAddr,
    pub(in crate::gateway) identity: &'a RequestIds,
    pub(in crate::gateway) destination: Destination<'a>,
}

/// The parts of an event that differ between an HTTP API and a Function URL.
pub(in crate::gateway) struct Destination<'a> {
    pub(in crate::gateway) account_id: &'a str,
    pub(in crate::gateway) api_id: &'a str,
    pub(in crate::gateway) domain_name: &'a str,
    pub(in crate::gateway) stage: &'a str,
    pub(in crate::gateway) route_key: &'a str,
    pub(in crate::gateway) raw_path: &'a str,
    /// `requestContext.http.path`.
    pub(in crate::gateway) path: &'a str,
    pub(in crate::gateway) path_parameters: &'a [(&'a str, Cow<'a, str>)],
    /// `requestContext.authorizer`.
    pub(in crate::gateway) authorizer: Option<Value>,
    /// Whether an event without a body has a `content-length`.
    pub(in crate::gateway) always_has_length: bool,
    /// Whether `cookie` also stays among the headers.
    pub(in crate::gateway) keeps_cookie_header: bool,
    /// Whether `Authorization` is left out if it is a signature.
    pub(in crate::gateway) drops_signature: bool,
}

/// The event of a function.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    version: &'static str,
    #[serde(flatten)]
    request: RequestMembers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<EventBody<'a>>,
    is_base64_encoded: bool,
}

/// The event of a Lambda authorizer, which has no body.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>, and the captures in
/// <https://github.com/umccr/htsget-refserver>'s authorizer and others, which the tests name.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizerEvent<'a> {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    route_arn: &'a str,
    /// `null` for an authorizer without identity sources:
    /// <https://github.com/aws-powertools/powertools-lambda-typescript/issues/3483>.
    identity_source: Option<&'a [Cow<'a, str>]>,
    #[serde(flatten)]
    request: RequestMembers<'a>,
}

/// The members that both kinds of event have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestMembers<'a> {
    route_key: &'a str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<Cow<'a, str>>,
    headers: EventHeaders<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "PathParameters::is_empty")]
    path_parameters: PathParameters<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    account_id: &'a str,
    api_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer: Option<&'a Value>,
    domain_name: &'a str,
    domain_prefix: &'a str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'a str,
    stage: &'a str,
    #[serde(serialize_with = "common_log_format")]
    time: Timestamp,
    /// In milliseconds.
    time_epoch: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: &'static str,
    source_ip: &'a str,
    user_agent: Cow<'a, str>,
}

struct PathParameters<'a>(&'a [(&'a str, Cow<'a, str>)]);

impl PathParameters<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for PathParameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl InboundRequest<'_> {
    /// Returns the JSON of a function's event.
    ///
    /// # Errors
    /// [`GatewayError::EventTooLong`] over [`limits::EVENT`] bytes.
    pub(in crate::gateway) fn to_event(&self) -> Result<Bytes, GatewayError> {
        let source_ip = self.peer.to_canonical().to_string();
        let body = EventBody::new(&self.head.headers, self.body);
        let event = Event {
            version: "2.0",
            request: self.request_members(&source_ip),
            is_base64_encoded: body.as_ref().is_some_and(EventBody::is_base64),
            body,
        };
        limits::write_event(&event, self.body)
    }

    /// Returns the JSON of an authorizer's event. `identity` has the values of the identity sources.
    pub(in crate::gateway) fn to_authorizer_event(
        &self,
        route_arn: &str,
        identity: &[Cow<'_, str>],
    ) -> serde_json::Result<Bytes> {
        let source_ip = self.peer.to_canonical().to_string();
        let event = AuthorizerEvent {
            version: "2.0",
            kind: "REQUEST",
            route_arn,
            identity_source: Some(identity).filter(|identity| !identity.is_empty()),
            request: self.request_members(&source_ip),
        };
        serde_json::to_vec(&event).map(Bytes::from)
    }

    fn request_members<'a>(&'a self, source_ip: &'a str) -> RequestMembers<'a> {
        let query = self.head.uri.query().unwrap_or_default();
        RequestMembers {
            route_key: self.destination.route_key,
            raw_path: self.destination.raw_path,
            raw_query_string: query,
            cookies: cookies(&self.head.headers),
            headers: self.headers(source_ip),
            query_string_parameters: query_string_parameters(query),
            request_context: self.request_context(source_ip),
            path_parameters: PathParameters(self.destination.path_parameters),
        }
    }

    fn headers<'a>(&'a self, source_ip: &'a str) -> EventHeaders<'a> {
        let sent = &self.head.headers;
        EventHeaders {
            sent,
            keeps_cookie: self.destination.keeps_cookie_header,
            drops_signature: self.destination.drops_signature,
            trace_id: &self.identity.trace_id,
            source_ip,
            length: self.has_length().then_some(self.body.len()),
        }
    }

    /// Undocumented (HTTP-9): an event has the length of a body in chunks. Without the `transfer-encoding`, which ends at the
    /// gateway, nothing else shows that there is a body.
    fn has_length(&self) -> bool {
        let sent = &self.head.headers;
        let is_chunked = sent.contains_key(TRANSFER_ENCODING);
        (is_chunked || self.destination.always_has_length) && !sent.contains_key(CONTENT_LENGTH)
    }

    fn request_context<'a>(&'a self, source_ip: &'a str) -> RequestContext<'a> {
        let Destination { account_id, api_id, domain_name, stage, route_key, .. } = self.destination;
        RequestContext {
            account_id,
            api_id,
            authorizer: self.destination.authorizer.as_ref(),
            domain_name,
            domain_prefix: domain_name.split('.').next().unwrap_or_default(),
            http: self.http(source_ip),
            request_id: &self.identity.request_id,
            route_key,
            stage,
            time: self.identity.time,
            time_epoch: self.identity.time.milliseconds(),
        }
    }

    fn http<'a>(&'a self, source_ip: &'a str) -> Http<'a> {
        Http {
            method: self.head.method.as_str(),
            path: self.destination.path,
            // HTTP/2 requests have the same value, says
            // <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html>.
            protocol: "HTTP/1.1",
            source_ip,
            user_agent: self.head.headers.get(USER_AGENT).map(text).unwrap_or_default(),
        }
    }
}

/// The headers of the client, and those that the gateway replaces: one text per name, in lower case.
#[derive(Debug)]
struct EventHeaders<'a> {
    sent: &'a HeaderMap,
    /// Whether `cookie` stays among the headers, besides the member `cookies`.
    keeps_cookie: bool,
    /// Whether the front door removes the signature of the request.
    drops_signature: bool,
    trace_id: &'a str,
    /// The address of the client.
    source_ip: &'a str,
    /// The length of the body, if the front door adds it.
    length: Option<usize>,
}

impl Serialize for EventHeaders<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = self.sent.keys().filter(|name| !self.is_left_out(name));
        let sent = sent.map(|name| (name.as_str(), joined(&self.sent.get_all(name), ",")));
        let length = self.length.map(|length| ("content-length", Cow::Owned(length.to_string())));
        serializer.collect_map(sent.chain(self.added()).chain(length))
    }
}

impl EventHeaders<'_> {
    /// Undocumented (HTTP-30): the `content-type` that an API adds "if there is no payload and Content-Length is 0"
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>). No capture has
    /// this header, so this event lacks it too.
    ///
    /// Not AWS's (URL-1): a Function URL adds `x-amzn-tls-version` and `-cipher-suite`. Here there is no TLS.
    fn added(&self) -> [(&'static str, Cow<'_, str>); 4] {
        [
            ("x-amzn-trace-id", self.trace_id.into()),
            ("x-forwarded-for", forwarded_for(self.sent, self.source_ip)),
            ("x-forwarded-port", forwarded_port(self.sent).into()),
            ("x-forwarded-proto", SCHEME.into()),
        ]
    }

    fn is_left_out(&self, name: &HeaderName) -> bool {
        (*name == COOKIE && !self.keeps_cookie)
            || (self.drops_signature && self.sent.get_all(name).iter().any(|value| is_signature(name, value)))
            || is_replaced(name)
            || is_hop_by_hop(name)
    }
}

/// Decodes the query. Repeated values are joined by a comma.
///
/// Undocumented (HTTP-11): the order of parameters. Here they are sorted by name.
fn query_string_parameters(query: &str) -> BTreeMap<Cow<'_, str>, Cow<'_, str>> {
    let mut parameters = BTreeMap::<_, Cow<'_, str>>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match parameters.entry(name) {
            Entry::Vacant(entry) => drop(entry.insert(value)),
            Entry::Occupied(entry) => entry.into_mut().to_mut().extend([",", &value]),
        }
    }
    parameters
}
