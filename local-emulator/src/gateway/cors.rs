//! The CORS headers that an HTTP API or a Function URL sends.

use api_routes_project::aws::Cors;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

#[cfg(test)]
mod tests;

/// The value of `access-control-allow-origin` if every origin is allowed.
///
/// Undocumented (HTTP-25): an HTTP API sends `*`. A Function URL was seen to send the client's origin, in
/// <https://github.com/aws-powertools/powertools-lambda-python/issues/4163>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnyOrigin {
    /// `*`, which browsers refuse for requests with credentials.
    Wildcard,
    /// The origin of the client.
    Echoed,
}

/// Whether a request is a preflight, with which a browser asks what it may send.
pub(super) fn is_preflight(head: &Parts) -> bool {
    head.method == Method::OPTIONS
        && head.headers.contains_key(ORIGIN)
        && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Removes the CORS headers of the function.
pub(super) fn remove(headers: &mut HeaderMap) {
    let cors = headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
    for name in cors.cloned().collect::<Vec<_>>() {
        headers.remove(name);
    }
}

/// Returns the headers for the answer to a request. A request without an origin, or with one that is not allowed, gets none.
///
/// Undocumented (HTTP-26): the headers of an answer to a request that is not a preflight; lists joined without spaces;
/// no `vary` on an answer without an origin. With `*` there are no credentials, since API Gateway refuses such a
/// configuration (<https://github.com/aws/aws-cdk/issues/9076>).
pub(super) fn headers(cors: &Cors, head: &Parts, any_origin: AnyOrigin) -> Vec<(HeaderName, HeaderValue)> {
    let Some(origin) = head.headers.get(ORIGIN).and_then(|origin| allowed(cors, origin, any_origin)) else {
        return Vec::new();
    };
    let credentials = cors.allow_credentials && origin != "*";
    let mut headers = vec![(ACCESS_CONTROL_ALLOW_ORIGIN, origin)];
    if credentials {
        headers.push((ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true")));
    }
    if is_preflight(head) {
        headers.extend(list(ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods));
        headers.extend(list(ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers));
        headers.extend(cors.max_age.map(|seconds| (ACCESS_CONTROL_MAX_AGE, seconds.into())));
    } else {
        headers.extend(list(ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers));
    }
    headers
}

/// Adds `vary: origin` if the answer names an origin, so that caches keep the answer for that origin alone. An HTTP API
/// does the same, but not for `*`.
pub(super) fn vary(headers: &mut HeaderMap) {
    let is_for_one = headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|origin| origin != "*");
    let is_told =
        || headers.get_all(VARY).iter().any(|names| names.as_bytes().eq_ignore_ascii_case(b"origin"));
    if is_for_one && !is_told() {
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
}

/// Returns the value of `access-control-allow-origin` for a request from `origin`, if that is allowed.
fn allowed(cors: &Cors, origin: &HeaderValue, any_origin: AnyOrigin) -> Option<HeaderValue> {
    if any_origin == AnyOrigin::Wildcard && cors.allow_origins.iter().any(|allowed| allowed == "*") {
        return Some(HeaderValue::from_static("*"));
    }
    let text = origin.to_str().ok()?;
    cors.allow_origins.iter().any(|allowed| allows(allowed, text)).then(|| origin.clone())
}

/// Undocumented (HTTP-31): the comparison is case-sensitive; browsers send origins in lower case.
fn allows(allowed: &str, origin: &str) -> bool {
    match allowed.strip_suffix('*') {
        Some(scheme @ ("" | "https://" | "http://")) => origin.starts_with(scheme),
        _ => allowed == origin,
    }
}

/// Joins the values of a header. A list that HTTP does not allow, which AWS would have refused, is left out.
fn list(name: HeaderName, values: &[String]) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::try_from(values.join(",")).ok().filter(|value| !value.is_empty())?;
    Some((name, value))
}
