//! Headers that several front doors read or write alike.

use std::borrow::Cow;

use http::header::{self, GetAll, HeaderValue};
use http::{HeaderMap, HeaderName};

use super::identity::TRACE_HEADER;
use crate::ows::trimmed;

pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The maximum number of headers in a reply. Each cookie counts as a header.
///
/// Undocumented (HTTP-20): AWS's limit. This limit is well below the 32,768 at which a [`HeaderMap`] panics.
pub const MAX_HEADERS: usize = 1_000;

/// `X-Forwarded-Proto`: the real scheme instead of AWS's `https`, so that links made from it work.
pub(super) const SCHEME: &str = "http";

/// Whether a front door replaces a header that the client sent.
pub(super) fn is_replaced(name: &HeaderName) -> bool {
    [&TRACE_HEADER, &FORWARDED_FOR, &FORWARDED_PORT, &FORWARDED_PROTO].contains(&name)
}

/// Whether a header is a signature, `Authorization: AWS4-…`.
pub(super) fn is_signature(name: &HeaderName, value: &HeaderValue) -> bool {
    *name == header::AUTHORIZATION && value.as_bytes().starts_with(b"AWS4-")
}

/// Whether a header belongs to one connection, <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>.
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

/// Joins the values of a header.
pub(super) fn joined<'a>(values: &GetAll<'a, HeaderValue>, separator: &str) -> Cow<'a, str> {
    let mut values = values.iter().map(text);
    let mut joined = values.next().unwrap_or_default();
    for value in values {
        joined.to_mut().extend([separator, &*value]);
    }
    joined
}

/// Returns the value of a header as text.
///
/// Undocumented (HTTP-7): bytes that are not UTF-8 are read as Latin-1, so that none is lost.
pub(super) fn text(value: &HeaderValue) -> Cow<'_, str> {
    match str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect::<String>().into(),
    }
}

/// Returns the pairs of all `cookie` headers.
///
/// Undocumented (HTTP-8): headers are split at `;`, so that the space after it is optional, and whitespace around a pair is
/// removed.
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
    text.split(';').map(trimmed).filter(|pair| !pair.is_empty())
}

/// Splits the `Host` header before its port.
pub(super) fn host_and_port(headers: &HeaderMap) -> (&str, Option<&str>) {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match host.rsplit_once(':') {
        // The last colon of an IPv6 address is followed by a bracket.
        Some((name, port)) if port.parse::<u16>().is_ok() => (name, Some(port)),
        _ => (host, None),
    }
}

/// Returns `X-Forwarded-Port`: the real port, if the client names it in `Host`.
pub(super) fn forwarded_port(sent: &HeaderMap) -> &str {
    host_and_port(sent).1.unwrap_or("80")
}

/// Returns `X-Forwarded-For`: the list that the client sent, if any, and its address.
///
/// Undocumented (HTTP-12): that HTTP APIs and Function URLs extend the list, as load balancers are documented to.
pub(super) fn forwarded_for<'a>(sent: &HeaderMap, source_ip: &'a str) -> Cow<'a, str> {
    let client = joined(&sent.get_all(FORWARDED_FOR), ", ");
    if client.is_empty() { source_ip.into() } else { format!("{client}, {source_ip}").into() }
}
