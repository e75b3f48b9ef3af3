//! API Gateway REST API with a Lambda proxy integration, in a stage `prod`, with `binaryMediaTypes: ["*/*"]` or
//! without any; and payload format 1.0 of an HTTP API, which differs in little.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use serde_json::{Map, Value, json};

use super::body::Body;
use super::headers::{PEER, forwarded, is_one_of, joined};
use super::http_api::{self, decode, decoded_parameters};
use super::reply::{Reply, own};
use crate::case::{Answer, Request};
use crate::routing::Selected;

/// A slash at the end does not count when a resource is looked for
/// (<https://github.com/aws-powertools/powertools-lambda-python/issues/1552>).
pub(super) fn path_to_select(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some("") | None => path,
        Some(path) => path,
    }
}

/// The path without the stage; it and the parameters stay encoded.
pub(super) fn event(request: &Request, selected: &Selected<'_>, body: Body) -> Value {
    let headers = forwarded(request).into_iter().filter(|(name, _)| !is_dropped(name));
    let parameters = selected.parameters.iter().map(|(name, value)| (name.clone(), (*value).into()));
    json!({
        "resource": selected.path(),
        "path": request.path(),
        "httpMethod": request.method.as_str(),
        "headers": last(headers.clone()),
        "multiValueHeaders": all(headers),
        "queryStringParameters": or_null(last(split_query(request))),
        "multiValueQueryStringParameters": or_null(all(split_query(request))),
        "pathParameters": or_null(parameters.collect::<Map<_, _>>()),
        "stageVariables": null,
        "requestContext": context(request, selected, "prod", &format!("/prod{}", request.path())),
        "isBase64Encoded": body.is_base64_encoded,
        "body": body.or_null(),
    })
}

/// In the `$default` stage of an HTTP API: parameters are decoded, and so is the path in `requestContext`.
pub(super) fn http_api_event(request: &Request, selected: &Selected<'_>) -> Value {
    let body = Body::by_type(request);
    let parameters = match decoded_parameters(selected) {
        Value::Object(parameters) => or_null(parameters),
        _ => Value::Null,
    };
    json!({
        "version": "1.0",
        "resource": selected.path(),
        "path": request.path(),
        "httpMethod": request.method.as_str(),
        "headers": last(title_case(request)),
        "multiValueHeaders": all(title_case(request)),
        "queryStringParameters": or_null(last(query(request))),
        "multiValueQueryStringParameters": or_null(all(query(request))),
        "pathParameters": parameters,
        "stageVariables": null,
        "requestContext": context(request, selected, "$default", &decode(request.path())),
        "isBase64Encoded": body.is_base64_encoded,
        "body": body.or_null(),
    })
}

fn context(request: &Request, selected: &Selected<'_>, stage: &str, path: &str) -> Value {
    json!({
        "accountId": "123456789012",
        "apiId": "abcdef0123",
        "domainName": joined(request, "host"),
        "domainPrefix": "api",
        "extendedRequestId": "ATfSmjLgPHcESJw=",
        "httpMethod": request.method.as_str(),
        "identity": { "sourceIp": PEER, "userAgent": joined(request, "user-agent") },
        "path": path,
        "protocol": "HTTP/1.1",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "requestTime": "10/Jul/2026:19:19:05 +0000",
        "requestTimeEpoch": 1_783_711_145_766_u64,
        "resourceId": "abc123",
        "resourcePath": selected.path(),
        "stage": stage,
    })
}

/// Decoded. Names are in the order of the request here; AWS's own is undocumented.
fn query(request: &Request) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(request.query().as_bytes()).into_owned()
}

/// "The semicolon character (;) is not supported for any request URL query string and results in the data being
/// split", <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>; of
/// payload 1.0 of an HTTP API nothing is known.
fn split_query(request: &Request) -> impl Iterator<Item = (String, String)> {
    let query = request.query().replace(';', "&");
    form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>().into_iter()
}

/// What a REST API keeps to itself,
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>.
fn is_dropped(name: &str) -> bool {
    const DROPPED: [&str; 6] =
        ["content-length", "content-md5", "max-forwards", "proxy-authenticate", "server", "www-authenticate"];
    is_one_of(name, &DROPPED)
}

/// The last value of each name; names in the client's own letters, which a repeat may change.
pub(super) fn last(pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> Map<String, Value> {
    let mut last = Map::new();
    for (name, value) in pairs {
        last.insert(name.as_ref().to_owned(), value.as_ref().into());
    }
    last
}

/// All values of each name.
pub(super) fn all(pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in pairs {
        let values = all.entry(name.as_ref().to_owned()).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(value.as_ref().into());
        }
    }
    all
}

fn or_null(members: Map<String, Value>) -> Value {
    if members.is_empty() { Value::Null } else { members.into() }
}

/// `Content-Type`, however the client wrote it.
fn title_case(request: &Request) -> impl Iterator<Item = (String, String)> {
    let part = |part: &str| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    let name = move |name: &str| name.split('-').map(part).collect::<Vec<_>>().join("-");
    forwarded(request).into_iter().map(move |(text, value)| (name(&text), value))
}

pub(super) fn answer(request: &Request, reply: &[u8]) -> Answer {
    read(request, reply, |reply| reply)
}

/// Base64 is decoded only for a binary media type, and there is none
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html>).
pub(super) fn text_answer(request: &Request, reply: &[u8]) -> Answer {
    read(request, reply, Reply::in_base64_as_it_is)
}

/// A reply with a member that it does not know is a 502, as is one that is none.
fn read(request: &Request, reply: &[u8], decoded: fn(Reply) -> Reply) -> Answer {
    match Reply::read(reply).map(decoded) {
        Ok(mut reply) if reply.cookies.is_none() && reply.status_description.is_none() => {
            // Both kinds are sent, whatever the guide says of names that are in both.
            let lines = [reply.multi_lines(), reply.single_lines()].concat();
            let lines = lines.into_iter().map(|(name, value)| (remapped(name), value)).collect();
            reply.with(lines, Some("application/json"), request)
        }
        _ => own(502, "application/json", r#"{"message": "Internal server error"}"#, request),
    }
}

pub(super) fn http_api_answer(request: &Request, reply: &[u8]) -> Answer {
    match Reply::read(reply) {
        Ok(mut reply) => {
            let lines = [reply.single_lines(), reply.multi_lines()].concat();
            http_api::with_default_type(reply, lines, request)
        }
        Err(_) => http_api::failed(request),
    }
}

/// Names that the gateway keeps for itself reach the client under another one.
fn remapped(name: String) -> String {
    const REMAPPED: [&str; 10] = [
        "authorization",
        "content-length",
        "content-md5",
        "date",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "user-agent",
        "www-authenticate",
    ];
    if is_one_of(&name, &REMAPPED) { format!("x-amzn-remapped-{name}") } else { name }
}

pub(super) fn no_route(request: &Request) -> Answer {
    own(403, "application/json", r#"{"message":"Missing Authentication Token"}"#, request)
}
