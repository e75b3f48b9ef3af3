//! Compares headers, except those that differ in any two answers.

use std::collections::BTreeSet;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};

use super::client::Answer;
use super::difference::{Difference, Part};
use super::request::Request;
use super::request::{IGNORED, Ignore};

/// Headers that are not compared, since they describe one answer or one connection: its time, server and route.
/// CloudFront, in front of an edge-optimized REST API, adds some of them.
const ALWAYS_DIFFERENT: [&str; 13] = [
    "age",
    "alt-svc",
    "apigw-requestid",
    "connection",
    "date",
    "keep-alive",
    "server",
    "transfer-encoding",
    "via",
    "x-amz-apigw-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-cache",
];

/// The beginning of further headers of CloudFront: `x-amz-cf-id`, `x-amz-cf-pop`.
const ALWAYS_DIFFERENT_PREFIX: &str = "x-amz-cf-";

/// Returns the headers that differ. Names may come in any order; the values of one name may not.
pub(super) fn differences(request: &Request, there: &Answer, here: &Answer) -> Vec<Difference> {
    let names: BTreeSet<_> =
        there.headers.keys().chain(here.headers.keys()).map(HeaderName::as_str).collect();
    let names = names.into_iter().filter_map(|name| HeaderName::try_from(name).ok());
    let compared = names.filter(|name| is_compared(name, request, [there.status, here.status]));
    let lines = |answer: &Answer, name: &HeaderName| lines(&answer.headers, name, &request.ignore);
    let both = compared.map(|name| (lines(there, &name), lines(here, &name), name));
    both.filter(|(there, here, _)| there != here)
        .map(|(there, here, name)| Difference::new(Part::Header(name), there, here))
        .collect()
}

fn is_compared(name: &HeaderName, request: &Request, statuses: [StatusCode; 2]) -> bool {
    let must_differ =
        ALWAYS_DIFFERENT.contains(&name.as_str()) || name.as_str().starts_with(ALWAYS_DIFFERENT_PREFIX);
    // The body itself is compared, so its length matters only where an answer has no body.
    let is_framing = name == header::CONTENT_LENGTH
        && request.method != Method::HEAD
        && !statuses.contains(&StatusCode::NOT_MODIFIED);
    !must_differ && !is_framing && !request.ignore.headers.contains(name)
}

fn lines(headers: &HeaderMap, name: &HeaderName, ignore: &Ignore) -> Vec<String> {
    let values = headers.get_all(name).iter().map(text);
    if name == header::SET_COOKIE {
        return values.map(|cookie| without_ignored(&cookie, &ignore.cookies)).collect();
    }
    values.collect()
}

/// Returns a value as text. Bytes that are not UTF-8 are escaped.
fn text(value: &HeaderValue) -> String {
    let text = std::str::from_utf8(value.as_bytes());
    text.map_or_else(|_| value.as_bytes().escape_ascii().to_string(), str::to_owned)
}

/// Returns a cookie without its value and expiry, if its name is ignored.
fn without_ignored(cookie: &str, ignored: &[String]) -> String {
    let Some((name, _)) =
        cookie.split_once('=').filter(|(name, _)| ignored.iter().any(|ignored| ignored == name))
    else {
        return cookie.to_owned();
    };
    let attributes = cookie.split(';').skip(1).map(|attribute| {
        let is_time =
            attribute.trim_start().get(..8).is_some_and(|name| name.eq_ignore_ascii_case("expires="));
        if is_time { format!("; Expires={IGNORED}") } else { format!(";{attribute}") }
    });
    format!("{name}={IGNORED}{}", attributes.collect::<String>())
}

#[cfg(test)]
mod tests;
