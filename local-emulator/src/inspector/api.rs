//! The addresses of the inspector: the calls of the API, and the files of the page.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HOST, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde::de::DeserializeOwned;

use super::error::InspectorError;
use super::filter::{self, Filter};
use super::response::{InspectorBody, empty, json, whole};
use super::send::SentRequest;
use super::view::RequestView;
use super::{Inspector, page};
use crate::authorizer::issuer::{OwnIssuer, document};
use crate::door::INSPECTOR_PATH;
use crate::gateway::{RequestBody, limits};
use crate::record::Record;

/// The most bytes of a request's body: the largest body that a front door takes, in base64.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// The parameter of a client that wants the whole body of a response, beyond the part that a record keeps.
const WHOLE_BODY: &str = "whole_body";

/// The folder of the documents of the emulator's issuer of tokens. They are as public as those of any issuer.
const ISSUER_FOLDER: &str = "issuer/";

impl Inspector {
    /// Answers a request for which [`is_inspector_path`] holds.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request<impl RequestBody>,
    ) -> Response<InspectorBody> {
        let (head, body) = request.into_parts();
        if let Err(refused) = self.access.check_host(&head) {
            return refused.into_response::<Full<Bytes>>().map(BodyExt::boxed_unsync);
        }
        let path = head.uri.path()[INSPECTOR_PATH.len()..].trim_matches('/').to_owned();
        if let Some(file) = page::file(&path) {
            return file.response(&head.method);
        }
        if let Some(response) = issuer_document(&head, &path, &self.issuer) {
            return response;
        }
        if let Err(refused) = self.access.check_sender(&head) {
            return refused.of_inspector().into_response::<Full<Bytes>>().map(BodyExt::boxed_unsync);
        }
        let answer = match path.strip_prefix("api/") {
            Some(path) => self.call(path, &head, body).await,
            None => Err(InspectorError::NoSuchAddress),
        };
        answer.unwrap_or_else(InspectorError::into_response)
    }

    async fn call(
        self: &Arc<Self>,
        path: &str,
        head: &Parts,
        body: impl RequestBody,
    ) -> Result<Response<InspectorBody>, InspectorError> {
        let segments: Vec<&str> = path.split('/').collect();
        let query = head.uri.query().unwrap_or_default();
        let methods = operations(&segments).ok_or(InspectorError::NoSuchAddress)?;
        if !methods.contains(&head.method) {
            return Err(InspectorError::Method(methods));
        }
        match (&head.method, segments.as_slice()) {
            (&Method::GET, ["openapi.json"]) => Ok(whole("application/json", OPENAPI)),
            (&Method::GET, ["stream"]) => Ok(self.stream(head)),
            (&Method::GET, ["routes"]) => Ok(json(&self.routes())),
            (&Method::GET, ["functions"]) => Ok(json(&self.functions())),
            (&Method::GET, ["requests"]) => Ok(json(&Filter::read(query)?.select(&self.store))),
            (&Method::DELETE, ["requests"]) => {
                self.store.clear();
                Ok(empty(StatusCode::NO_CONTENT))
            }
            (&Method::POST, ["requests"]) => {
                let wants_body = filter::flag(query, WHOLE_BODY)?;
                let draft = read_json(body).await?.ok_or(InspectorError::NoBody)?;
                Ok(self.send_new(draft, wants_body).await?.shown())
            }
            (&Method::GET, ["requests", id]) => Ok(shown(&*self.record(id)?)),
            (&Method::GET, ["requests", id, "events"]) => {
                let record = self.record(id)?;
                Ok(json(&self.events(&record).await?))
            }
            (&Method::GET, ["requests", id, "curl"]) => {
                let with_secrets = filter::flag(query, "secrets")?;
                Ok(whole("text/plain; charset=utf-8", self.curl(&*self.record(id)?, with_secrets)?))
            }
            (&Method::POST, ["requests", id, "send"]) => {
                let record = self.record(id)?;
                let wants_body = filter::flag(query, WHOLE_BODY)?;
                let edits = read_json(body).await?.unwrap_or_default();
                Ok(self.send_again(&record, edits, wants_body).await?.shown())
            }
            (&Method::POST, ["requests", id, "save"]) => {
                let record = self.record(id)?;
                let wish = read_json(body).await?.ok_or(InspectorError::NoBody)?;
                let mut response = json(&self.save(&record, &wish)?);
                *response.status_mut() = StatusCode::CREATED;
                Ok(response)
            }
            _ => Err(InspectorError::NoSuchAddress),
        }
    }
}

/// Answers a request for a document of the issuer, if `path` is one.
fn issuer_document(head: &Parts, path: &str, issuer: &OwnIssuer) -> Option<Response<InspectorBody>> {
    let host = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let document = document(path.strip_prefix(ISSUER_FOLDER)?, host, issuer)?;
    if head.method != Method::GET && head.method != Method::HEAD {
        return Some(InspectorError::Method(&[Method::GET, Method::HEAD]).into_response());
    }
    let mut response = json(&document);
    // Libraries in web pages fetch the documents as well, and they contain no secrets.
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Some(response)
}

/// The description of the API.
const OPENAPI: &str = include_str!("openapi.json");

/// Returns the methods of an address below `api/`.
fn operations(segments: &[&str]) -> Option<&'static [Method]> {
    match segments {
        ["requests"] => Some(&[Method::GET, Method::POST, Method::DELETE]),
        ["openapi.json" | "stream" | "routes" | "functions"]
        | ["requests", _]
        | ["requests", _, "events" | "curl"] => Some(&[Method::GET]),
        ["requests", _, "send" | "save"] => Some(&[Method::POST]),
        _ => None,
    }
}

/// Returns the JSON of a body, if there is a body.
async fn read_json<T: DeserializeOwned>(body: impl RequestBody) -> Result<Option<T>, InspectorError> {
    let body =
        limits::read_body(body, MAX_BODY).await.map_err(|error| InspectorError::Body(error.to_string()))?;
    if body.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&body).map(Some).map_err(InspectorError::Json)
}

impl SentRequest {
    fn shown(&self) -> Response<InspectorBody> {
        let body = self.whole_body.as_deref();
        self.record.read(|exchange, detail, stage| {
            json(&RequestView::new(&self.record, exchange, detail, stage).with_response_body(body))
        })
    }
}

fn shown(record: &Record) -> Response<InspectorBody> {
    record.read(|exchange, detail, stage| json(&RequestView::new(record, exchange, detail, stage)))
}
