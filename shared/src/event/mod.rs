//! Converts events of front doors to requests, and responses to their replies.
//!
//! Each front door has a file. They share one type for events, so that the bytes are read once, and one type for
//! replies.

mod alb;
mod caller;
mod collect;
mod envelope;
mod error;
mod function_url;
mod http_api;
#[cfg(feature = "lambda_http")]
mod lambda_http;
mod mount;
mod prelude;
mod reply;
mod rest_api;
mod strings;
mod target;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE};
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use api_routes_routing::PathEncoding;
pub use caller::CallerKind;
pub(crate) use caller::Identity;
#[cfg(feature = "lambda_http")]
pub(crate) use collect::{collect, refused};
#[cfg(not(feature = "lambda_http"))]
use collect::{collect, refused};
use envelope::Envelope;
pub(crate) use error::{EncodeError, EventError};
#[cfg(feature = "lambda_http")]
pub(crate) use lambda_http::arrived;
pub(crate) use prelude::prelude;
use reply::Reply;
use strings::{Pairs, Text};
use target::Target;

use crate::arrival::Arrival;
use crate::body::Body;
use crate::error::ApiError;
use crate::front_door::FrontDoor;
use crate::late_work::LateWork;
use crate::log::{self, Current};
use crate::refusal::Refusal;
use crate::response::{BYTES, Response, TEXT};

/// The size of a reply from which on the library warns, as Next.js does: the route should send its data in pages.
const LARGE: usize = 4 * 1024 * 1024;

/// Reads the event of any front door.
pub(crate) fn decode(
    event: &Bytes,
    current: Option<Arc<Current>>,
) -> Result<(FrontDoor, Request<Body>), EventError> {
    // `lambda_runtime` reads JSON from text too, so each function has this code already.
    let event_text = std::str::from_utf8(event).map_err(|_| EventError::Text)?;
    let mut envelope: Envelope<'_> = serde_json::from_str(event_text)?;
    let front_door = envelope.front_door()?;
    let target = target(front_door, &envelope)?;
    let (method, uri) = (target.method()?, target.uri()?);
    let Target { path, encoding, parameter_encoding, client_ip, .. } = target;
    let (path, client_ip) = (path.to_owned(), client_ip.to_owned());

    let headers = header_map(event, envelope.all_headers(), envelope.cookies.as_deref())?;
    // `take` instead of a move, after which the compiler would drop the other members one by one here.
    let body = envelope.body.take();
    let body = body_bytes(event, body, envelope.is_base64_encoded == Some(true))?;
    let mut path_parameters = Vec::new();
    for (name, value) in &envelope.path_parameters.0 {
        path_parameters.push((name.to_string(), value.to_string()));
    }
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request.extensions_mut().insert(Arc::new(Arrival {
        front_door,
        event: event.clone(),
        path,
        encoding,
        path_parameters,
        parameter_encoding,
        client_ip,
        current,
        kept_headers: OnceLock::new(),
        late: LateWork::default(),
        remaining_time: None,
    }));
    Ok((front_door, request))
}

fn target<'e>(front_door: FrontDoor, event: &'e Envelope<'_>) -> Result<Target<'e>, EventError> {
    match front_door {
        FrontDoor::HttpApi => http_api::target(event, PathEncoding::Decoded),
        FrontDoor::FunctionUrl => function_url::target(event),
        FrontDoor::HttpApiPayload1 => rest_api::target(event, PathEncoding::Decoded),
        FrontDoor::RestApi => rest_api::target(event, PathEncoding::Percent),
        FrontDoor::Alb | FrontDoor::AlbMultiValue => alb::target(event),
    }
}

/// Makes the headers. A header that HTTP does not allow is left out: a load balancer lets some through, and such a
/// header should not fail the invocation.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html>
fn header_map(
    event: &Bytes,
    pairs: &Pairs<'_>,
    cookies: Option<&[Text<'_>]>,
) -> Result<HeaderMap, EventError> {
    let too_many = |_| EventError::Http("number of headers");
    let mut headers = HeaderMap::try_with_capacity(pairs.0.len() + 1).map_err(too_many)?;
    for (name, value) in &pairs.0 {
        let value = HeaderValue::from_maybe_shared(shared(event, value.clone()));
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), value) {
            headers.try_append(name, value).map_err(too_many)?;
        }
    }
    // A Function URL sends cookies in both places; an HTTP API removes the header.
    if let Some(cookies) = cookies.filter(|cookies| !cookies.is_empty()) {
        let mut header = String::new();
        for Text(cookie) in cookies {
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.push_str(cookie);
        }
        if let Ok(cookies) = HeaderValue::from_maybe_shared(Bytes::from(header)) {
            headers.try_insert(COOKIE, cookies).map_err(too_many)?;
        }
    }
    Ok(headers)
}

fn body_bytes(event: &Bytes, body: Option<Text<'_>>, is_base64: bool) -> Result<Bytes, EventError> {
    match body {
        None => Ok(Bytes::new()),
        Some(Text(body)) if is_base64 => {
            BASE64_STANDARD.decode(body.as_bytes()).map(Bytes::from).map_err(|_| EventError::Base64)
        }
        Some(Text(body)) => Ok(shared(event, body)),
    }
}

/// Returns text as a part of the bytes of the event, without a copy, if it has no escapes.
fn shared(event: &Bytes, text: Cow<'_, str>) -> Bytes {
    match text {
        Cow::Borrowed(text) => event.slice_ref(text.as_bytes()),
        Cow::Owned(text) => text.into(),
    }
}

/// Writes the reply of a response. If that fails, writes the reply of a hidden 500, and logs the reason.
pub(crate) async fn reply(
    front_door: FrontDoor,
    response: Response,
    refusal: &Refusal,
) -> Result<Vec<u8>, EncodeError> {
    let (mut head, mut body) = response.into_parts();
    let mut refusals = 0;
    loop {
        // A stream is collected.
        let encoded = match collect(body, Some(front_door)).await {
            Ok(body) => encode(front_door, &mut head, &body),
            Err(error) => Err(error),
        };
        let answer = match (encoded, refusals) {
            (Err(error), 0) => refused(error, &head.headers, refusal),
            // The headers that the error keeps may be too large.
            (Err(_), 1) => refusal.answer(ApiError::hidden_and_logged()),
            (encoded, _) => return encoded,
        };
        refusals += 1;
        (head, body) = answer.into_parts();
    }
}

/// Writes a reply in the form of a front door.
///
/// # Errors
/// If the front door cannot carry the response.
fn encode(front_door: FrontDoor, head: &mut Parts, body: &[u8]) -> Result<Vec<u8>, EncodeError> {
    // Text stays readable; other bytes need base64.
    let encoded;
    let (text, is_base64_encoded) = if let Ok(text) = std::str::from_utf8(body) {
        (text, false)
    } else {
        encoded = BASE64_STANDARD.encode(body);
        (encoded.as_str(), true)
    };
    // For a body without a content type, an HTTP API sets `text/plain`, a REST API and a Function URL set JSON, and a
    // load balancer sets none.
    if !body.is_empty() {
        let content_type = if is_base64_encoded { BYTES } else { TEXT };
        head.headers.entry(CONTENT_TYPE).or_insert(content_type);
    }
    let reply = Reply::new(head.status, text, is_base64_encoded);
    let reply = match front_door {
        FrontDoor::HttpApi | FrontDoor::FunctionUrl => http_api::reply(reply, &head.headers),
        FrontDoor::HttpApiPayload1 | FrontDoor::RestApi => rest_api::reply(reply, &head.headers),
        FrontDoor::Alb => alb::single_value_reply(reply, &head.headers)?,
        FrontDoor::AlbMultiValue => alb::multi_value_reply(reply, &head.headers),
    };
    let mut json = Vec::with_capacity(text.len() + 256);
    serde_json::to_writer(&mut json, &reply)?;
    if json.len() > front_door.reply_limit() {
        return Err(EncodeError::too_large(front_door));
    }
    if json.len() >= LARGE {
        log::warn!(
            "API response exceeds 4MB. API Routes are meant to respond quickly: send less of it, such as one page, \
             before it is too large to be sent at all",
        );
    }
    Ok(json)
}

#[cfg(test)]
mod tests;
