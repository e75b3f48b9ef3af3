//! `res`: what the client gets.

mod content;
mod set_cookie;

use bytes::Bytes;
use cookie::Cookie;
use futures_util::Stream;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LOCATION, SET_COOKIE, TRANSFER_ENCODING,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use tower::BoxError;

use crate::body::Body;
use crate::error::{ApiError, Result};
use crate::methods::allow;
use crate::sse::Event;
pub use content::Content;
pub use set_cookie::SetCookie;

/// A finished answer.
pub type Response = http::Response<Body>;

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
const EVENTS: &str = "text/event-stream";

/// What a `Location` header cannot hold: all but visible ASCII.
const NOT_IN_LOCATION: &AsciiSet = &CONTROLS.add(b' ');

/// An answer in the making, Next's `res`.
///
/// `status`, `header` and `cookie` prepare it; `json`, `send`, `redirect`, `end` and the like finish it.
/// Finishing consumes it: an answer is given once, and a handler that forgets to give one does not compile.
/// A mistake in a preparing step (a status of 99, a header with a line break) waits until the answer is
/// finished, and is a hidden 500 then.
///
/// ```
/// use api_routes::{ApiRequest, ApiResponse, Result};
/// use serde_json::json;
///
/// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
///     res.status(200).header("cache-control", "no-store").json(json!({ "name": "John Doe" }))
/// }
/// ```
#[derive(Debug)]
#[must_use = "an answer is finished by `json`, `send`, `redirect` or `end`"]
pub struct ApiResponse {
    response: Result<Response>,
    status_set: bool,
    etag: bool,
}

impl Default for ApiResponse {
    fn default() -> Self {
        Self::new()
    }
}

impl ApiResponse {
    /// An empty 200.
    pub fn new() -> Self {
        Self { response: Ok(Response::new(Body::empty())), status_set: false, etag: true }
    }

    /// Whether `json` and `send` are to compute an `ETag`.
    pub(crate) fn with_etag(mut self, etag: bool) -> Self {
        self.etag = etag;
        self
    }

    /// One that has the status and the headers of an error already.
    pub(crate) fn of_error(error: &ApiError) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = error.status();
        response.headers_mut().clone_from(error.headers());
        Self { response: Ok(response), status_set: true, etag: false }
    }

    fn prepare(mut self, step: impl FnOnce(&mut Response) -> Result<()>) -> Self {
        self.response = self.response.and_then(|mut response| step(&mut response).map(|()| response));
        self
    }

    /// Sets the status, Next's `res.status`. The last call counts.
    pub fn status<S>(mut self, status: S) -> Self
    where
        S: TryInto<StatusCode>,
        S::Error: Into<http::Error>,
    {
        let status = status.try_into().map_err(|error| ApiError::hidden(error.into()));
        self.status_set = true;
        self.prepare(|response| status.map(|status| *response.status_mut() = status))
    }

    /// Sets a header, Next's `res.setHeader`: what it held before is gone.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        N::Error: Into<http::Error>,
        V: TryInto<HeaderValue>,
        V::Error: Into<http::Error>,
    {
        let header = header(name, value);
        self.prepare(|response| {
            let (name, value) = header?;
            response.headers_mut().insert(name, value);
            Ok(())
        })
    }

    /// Adds a header beside those of its name, Next's `res.appendHeader`.
    pub fn append_header<N, V>(self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        N::Error: Into<http::Error>,
        V: TryInto<HeaderValue>,
        V::Error: Into<http::Error>,
    {
        let header = header(name, value);
        self.prepare(|response| {
            let (name, value) = header?;
            response.headers_mut().append(name, value);
            Ok(())
        })
    }

    /// Adds a `Set-Cookie`: a pair of name and value, or a [`Cookie`] with its attributes. The value is
    /// percent-encoded where it must be, and [`req.cookies()`](crate::ApiRequest::cookies) decodes it.
    ///
    /// ```
    /// use api_routes::{ApiRequest, ApiResponse, Cookie, Result, SameSite};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     let session = Cookie::build(("session", "s3cret")).path("/").http_only(true).same_site(SameSite::Lax);
    ///     res.cookie(("theme", "dark")).cookie(session).send("Welcome")
    /// }
    /// ```
    pub fn cookie<'c>(self, cookie: impl Into<SetCookie<'c>>) -> Self {
        let line = cookie.into().0.encoded().to_string();
        self.append_header(SET_COOKIE, line)
    }

    /// Tells the client to forget a cookie that was set with `Path=/`.
    pub fn clear_cookie(self, name: &str) -> Self {
        let mut gone = Cookie::build((name, "")).path("/").build();
        gone.make_removal();
        self.cookie(gone)
    }

    /// Finishes with JSON, Next's `res.json`. A content type that was set is kept.
    ///
    /// # Errors
    /// A hidden 500 if the value does not serialise.
    pub fn json(self, value: impl Serialize) -> Result {
        let json = serde_json::to_vec(&value);
        self.finish(Content::json(json?))
    }

    /// Finishes with text, bytes or a JSON value, Next's `res.send`.
    ///
    /// Without a content type, text gets `text/plain; charset=utf-8`, bytes `application/octet-stream` and
    /// JSON its own.
    ///
    /// # Errors
    /// The mistake of an earlier step, as a hidden 500.
    pub fn send(self, content: impl Into<Content>) -> Result {
        self.finish(content.into())
    }

    /// Finishes with a body that is sent as it comes.
    ///
    /// Behind a front door that does not stream, such as an HTTP API, it is collected first.
    ///
    /// # Errors
    /// The mistake of an earlier step, as a hidden 500.
    pub fn stream<B>(self, body: B) -> Result
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.streamed(BYTES, Body::stream(body))
    }

    /// Finishes with server-sent events, each sent as it comes: `text/event-stream`, not to be cached.
    ///
    /// Behind a front door that does not stream, such as an HTTP API, they are collected first, so there the
    /// stream has to end.
    ///
    /// # Errors
    /// The mistake of an earlier step, as a hidden 500.
    pub fn events<E: Into<BoxError> + 'static>(
        self,
        events: impl Stream<Item = Result<Event, E>> + Send + 'static,
    ) -> Result {
        self.streamed(EVENTS, Body::from_stream(events)).map(|mut response| {
            response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
            response
        })
    }

    fn streamed(self, content_type: &'static str, body: Body) -> Result {
        let mut response = self.response?;
        response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
        *response.body_mut() = body;
        Ok(response)
    }

    /// Finishes with a redirect, Next's `res.redirect`: 307, unless a 3xx was set.
    ///
    /// What a header cannot hold (spaces, line breaks, letters beyond ASCII) is percent-encoded.
    ///
    /// # Errors
    /// A hidden 500 if the status that was set is no redirect.
    pub fn redirect(self, to: &str) -> Result {
        let location = utf8_percent_encode(to, NOT_IN_LOCATION).to_string();
        let status_set = self.status_set;
        let mut response = self.header(LOCATION, location).response?;
        match response.status() {
            _ if !status_set => *response.status_mut() = StatusCode::TEMPORARY_REDIRECT,
            status if status.is_redirection() => {}
            status => {
                return Err(ApiError::hidden(format!("`redirect` with status {status}: set a 3xx, or none")));
            }
        }
        Ok(response)
    }

    /// Finishes without a body, Next's `res.end`.
    ///
    /// # Errors
    /// The mistake of an earlier step, as a hidden 500.
    pub fn end(self) -> Result {
        self.response
    }

    /// Finishes with 204 and no body.
    ///
    /// # Errors
    /// The mistake of an earlier step, as a hidden 500.
    pub fn no_content(self) -> Result {
        self.status(StatusCode::NO_CONTENT).end()
    }

    /// Finishes with 405 and the methods that the route does answer, in `Allow`.
    ///
    /// # Errors
    /// Always: the 405 is an [`ApiError`], so that it looks like every other error.
    pub fn method_not_allowed(self, allowed: &[Method]) -> Result {
        self.response?;
        Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed").header(ALLOW, allow(allowed)))
    }

    // One copy for all types that are serialised or sent.
    fn finish(self, content: Content) -> Result {
        let etag = self.etag;
        let mut response = self.response?;
        let bodiless = matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let headers = response.headers_mut();
        if bodiless {
            for described in [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING] {
                headers.remove(described);
            }
            return Ok(response);
        }
        headers.entry(CONTENT_TYPE).or_insert(content.kind.content_type());
        if etag {
            headers.entry(ETAG).or_insert_with(|| content.etag());
        }
        *response.body_mut() = content.bytes.into();
        Ok(response)
    }
}

pub(crate) fn header<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue)>
where
    N: TryInto<HeaderName>,
    N::Error: Into<http::Error>,
    V: TryInto<HeaderValue>,
    V::Error: Into<http::Error>,
{
    let name = name.try_into().map_err(|error| ApiError::hidden(error.into()))?;
    let value = value.try_into().map_err(|error| ApiError::hidden(error.into()))?;
    Ok((name, value))
}

#[cfg(test)]
mod tests;
