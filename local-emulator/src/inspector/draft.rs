//! A request that a client of the API writes or edits.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use api_routes_project::front_doors::FrontDoor;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::Full;
use serde::Deserialize;

use super::error::InspectorError;
use crate::door::Door;
use crate::record::{Record, Subject};

/// The client address in the events of requests that the inspector sends.
pub(super) const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A new request, or the parts of a request that differ from a recorded one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    pub(super) front_door: Option<String>,
    method: Option<String>,
    /// Path and query.
    target: Option<String>,
    headers: Option<Vec<(String, String)>>,
    body: Option<DraftBody>,
}

/// A body as JSON writes it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum DraftBody {
    Text(String),
    Base64 { base64: String },
    TextMember { text: String },
}

/// A complete request, which can be sent.
#[derive(Clone, Debug)]
pub(super) struct Sendable {
    /// The name of its front door.
    pub(super) door: String,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Draft {
    /// Completes the draft as a new request to `door`.
    pub(super) fn into_new(self, door: &Door) -> Result<Sendable, InspectorError> {
        let plain = Sendable {
            door: door.name.name.to_string(),
            method: Method::GET,
            target: "/".to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        self.apply_to(plain)
    }

    /// Replaces the parts of `sendable` that the draft has.
    pub(super) fn apply_to(self, sendable: Sendable) -> Result<Sendable, InspectorError> {
        let method = self.method.map(|method| {
            Method::from_bytes(method.as_bytes()).map_err(|_| InspectorError::InvalidMethod(method))
        });
        Ok(Sendable {
            door: sendable.door,
            method: method.transpose()?.unwrap_or(sendable.method),
            target: self.target.unwrap_or(sendable.target),
            headers: self.headers.map_or(Ok(sendable.headers), |headers| read_headers(&headers))?,
            body: self.body.map_or(Ok(sendable.body), DraftBody::bytes)?,
        })
    }

    pub(super) fn has_body(&self) -> bool {
        self.body.is_some()
    }

    pub(super) fn has_target(&self) -> bool {
        self.target.is_some()
    }

    pub(super) fn has_headers(&self) -> bool {
        self.headers.is_some()
    }
}

impl DraftBody {
    fn bytes(self) -> Result<Bytes, InspectorError> {
        match self {
            Self::Text(text) | Self::TextMember { text } => Ok(text.into()),
            Self::Base64 { base64 } => {
                Ok(STANDARD.decode(base64).map_err(InspectorError::InvalidBase64)?.into())
            }
        }
    }
}

/// The most headers of a request. The listener has the same limit, but the inspector's requests do not pass through it.
const MAX_HEADERS: usize = 1_024;

fn read_headers(headers: &[(String, String)]) -> Result<HeaderMap, InspectorError> {
    if headers.len() > MAX_HEADERS {
        return Err(InspectorError::TooManyHeaders(headers.len()));
    }
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let invalid = || InspectorError::InvalidHeader(name.clone());
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        map.append(header, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| invalid())?);
    }
    Ok(map)
}

impl Sendable {
    /// Returns a recorded request.
    ///
    /// # Errors
    /// No client sent the record over HTTP, or the record lacks a part of the body although `needs_body` is set.
    pub(super) fn from_record(record: &Record, needs_body: bool) -> Result<Self, InspectorError> {
        record.read(|exchange, detail, _| {
            let (method, target, door) = match &exchange.subject {
                Subject::Request { method, target, door } => (method, target, door),
                Subject::Event { .. } => return Err(InspectorError::AsynchronousEvent(record.id())),
                Subject::Authorizer { name, request } => {
                    return Err(InspectorError::AuthorizerInvocation {
                        id: record.id(),
                        authorizer: name.clone(),
                        request: request.clone(),
                    });
                }
            };
            let (body, is_whole) = detail.request_body();
            if needs_body && (!is_whole || body.is_cut()) {
                return Err(InspectorError::BodyCut(record.id()));
            }
            let headers = detail.request_headers().filter_map(|(name, value)| {
                Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?))
            });
            let mut map = HeaderMap::new();
            headers.for_each(|(name, value)| {
                map.append(name, value);
            });
            Ok(Self {
                door: door.name.to_string(),
                method: method.clone(),
                target: target.clone(),
                headers: map,
                body: Bytes::copy_from_slice(body.bytes),
            })
        })
    }

    /// Redirects the request to another front door. Its path gets the stage of that front door, unless `keeps_target` is set.
    pub(super) fn lead_to(&mut self, from: &Door, to: &Door, keeps_target: bool) {
        if !keeps_target && let Some(rest) = from.without_stage(&self.target) {
            self.target = format!("{}{rest}", to.stage());
        }
        self.door = to.name.name.to_string();
    }

    /// Adds a host and the correct length, as HTTP/1.1 needs them.
    pub(super) fn into_request(mut self, door: &Door) -> Result<Request<Full<Bytes>>, InspectorError> {
        let is_target = self.target.starts_with('/');
        let uri: Uri = match self.target.parse() {
            Ok(uri) if is_target => uri,
            _ => return Err(InspectorError::InvalidTarget(self.target)),
        };
        // `HeaderMap::remove` would change the order of headers.
        let has_length = self.headers.contains_key(CONTENT_LENGTH);
        self.headers = without(self.headers, &TRANSFER_ENCODING);
        if has_length || !self.body.is_empty() {
            self.headers.insert(CONTENT_LENGTH, self.body.len().into());
        }
        if !self.headers.contains_key(HOST) {
            self.headers.extend(host_of(door).map(|host| (HOST, host)));
        }
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

/// Returns the address of a front door as a host.
pub(super) fn host_of(door: &Door) -> Option<HeaderValue> {
    door.address.to_string().parse().ok()
}

/// Returns the host of a function, if `declared` is the front door of Function URLs.
pub(super) fn host_of_url(declared: &FrontDoor, function: &str, port: u16) -> Option<HeaderValue> {
    let FrontDoor::FunctionUrls(urls) = declared else { return None };
    let url = urls.iter().find(|url| url.place == function)?;
    format!("{}.localhost:{port}", url.hosts[0]).parse().ok()
}

fn without(headers: HeaderMap, name: &HeaderName) -> HeaderMap {
    if !headers.contains_key(name) {
        return headers;
    }
    let mut others = HeaderMap::new();
    for (other, value) in headers.iter().filter(|(other, _)| *other != name) {
        others.append(other, value.clone());
    }
    others
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::Sendable;
    use crate::printer::Printer;
    use crate::record::{DoorName, LogStyle, Recorder, Store};

    #[test]
    fn record_that_no_client_sent_cannot_be_sent() {
        let recorder = Recorder::new(Printer::recorded().0, LogStyle::Requests, Some(Store::default()));
        let door = DoorName { name: "http-api".into(), is_one_of_several: false };
        let head = Request::get("/api/me?x=1").body(()).unwrap().into_parts().0;
        let asked = recorder.request(&head, &door, None).authorizer("Session");
        for (recording, words) in [
            (recorder.event("hello"), "is an asynchronous event"),
            (
                asked,
                "is an invocation of authorizer `Session`, which no client sends: use the record of the request",
            ),
        ] {
            let error = Sendable::from_record(recording.record(), false).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
