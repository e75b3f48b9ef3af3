//! Events of payload format 2.0: HTTP API and Function URL.

use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::COOKIE;
use serde_json::{Value, json};

use super::sent::{CLIENT_IP, Sent, TIME, decoded, decoded_query, joined, pairs, text};

/// Makes the event of an HTTP API: path and path parameters are decoded, and the `cookie` header is split.
pub(super) fn event(sent: &Sent<'_>) -> Value {
    let route_key =
        sent.route.as_ref().map_or_else(|| "$default".to_owned(), |(path, _)| format!("ANY {path}"));
    let headers = sent.http_api_headers("a1b2c3d4e5.execute-api.us-east-1.amazonaws.com");
    let mut event = payload_2(sent, &headers, &route_key, "a1b2c3d4e5", "execute-api", "amazonaws.com");
    // The path ends at a decoded question mark: https://github.com/middleapi/standard-server/issues/93
    event["rawPath"] = decoded(sent.path()).split('?').next().into();
    event["requestContext"]["requestId"] = "ATfSmjLgPHcESJw=".into();
    if let Some((_, parameters)) = sent.route.as_ref().filter(|(_, parameters)| !parameters.is_empty()) {
        let parameters: BTreeMap<_, _> =
            parameters.iter().map(|(name, value)| (name, decoded(value))).collect();
        event["pathParameters"] = json!(parameters);
    }
    if let Some(headers) = event["headers"].as_object_mut() {
        headers.remove(COOKIE.as_str());
    }
    event
}

/// Makes the event of a Function URL: the path stays encoded, `cookie` is also a header, and there is no route.
pub(super) fn url_event(sent: &Sent<'_>) -> Value {
    let id = "abcdefghijklmnopqrstuvwxyz012345";
    let mut headers = sent.headers(&format!("{id}.lambda-url.us-east-1.on.aws"));
    for (name, value) in
        [("x-amzn-tls-version", "TLSv1.3"), ("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256")]
    {
        headers.insert(name, http::HeaderValue::from_static(value));
    }
    let mut event = payload_2(sent, &headers, "$default", id, "lambda-url", "on.aws");
    event["rawPath"] = sent.path().into();
    event["requestContext"]["accountId"] = "anonymous".into();
    event["requestContext"]["requestId"] = "9ad9f2b4-7a3c-4d6e-8f21-0c5b1e2d3f40".into();
    event
}

/// Makes payload 2.0. Members without a value are left out.
fn payload_2(
    sent: &Sent<'_>,
    headers: &HeaderMap,
    route_key: &str,
    id: &str,
    service: &str,
    domain: &str,
) -> Value {
    let (body, is_base64) = sent.body();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": "",
        "rawQueryString": sent.query(),
        "headers": joined(&pairs(headers)),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": id,
            "domainName": format!("{id}.{service}.us-east-1.{domain}"),
            "domainPrefix": id,
            "http": {
                "method": sent.method(),
                "path": decoded(sent.path()),
                "protocol": "HTTP/1.1",
                "sourceIp": CLIENT_IP,
                "userAgent": sent.user_agent(),
            },
            "requestId": "",
            "routeKey": route_key,
            "stage": "$default",
            "time": TIME.1,
            "timeEpoch": TIME.0,
        },
        "isBase64Encoded": is_base64,
    });
    let cookies: Vec<_> = headers.get_all(COOKIE).iter().map(text).collect();
    let cookies: Vec<_> = cookies.iter().flat_map(|line| line.split("; ")).collect();
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
        event["headers"]["cookie"] = cookies.join("; ").into();
    }
    if !sent.query().is_empty() {
        event["queryStringParameters"] = json!(joined(&decoded_query(sent.query())));
    }
    if !body.is_empty() {
        event["body"] = body.into();
    }
    event
}
