//! API Gateway HTTP API, payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::body::Body;
use super::headers::{PEER, forwarded, joined};
use super::reply::{Reply, own};
use crate::case::{Answer, Request};
use crate::routing::Selected;

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

pub(super) fn event(request: &Request, selected: &Selected<'_>) -> Value {
    let path = raw_path(request.path());
    let body = Body::by_type(request);
    let mut event = json!({
        "version": "2.0",
        "routeKey": selected.key,
        "rawPath": path,
        "rawQueryString": request.query(),
        "headers": headers(request),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef0123",
            "domainName": joined(request, "host"),
            "domainPrefix": "api",
            "http": {
                "method": request.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": PEER,
                "userAgent": joined(request, "user-agent"),
            },
            "requestId": "ATfSmjLgPHcESJw=",
            "routeKey": selected.key,
            "stage": "$default",
            "time": "10/Jul/2026:19:19:05 +0000",
            "timeEpoch": 1_783_711_145_766_u64,
        },
        "isBase64Encoded": body.is_base64_encoded,
    });
    // What is empty is not there.
    let mut add = |name: &str, value: Value| event[name] = value;
    if let Some(text) = body.text {
        add("body", text.into());
    }
    if let Some(cookies) = cookies(request) {
        add("cookies", cookies.into());
    }
    if !request.query().is_empty() {
        add("queryStringParameters", query_string_parameters(request.query()));
    }
    if !selected.parameters.is_empty() {
        add("pathParameters", decoded_parameters(selected));
    }
    event
}

/// Decoded, despite its name (<https://github.com/honojs/hono/issues/2156>), and cut at a `?` that was encoded
/// (<https://github.com/middleapi/standard-server/pull/93>).
fn raw_path(path: &str) -> String {
    let decoded = decode(path);
    decoded.split('?').next().unwrap_or_default().to_owned()
}

/// What is no escape stays, and what is no UTF-8 is replaced. Undocumented.
pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

pub(super) fn decoded_parameters(selected: &Selected<'_>) -> Value {
    selected
        .parameters
        .iter()
        .map(|(name, value)| (name.clone(), decode(value).into()))
        .collect::<Map<_, _>>()
        .into()
}

/// Names in lower case, repeats joined. Cookies are a member of their own, and only there.
fn headers(request: &Request) -> BTreeMap<String, String> {
    let mut headers = joined_headers(request);
    headers.remove("cookie");
    headers
}

pub(super) fn joined_headers(request: &Request) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<_, String>::new();
    for (name, value) in forwarded(request) {
        let line = headers.entry(name.to_ascii_lowercase());
        line.and_modify(|line| line.extend([",", &value])).or_insert(value);
    }
    headers
}

/// Cut at the `; ` between them.
pub(super) fn cookies(request: &Request) -> Option<Vec<String>> {
    let lines = request.header("cookie");
    let cookies: Vec<_> = lines.iter().flat_map(|line| line.split("; ")).map(str::to_owned).collect();
    (!cookies.is_empty()).then_some(cookies)
}

/// Decoded, repeats joined.
pub(super) fn query_string_parameters(query: &str) -> Value {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match parameters.get_mut(&*name) {
            Some(Value::String(line)) => line.extend([",", &value]),
            _ => drop(parameters.insert(name.into_owned(), value.into())),
        }
    }
    parameters.into()
}

pub(super) fn answer(request: &Request, reply: &[u8]) -> Answer {
    read(request, reply).unwrap_or_else(|_| failed(request))
}

/// `multiValueHeaders` belongs to payload 1.0 and is not looked at.
fn read(request: &Request, reply: &[u8]) -> serde_json::Result<Answer> {
    let mut reply = Reply::read(reply)?;
    let mut lines = reply.single_lines();
    let cookies = reply.cookies.take().unwrap_or_default();
    lines.extend(cookies.into_iter().map(|cookie| ("set-cookie".to_owned(), cookie)));
    Ok(reply.with(lines, Some(PLAIN_TEXT), request))
}

pub(super) fn failed(request: &Request) -> Answer {
    own(500, "application/json", r#"{"message":"Internal Server Error"}"#, request)
}

pub(super) fn no_route(request: &Request) -> Answer {
    own(404, "application/json", r#"{"message":"Not Found"}"#, request)
}

pub(super) fn with_default_type(reply: Reply, lines: Vec<(String, String)>, request: &Request) -> Answer {
    reply.with(lines, Some(PLAIN_TEXT), request)
}
