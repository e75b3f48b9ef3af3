//! A request as the API takes it: a new one, or the edits of a recorded one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName};
use serde::Serialize;

use super::arguments::RequestArguments;
use super::content::Content;
use super::record::{Header, Record};
use crate::parity::HeaderLine;

/// A request, or the parts of it that differ from a recorded one.
#[derive(Debug, Default, Serialize)]
pub(super) struct RequestDraft {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) front_door: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) headers: Option<Vec<Header>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<DraftBody>,
}

/// A body as JSON writes it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum DraftBody {
    Text(String),
    Bytes { base64: String },
}

impl RequestDraft {
    /// Makes a new request.
    pub(super) fn new(parts: &RequestArguments, content: Content, target: String) -> Self {
        let headers = changed(parts, &content, Vec::new());
        let body = DraftBody::new(content);
        let usual = || if body.is_some() { Method::POST } else { Method::GET };
        let method = parts.method.clone().unwrap_or_else(usual).to_string();
        Self { front_door: None, method: Some(method), target: Some(target), headers: Some(headers), body }
    }
}

/// Makes the edits of a recorded request. The method stays the recorded one, unless the command line has another.
pub(super) fn edits(
    parts: &RequestArguments,
    content: Content,
    target: Option<String>,
    recorded: &Record,
) -> RequestDraft {
    let before = recorded.request.as_ref().map(|request| request.headers.clone()).unwrap_or_default();
    let headers = changed(parts, &content, before.clone());
    RequestDraft {
        front_door: parts.front_door.clone(),
        method: parts.method.as_ref().map(ToString::to_string),
        target,
        headers: (headers != before).then_some(headers),
        body: DraftBody::new(content),
    }
}

/// Returns the headers of a recorded request, changed by the options. Headers that describe another body, or name the
/// address of another front door, are left out.
fn changed(parts: &RequestArguments, content: &Content, mut headers: Vec<Header>) -> Vec<Header> {
    let mut replaced: Vec<HeaderName> = parts.headers.iter().map(|line| line.name().clone()).collect();
    let is_json = matches!(content, Content::Json(_)) && !replaced.contains(&CONTENT_TYPE);
    if is_json {
        replaced.push(CONTENT_TYPE);
    }
    if !matches!(content, Content::None) {
        replaced.push(CONTENT_ENCODING);
    }
    if parts.front_door.is_some() {
        replaced.push(HOST);
    }
    headers.retain(|(name, _)| replaced.iter().all(|replaced| !name.eq_ignore_ascii_case(replaced.as_str())));
    if is_json {
        headers.push((CONTENT_TYPE.to_string(), "application/json".to_owned()));
    }
    headers.extend(lines(&parts.headers));
    headers
}

/// Returns the headers that the command line has.
pub(super) fn lines(lines: &[HeaderLine]) -> impl Iterator<Item = Header> {
    lines.iter().map(|line| {
        let value = String::from_utf8_lossy(line.value().as_bytes()).into_owned();
        (line.name().to_string(), value)
    })
}

impl DraftBody {
    fn new(content: Content) -> Option<Self> {
        match content {
            Content::None => None,
            Content::Json(bytes) | Content::Body(bytes) | Content::Event(bytes) => {
                Some(Self::from_bytes(bytes))
            }
        }
    }

    pub(super) fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Bytes { base64: STANDARD.encode(error.as_bytes()) },
        }
    }
}
