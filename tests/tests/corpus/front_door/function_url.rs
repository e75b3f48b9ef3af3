//! Lambda Function URL with `InvokeMode: BUFFERED`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

use serde_json::{Value, json};

use super::body::Body;
use super::headers::{PEER, joined};
use super::http_api::{cookies, decode, joined_headers, query_string_parameters};
use super::reply::{Reply, own};
use crate::case::{Answer, Request};

/// As payload 2.0 of an HTTP API, but that the path is as the client wrote it, and that cookies are among the
/// headers as well.
pub(super) fn event(request: &Request) -> Value {
    let body = Body::by_type(request);
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path(),
        "rawQueryString": request.query(),
        "headers": joined_headers(request),
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abcdefghijklmnop",
            "domainName": "abcdefghijklmnop.lambda-url.us-west-2.on.aws",
            "domainPrefix": "abcdefghijklmnop",
            "http": {
                "method": request.method.as_str(),
                "path": decode(request.path()),
                "protocol": "HTTP/1.1",
                "sourceIp": PEER,
                "userAgent": joined(request, "user-agent"),
            },
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "routeKey": "$default",
            "stage": "$default",
            "time": "10/Jul/2026:19:19:05 +0000",
            "timeEpoch": 1_783_711_145_766_u64,
        },
        "isBase64Encoded": body.is_base64_encoded,
    });
    if let Some(text) = body.text {
        event["body"] = text.into();
    }
    if let Some(cookies) = cookies(request) {
        event["cookies"] = cookies.into();
    }
    if !request.query().is_empty() {
        event["queryStringParameters"] = query_string_parameters(request.query());
    }
    event
}

pub(super) fn answer(request: &Request, reply: &[u8]) -> Answer {
    let Ok(mut reply) = Reply::read(reply) else {
        return own(502, "text/plain", "Internal Server Error", request);
    };
    let mut lines = reply.single_lines();
    let cookies = reply.cookies.take().unwrap_or_default();
    lines.extend(cookies.into_iter().map(|cookie| ("set-cookie".to_owned(), cookie)));
    reply.with(lines, Some("application/json"), request)
}
