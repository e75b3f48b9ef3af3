//! API Gateway HTTP APIs, payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use lambda_runtime::Context;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use tower::BoxError;

use super::strings::{Pairs, Text};
use super::{Arrival, EventError};
use crate::body::Body;
use crate::response::Response;
use crate::route::PathEncoding;
use crate::runtime::LateWork;

/// An HTTP API hands on the path percent-decoded; to be a URI it is encoded again, `%` included.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The query comes as the client wrote it, which need not be what a URI allows.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'e> {
    #[serde(borrow)]
    raw_path: Cow<'e, str>,
    /// Without a query `""` from AWS, and `null` from `cargo lambda watch`.
    #[serde(borrow, default)]
    raw_query_string: Option<Text<'e>>,
    #[serde(borrow, default)]
    cookies: Option<Vec<Text<'e>>>,
    #[serde(borrow, default)]
    headers: Pairs<'e>,
    #[serde(borrow, default)]
    path_parameters: Pairs<'e>,
    #[serde(borrow)]
    request_context: RequestContext<'e>,
    #[serde(borrow, default)]
    body: Option<Text<'e>>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
struct RequestContext<'e> {
    #[serde(borrow)]
    http: Http<'e>,
    #[serde(borrow, default)]
    stage: Cow<'e, str>,
}

#[derive(Deserialize)]
struct Http<'e> {
    #[serde(borrow)]
    method: Cow<'e, str>,
}

/// Reads an event.
pub(crate) fn decode(event: &Bytes, context: Option<Arc<Context>>) -> Result<Request<Body>, EventError> {
    let Event {
        raw_path,
        raw_query_string,
        cookies,
        headers,
        path_parameters,
        request_context,
        body,
        is_base64_encoded,
    } = serde_json::from_slice(event)?;
    let path = without_stage(&raw_path, &request_context.stage);

    let mut request = Request::new(body_bytes(event, body, is_base64_encoded)?.into());
    *request.method_mut() = method(&request_context.http.method)?;
    *request.uri_mut() = uri(path, raw_query_string.as_ref().map_or("", |Text(query)| query))?;
    *request.headers_mut() = header_map(event, headers, cookies)?;
    request.extensions_mut().insert(Arrival {
        path: path.to_owned(),
        encoding: PathEncoding::Decoded,
        path_parameters: path_parameters
            .0
            .into_iter()
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect(),
        context,
        late: LateWork::default(),
    });
    Ok(request)
}

/// A named stage stands in front of the path (`/prod/api/user`), `$default` does not.
fn without_stage<'e>(path: &'e str, stage: &str) -> &'e str {
    if stage.is_empty() || stage == "$default" {
        return path;
    }
    match path.strip_prefix('/').and_then(|rest| rest.strip_prefix(stage)) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

fn method(method: &str) -> Result<Method, EventError> {
    Method::from_bytes(method.as_bytes()).map_err(|_| EventError::Http("method"))
}

fn uri(path: &str, query: &str) -> Result<Uri, EventError> {
    let mut uri = String::with_capacity(path.len() + query.len() + 2);
    if !path.starts_with('/') {
        uri.push('/');
    }
    uri.extend(utf8_percent_encode(path, NOT_IN_PATH));
    if !query.is_empty() {
        uri.push('?');
        uri.extend(utf8_percent_encode(query, NOT_IN_QUERY));
    }
    Uri::from_maybe_shared(Bytes::from(uri)).map_err(|_| EventError::Http("path or query"))
}

fn header_map(
    event: &Bytes,
    pairs: Pairs<'_>,
    cookies: Option<Vec<Text<'_>>>,
) -> Result<HeaderMap, EventError> {
    let mut headers = HeaderMap::with_capacity(pairs.0.len() + 1);
    for (name, value) in pairs.0 {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| EventError::Http("header name"))?;
        headers.append(name, header_value(shared(event, value))?);
    }
    // A Function URL sends cookies both ways; an HTTP API takes the header away.
    if let Some(cookies) = cookies.filter(|cookies| !cookies.is_empty()) {
        let cookies: Vec<_> = cookies.iter().map(|Text(cookie)| cookie.as_ref()).collect();
        headers.insert(COOKIE, header_value(cookies.join("; ").into())?);
    }
    Ok(headers)
}

fn header_value(bytes: Bytes) -> Result<HeaderValue, EventError> {
    HeaderValue::from_maybe_shared(bytes).map_err(|_| EventError::Http("header value"))
}

fn body_bytes(event: &Bytes, body: Option<Text<'_>>, is_base64: bool) -> Result<Bytes, EventError> {
    match body {
        None => Ok(Bytes::new()),
        Some(Text(body)) if is_base64 => Ok(BASE64_STANDARD.decode(body.as_bytes())?.into()),
        Some(Text(body)) => Ok(shared(event, body)),
    }
}

/// What stands in the event without escapes is a part of its bytes: no copy.
fn shared(event: &Bytes, text: Cow<'_, str>) -> Bytes {
    match text {
        Cow::Borrowed(text) => event.slice_ref(text.as_bytes()),
        Cow::Owned(text) => text.into(),
    }
}

/// All members, always: cargo-lambda answers 500 to a reply without `cookies`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply<'r> {
    status_code: u16,
    headers: Headers<'r>,
    cookies: Cookies<'r>,
    is_base64_encoded: bool,
    body: &'r str,
}

/// Writes a reply.
///
/// # Errors
/// The response's own stream, which is collected here.
pub(crate) async fn encode(response: Response) -> Result<Vec<u8>, BoxError> {
    let (head, body) = response.into_parts();
    let body = body.bytes().await?;
    // Bytes that are text stay readable; whatever else survives only as base64.
    let encoded;
    let (text, is_base64_encoded) = if let Ok(text) = std::str::from_utf8(&body) {
        (text, false)
    } else {
        encoded = BASE64_STANDARD.encode(&body);
        (encoded.as_str(), true)
    };
    let reply = Reply {
        status_code: head.status.as_u16(),
        headers: Headers(&head.headers),
        cookies: Cookies(&head.headers),
        is_base64_encoded,
        body: text,
    };
    let mut json = Vec::with_capacity(text.len() + 256);
    serde_json::to_writer(&mut json, &reply)?;
    Ok(json)
}

pub(crate) fn prelude(head: &http::response::Parts) -> serde_json::Result<Vec<u8>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Prelude<'r> {
        status_code: u16,
        headers: Headers<'r>,
        cookies: Cookies<'r>,
    }
    serde_json::to_vec(&Prelude {
        status_code: head.status.as_u16(),
        headers: Headers(&head.headers),
        cookies: Cookies(&head.headers),
    })
}

/// Headers as one value a name: payload 2.0 has no other way, and HTTP reads `a, b` as two values.
/// `set-cookie` cannot be joined, and has a member of its own.
struct Headers<'r>(&'r HeaderMap);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in self.0.keys().filter(|name| **name != SET_COOKIE) {
            map.serialize_entry(name.as_str(), &joined(self.0, name))?;
        }
        map.end()
    }
}

fn joined<'r>(headers: &'r HeaderMap, name: &HeaderName) -> Cow<'r, str> {
    let mut values = headers.get_all(name).iter().map(|value| text(value.as_bytes()));
    let first = values.next().unwrap_or_default();
    values.fold(first, |all, value| Cow::Owned(format!("{all}, {value}")))
}

struct Cookies<'r>(&'r HeaderMap);

impl Serialize for Cookies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.get_all(SET_COOKIE).iter().map(|value| text(value.as_bytes())))
    }
}

/// A header's bytes as JSON text: what is no UTF-8 is read as latin-1, as HTTP did when it allowed more
/// than ASCII.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests;
