//! A function's reply, and the response that is made of it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use serde::Deserialize;

use super::headers::is_hop_by_hop;
use crate::case::{Answer, Content, Lines, Request};

/// All that a function can say. Which of it counts is the front door's to know.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Reply {
    pub(super) status_code: u16,
    pub(super) status_description: Option<String>,
    pub(super) headers: Option<BTreeMap<String, String>>,
    pub(super) multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    pub(super) cookies: Option<Vec<String>>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

impl Reply {
    pub(super) fn read(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }

    pub(super) fn in_base64_as_it_is(self) -> Self {
        Self { is_base64_encoded: false, ..self }
    }

    pub(super) fn single_lines(&mut self) -> Vec<(String, String)> {
        self.headers.take().unwrap_or_default().into_iter().collect()
    }

    pub(super) fn multi_lines(&mut self) -> Vec<(String, String)> {
        let headers = self.multi_value_headers.take().unwrap_or_default();
        headers
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)))
            .collect()
    }

    /// The response with these header lines. A body without a type gets `default_type`, which for an empty
    /// one is undocumented.
    pub(super) fn with(
        self,
        lines: Vec<(String, String)>,
        default_type: Option<&str>,
        request: &Request,
    ) -> Answer {
        let body = self.body.unwrap_or_default();
        let body =
            if self.is_base64_encoded { BASE64_STANDARD.decode(body).unwrap() } else { body.into_bytes() };
        let mut answer = Answer { status: self.status_code, headers: by_name(lines), body: None };
        // <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
        if [204, 304].contains(&answer.status) {
            answer.body = Some(Content::default());
            return answer;
        }
        if let Some(default_type) = default_type {
            let content_type = answer.headers.entry("content-type".to_owned());
            content_type.or_insert_with(|| Lines(vec![default_type.to_owned()]));
        }
        answer.headers.insert("content-length".to_owned(), Lines(vec![body.len().to_string()]));
        answer.body = Some(cut(body, request));
        answer
    }
}

/// The answer to a `HEAD` request has all but the body.
fn cut(body: Vec<u8>, request: &Request) -> Content {
    if request.method == Method::HEAD { Content::default() } else { Content(body) }
}

/// Lengths and what belongs to a connection are the front door's own.
fn by_name(lines: Vec<(String, String)>) -> BTreeMap<String, Lines> {
    let mut headers = BTreeMap::<_, Lines>::new();
    for (name, value) in lines {
        let name = name.to_ascii_lowercase();
        if name != "content-length" && !is_hop_by_hop(&name) {
            headers.entry(name).or_default().0.push(latin1(&value));
        }
    }
    headers
}

/// Text beyond ASCII goes out as UTF-8, and is compared byte for byte. Undocumented.
fn latin1(value: &str) -> String {
    value.bytes().map(char::from).collect()
}

/// What a front door says by itself.
pub(super) fn own(status: u16, content_type: &str, body: &str, request: &Request) -> Answer {
    let headers = [("content-type", content_type), ("content-length", &body.len().to_string())]
        .map(|(name, value)| (name.to_owned(), Lines(vec![value.to_owned()])));
    Answer { status, headers: BTreeMap::from(headers), body: Some(cut(body.into(), request)) }
}
