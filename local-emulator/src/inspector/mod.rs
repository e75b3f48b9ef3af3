//! The inspector at `/_emulator`: a JSON API over the last requests, and a page that is a client of it.
//!
//! A record contains a whole request, with its secrets, and a request that is sent again runs with the developer's credentials.
//! So the API answers only programs and the developer's own pages. The page itself contains no data, so any site may link to it.

mod catalog;
mod curl;
mod draft;
mod events;
mod filter;
mod issuer;
mod page;
mod problem;
mod save;
mod secrets;
mod send;
mod stream;
mod view;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use self::filter::Filter;
use self::problem::Problem;
use self::send::Sent;
use self::view::RequestView;
use crate::access::Access;
use crate::authorizer::issuer::OwnIssuer;
use crate::current::Current;
use crate::deployment::Catalog;
use crate::door::Door;
use crate::gateway::{RequestBody, limits};
use crate::record::{Record, Store};

/// The path of the page. Everything of the inspector is below it.
pub(crate) const PATH: &str = "/_emulator";

/// The most bytes of a request's body: the largest body that a front door takes, in base64.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// The parameter of a client that wants more of a response than a record keeps.
const WHOLE_BODY: &str = "whole_body";

/// A whole body, or a stream of events that never fails.
pub(crate) type InspectorBody = UnsyncBoxBody<Bytes, std::convert::Infallible>;

/// The inspector of one emulator.
#[derive(Debug)]
pub(crate) struct Inspector {
    /// Distinguishes this emulator from an earlier one, whose requests had the same ids.
    id: Uuid,
    access: Access,
    doors: Vec<Arc<Door>>,
    store: Store,
    catalog: Current<Catalog>,
    issuer: OwnIssuer,
}

/// Whether a path is the inspector's.
pub(crate) fn is_inspectors(path: &str) -> bool {
    path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Inspector {
    pub(crate) fn new(
        access: Access,
        doors: Vec<Arc<Door>>,
        store: Store,
        catalog: Current<Catalog>,
        issuer: OwnIssuer,
    ) -> Self {
        Self { id: Uuid::new_v4(), access: access.for_inspector(), doors, store, catalog, issuer }
    }

    /// Answers a request for which [`is_inspectors`] holds.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        request: Request<impl RequestBody>,
    ) -> Response<InspectorBody> {
        let (head, body) = request.into_parts();
        if let Err(refused) = self.access.check_host(&head) {
            return refused.into_response::<Full<Bytes>>().map(BodyExt::boxed_unsync);
        }
        let path = head.uri.path()[PATH.len()..].trim_matches('/').to_owned();
        if let Some(file) = page::file(&path) {
            return file.response(&head.method);
        }
        if let Some(response) = issuer::answer(&head, &path, &self.issuer) {
            return response;
        }
        if let Err(refused) = self.access.check_sender(&head) {
            return refused.of_inspector().into_response::<Full<Bytes>>().map(BodyExt::boxed_unsync);
        }
        let answer = match path.strip_prefix("api/") {
            Some(path) => self.call(path, &head, body).await,
            None => Err(Problem::NoSuchAddress),
        };
        answer.unwrap_or_else(Problem::into_response)
    }

    async fn call(
        self: &Arc<Self>,
        path: &str,
        head: &Parts,
        body: impl RequestBody,
    ) -> Result<Response<InspectorBody>, Problem> {
        let segments: Vec<&str> = path.split('/').collect();
        let query = head.uri.query().unwrap_or_default();
        let methods = operations(&segments).ok_or(Problem::NoSuchAddress)?;
        if !methods.contains(&head.method) {
            return Err(Problem::Method(methods));
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
                let draft = read_json(body).await?.ok_or(Problem::NoBody)?;
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
                let wish = read_json(body).await?.ok_or(Problem::NoBody)?;
                let mut response = json(&self.save(&record, &wish)?);
                *response.status_mut() = StatusCode::CREATED;
                Ok(response)
            }
            _ => Err(Problem::NoSuchAddress),
        }
    }

    fn record(&self, id: &str) -> Result<Arc<Record>, Problem> {
        id.parse().ok().and_then(|id| self.store.get(id)).ok_or_else(|| Problem::NoSuchRequest(id.to_owned()))
    }
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
async fn read_json<T: DeserializeOwned>(body: impl RequestBody) -> Result<Option<T>, Problem> {
    let body = limits::read_body(body, MAX_BODY).await.map_err(|error| Problem::Body(error.to_string()))?;
    if body.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&body).map(Some).map_err(Problem::Json)
}

impl Sent {
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

fn json(value: &impl Serialize) -> Response<InspectorBody> {
    // The views have no maps with keys other than strings, which alone could fail.
    let text = serde_json::to_vec(value).unwrap_or_default();
    whole("application/json", text)
}

fn whole(content_type: &'static str, body: impl Into<Bytes>) -> Response<InspectorBody> {
    let mut response = Response::new(Full::new(body.into()).boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn empty(status: StatusCode) -> Response<InspectorBody> {
    let mut response = Response::new(Full::default().boxed_unsync());
    *response.status_mut() = status;
    response
}

/// Adds the methods that an address has.
fn allow(response: &mut Response<InspectorBody>, methods: &[Method]) {
    let methods = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    response.headers_mut().extend(HeaderValue::from_str(&methods).ok().map(|methods| (ALLOW, methods)));
}
