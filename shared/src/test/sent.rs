//! The request of a client, in the forms of the front doors.

use std::borrow::Cow;
use std::collections::BTreeMap;

use api_routes_routing::{Pattern, Segment};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;

use crate::ows::trimmed;

/// The address of the client, from a range for documentation.
pub(super) const CLIENT_IP: &str = "203.0.113.7";
const TRACE_ID: &str = "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0";
/// The time of each request, in milliseconds since 1970 and in the form of a log.
pub(super) const TIME: (u64, &str) = (1_783_711_145_766, "10/Jul/2026:19:19:05 +0000");

/// A request that has arrived at a front door.
pub(super) struct Sent<'r> {
    pub(super) head: &'r Parts,
    pub(super) body: &'r Bytes,
    /// The route in the form of API Gateway, with the encoded parameters of the path; `None` for a path of another
    /// route.
    pub(super) route: Option<(String, Vec<(&'r str, &'r str)>)>,
}

impl<'r> Sent<'r> {
    pub(super) fn new(head: &'r Parts, body: &'r Bytes, pattern: &'r Pattern) -> Self {
        Self { head, body, route: route(head.uri.path(), pattern) }
    }

    pub(super) fn path(&self) -> &'r str {
        self.head.uri.path()
    }

    pub(super) fn query(&self) -> &'r str {
        self.head.uri.query().unwrap_or_default()
    }

    pub(super) fn method(&self) -> &'r str {
        self.head.method.as_str()
    }

    pub(super) fn user_agent(&self) -> String {
        self.head.headers.get("user-agent").map(text).unwrap_or_default()
    }

    /// Returns the headers of the client, and those that every front door adds.
    pub(super) fn headers(&self, host: &str) -> HeaderMap {
        let mut headers = self.head.headers.clone();
        let value = |text: &str| HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        headers.entry(HOST).or_insert_with(|| value(host));
        if !self.body.is_empty() {
            headers.entry(CONTENT_LENGTH).or_insert_with(|| self.body.len().into());
        }
        let before = headers.get("x-forwarded-for").map(|before| format!("{}, ", text(before)));
        let forwarded = format!("{}{CLIENT_IP}", before.unwrap_or_default());
        headers.insert("x-forwarded-for", value(&forwarded));
        headers.insert("x-forwarded-port", value("443"));
        headers.insert("x-forwarded-proto", value("https"));
        headers.entry("x-amzn-trace-id").or_insert_with(|| value(TRACE_ID));
        headers
    }

    /// Returns the headers for an HTTP API, which adds the length even if there is no body.
    pub(super) fn http_api_headers(&self, host: &str) -> HeaderMap {
        let mut headers = self.headers(host);
        headers.entry(CONTENT_LENGTH).or_insert_with(|| self.body.len().into());
        headers
    }

    /// Returns the body in the form of the event, and whether it is base64. The content type decides whether the body
    /// is text.
    pub(super) fn body(&self) -> (String, bool) {
        if self.body.is_empty() || self.is_text() {
            return self.body_by_its_bytes();
        }
        (BASE64_STANDARD.encode(self.body), true)
    }

    /// Returns the body for a REST API. Without `binaryMediaTypes`, it takes each body as text; with them, it carries
    /// bytes that are not text.
    pub(super) fn body_by_its_bytes(&self) -> (String, bool) {
        match std::str::from_utf8(self.body) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (BASE64_STANDARD.encode(self.body), true),
        }
    }

    fn is_text(&self) -> bool {
        let content_type = self.head.headers.get(CONTENT_TYPE).map(text).unwrap_or_default();
        let essence = trimmed(content_type.split(';').next().unwrap_or_default()).to_ascii_lowercase();
        let is_text_type =
            matches!(&*essence, "application/json" | "application/javascript" | "application/xml")
                || essence.starts_with("text/");
        is_text_type && !self.head.headers.contains_key(CONTENT_ENCODING)
    }
}

/// Finds the route as the gateway does, segment by segment in the encoded path.
fn route<'r>(path: &'r str, pattern: &'r Pattern) -> Option<(String, Vec<(&'r str, &'r str)>)> {
    let mut rest = path.strip_suffix('/').unwrap_or(path);
    let mut template = String::new();
    let mut parameters = Vec::new();
    for segment in pattern.segments() {
        let after = rest.strip_prefix('/').filter(|after| !after.is_empty());
        let (one, others) = match after {
            Some(after) => after.split_at(after.find('/').unwrap_or(after.len())),
            None if matches!(segment, Segment::OptionalCatchAll(_)) => break,
            None => return None,
        };
        rest = others;
        match segment {
            Segment::Literal(literal) if literal == one => template.extend(["/", literal]),
            Segment::Literal(_) => return None,
            Segment::Dynamic(name) => {
                template.extend(["/{", name, "}"]);
                parameters.push((name.as_str(), one));
            }
            Segment::CatchAll(name) | Segment::OptionalCatchAll(name) => {
                template.extend(["/{", name, "+}"]);
                parameters.push((name.as_str(), after.unwrap_or_default()));
                rest = "";
            }
        }
    }
    let template = if template.is_empty() { "/".to_owned() } else { template };
    rest.is_empty().then_some((template, parameters))
}

/// Returns the pairs with one value for each name, joined with commas.
pub(super) fn joined(pairs: &[(String, String)]) -> BTreeMap<&str, String> {
    let mut map: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in pairs {
        let all = map.entry(name).and_modify(|all| all.push(',')).or_default();
        all.push_str(value);
    }
    map
}

/// Returns the pairs with the last value of each name.
pub(super) fn last(pairs: &[(String, String)]) -> BTreeMap<&str, &str> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Splits and decodes a query.
pub(super) fn decoded_query(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Returns the pairs with a list of values for each name.
pub(super) fn lists(pairs: &[(String, String)]) -> BTreeMap<&str, Vec<&str>> {
    let mut map: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in pairs {
        map.entry(name).or_default().push(value);
    }
    map
}

/// Returns headers as pairs of text.
pub(super) fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

pub(super) fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
