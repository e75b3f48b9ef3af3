//! A request's headers as an event has them: one text per name, in lower case.

use std::borrow::Cow;

use http::header::{self, GetAll, HeaderValue};
use http::{HeaderMap, HeaderName};
use serde::{Serialize, Serializer};

use super::identity::TRACE_HEADER;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the client sent, and what the gateway puts in its place.
#[derive(Debug)]
pub(super) struct Headers<'a> {
    pub(super) sent: &'a HeaderMap,
    pub(super) trace_id: &'a str,
    /// Of the peer, in text.
    pub(super) source_ip: &'a str,
    /// The length of the body if the client sent it in chunks. Undocumented; without the
    /// `transfer-encoding`, which ends at the gateway, nothing else tells.
    pub(super) chunked_len: Option<usize>,
}

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = self.sent.keys().filter(|name| !is_replaced(name) && !is_hop_by_hop(name));
        let sent = sent.map(|name| (name.as_str(), joined(&self.sent.get_all(name), ",")));
        let len = self.chunked_len.map(|len| ("content-length", Cow::Owned(len.to_string())));
        serializer.collect_map(sent.chain(self.added()).chain(len))
    }
}

impl Headers<'_> {
    /// The scheme is the truth and not AWS's `https`, so that a link made from it works; likewise
    /// the port.
    fn added(&self) -> [(&'static str, Cow<'_, str>); 4] {
        [
            ("x-amzn-trace-id", self.trace_id.into()),
            ("x-forwarded-for", self.forwarded_for()),
            ("x-forwarded-port", host_and_port(self.sent).1.unwrap_or("80").into()),
            ("x-forwarded-proto", "http".into()),
        ]
    }

    /// A list that the client sent is made longer by its own address.
    fn forwarded_for(&self) -> Cow<'_, str> {
        let client = joined(&self.sent.get_all(FORWARDED_FOR), ", ");
        if client.is_empty() { self.source_ip.into() } else { format!("{client}, {}", self.source_ip).into() }
    }
}

/// `cookie` becomes a member of its own.
fn is_replaced(name: &HeaderName) -> bool {
    [&header::COOKIE, &TRACE_HEADER, &FORWARDED_FOR, &FORWARDED_PORT, &FORWARDED_PROTO].contains(&name)
}

/// Headers of one connection, <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>.
pub(super) fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

fn joined<'a>(values: &GetAll<'a, HeaderValue>, separator: &str) -> Cow<'a, str> {
    let mut values = values.iter().map(text);
    let mut joined = values.next().unwrap_or_default();
    for value in values {
        joined.to_mut().extend([separator, &*value]);
    }
    joined
}

/// Bytes that are not UTF-8 are read as Latin-1, so that none is lost. Undocumented.
pub(super) fn text(value: &HeaderValue) -> Cow<'_, str> {
    match str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect::<String>().into(),
    }
}

/// Cut at `;`, so that a client that leaves out the space behind it is understood. Whether AWS
/// does so is undocumented.
pub(super) fn cookies(headers: &HeaderMap) -> Vec<Cow<'_, str>> {
    headers.get_all(header::COOKIE).iter().flat_map(cookie_pairs).collect()
}

fn cookie_pairs(value: &HeaderValue) -> Vec<Cow<'_, str>> {
    match text(value) {
        Cow::Borrowed(text) => non_empty_pairs(text).map(Cow::Borrowed).collect(),
        Cow::Owned(text) => non_empty_pairs(&text).map(|pair| Cow::Owned(pair.to_owned())).collect(),
    }
}

fn non_empty_pairs(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|pair| !pair.is_empty())
}

/// The `Host` header, cut before its port.
pub(super) fn host_and_port(headers: &HeaderMap) -> (&str, Option<&str>) {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match host.rsplit_once(':') {
        // The last colon of an IPv6 address stands before a bracket.
        Some((name, port)) if port.parse::<u16>().is_ok() => (name, Some(port)),
        _ => (host, None),
    }
}
