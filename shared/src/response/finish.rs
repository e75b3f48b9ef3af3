//! The steps that finish a response.

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, TRANSFER_ENCODING};
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::{ApiResponse, BYTES, Content, EVENTS, Response, TEXT};
use crate::body::{Body, Piece};
use crate::error::ApiError;
use crate::header_list::allow;
use crate::response::Result;
use crate::sse::IntoEvent;

/// The characters that are escaped in a `Location` header: all but visible ASCII.
const NOT_IN_LOCATION: &AsciiSet = &CONTROLS.add(b' ');

impl ApiResponse {
    /// Finishes with JSON, `res.json` in Next.js. A content type that is already set stays.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.json(vec![1, 2])
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!(answer.text(), "[1,2]");
    /// assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    /// ```
    ///
    /// # Errors
    /// A hidden 500 if the value does not serialize, or for a mistake of an earlier step.
    #[track_caller]
    pub fn json(self, value: impl Serialize) -> Result {
        let json = serde_json::to_vec(&value);
        self.finish(Content::json(json?))
    }

    /// Finishes with text, bytes or a JSON value, `res.send` in Next.js.
    ///
    /// If no content type is set, text gets `text/plain; charset=utf-8`, bytes get `application/octet-stream`, and JSON
    /// gets `application/json; charset=utf-8`.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    ///     match req.query().get("as") {
    ///         Some("bytes") => res.send(vec![0xff, 0x00]),
    ///         Some("json") => res.send(serde_json::json!({ "name": "Ann" })),
    ///         _ => res.send("text"),
    ///     }
    /// }
    ///
    /// let route = Route::new("/api/x", handler);
    /// let answer = TestRequest::get("/api/x?as=bytes").send(&route);
    /// assert_eq!(answer.bytes().as_ref(), [0xff, 0x00]);
    /// assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    /// assert_eq!(TestRequest::get("/api/x?as=json").send(&route).text(), r#"{"name":"Ann"}"#);
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    pub fn send(self, content: impl Into<Content>) -> Result {
        self.finish(content.into())
    }

    /// Finishes with a stream of text or bytes, and sends each piece as it comes. The content type is
    /// `application/octet-stream` unless one is set.
    ///
    /// A stream that can fail returns a `Result` for each piece. Behind a front door that does not stream, such as an
    /// HTTP API, the stream is collected first.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use futures_util::stream;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.header("content-type", "text/plain").stream(stream::iter(["one\n", "two\n"]))
    /// }
    ///
    /// let answer = TestRequest::get("/api/lines").send(&Route::new("/api/lines", handler));
    /// assert_eq!(answer.text(), "one\ntwo\n");
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    pub fn stream<P: Piece + 'static>(self, pieces: impl Stream<Item = P> + Send + 'static) -> Result {
        self.streamed(BYTES, Body::from_stream(pieces))
    }

    /// Finishes with any [`http_body::Body`], such as the body of a response of another service, and sends it as it
    /// comes. The content type is `application/octet-stream` unless one is set.
    ///
    /// Behind a front door that does not stream, such as an HTTP API, the body is collected first.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use http_body_util::Full;
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     let upstream = http::Response::new(Full::from("hello"));
    ///     res.header("content-type", "text/plain").body(upstream.into_body())
    /// }
    ///
    /// assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", handler)).text(), "hello");
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    pub fn body<B>(self, body: B) -> Result
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<ApiError>,
    {
        self.streamed(BYTES, Body::from_any(body))
    }

    /// Finishes with server-sent events, and sends each event as it comes. The content type is `text/event-stream`, and
    /// `Cache-Control` is `no-cache` unless it is set. A stream that can fail returns a `Result` for each event.
    ///
    /// Behind a front door that does not stream, such as an HTTP API, the events are collected first, so the stream has
    /// to end.
    ///
    /// ```
    /// use api_routes::sse::Event;
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    /// use futures_util::{StreamExt, stream};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.events(stream::iter([12, 13]).map(|price| Event::new().event("price").data(price.to_string())))
    /// }
    ///
    /// let answer = TestRequest::get("/api/prices").send(&Route::new("/api/prices", handler));
    /// assert_eq!(answer.text(), "event: price\ndata: 12\n\nevent: price\ndata: 13\n\n");
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    pub fn events<I: IntoEvent + 'static>(self, events: impl Stream<Item = I> + Send + 'static) -> Result {
        let events = events.map(IntoEvent::into_event);
        self.streamed(EVENTS, Body::from_stream(events)).map(|mut response| {
            response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
            response
        })
    }

    /// Finishes with a body that gets no `ETag`.
    fn streamed(self, content_type: HeaderValue, body: Body) -> Result {
        let mut response = self.end()?;
        if has_body(&mut response) {
            response.headers_mut().entry(CONTENT_TYPE).or_insert(content_type);
            *response.body_mut() = body;
        }
        Ok(response)
    }

    /// Finishes with a redirect, `res.redirect` in Next.js. The status is 307 unless another one is set. The body is
    /// the URL, for clients that do not follow redirects.
    ///
    /// A status that is not a redirect (outside 3xx, or 304) becomes 307, as in Next.js. Spaces, line breaks and
    /// characters beyond ASCII in the URL are percent-encoded.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.redirect("/api/elsewhere")
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!((answer.status().as_u16(), answer.header("location")), (307, Some("/api/elsewhere")));
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    #[track_caller]
    pub fn redirect(self, to: impl AsRef<str>) -> Result {
        self.redirect_to(to.as_ref())
    }

    // Not generic, so that all types of text share one copy.
    #[track_caller]
    fn redirect_to(self, to: &str) -> Result {
        let location = utf8_percent_encode(to, NOT_IN_LOCATION).to_string();
        let mut redirect = self.header(LOCATION, &location);
        if !redirect.status.is_redirection() || redirect.status == StatusCode::NOT_MODIFIED {
            redirect.status = StatusCode::TEMPORARY_REDIRECT;
        }
        // A length that was set describes another body, and would break the transfer.
        redirect.headers.map.remove(CONTENT_LENGTH);
        redirect.streamed(TEXT, location.into())
    }

    /// Finishes without a body, `res.end` in Next.js.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.status(202).end()
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!((answer.status().as_u16(), answer.text().as_str()), (202, ""));
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    pub fn end(self) -> Result {
        let Self { status, headers, mistake } = self;
        if let Some(mistake) = mistake {
            // Dropping the headers keeps them for the error.
            return Err(mistake);
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        *response.headers_mut() = headers.sent();
        Ok(response)
    }

    /// Finishes with 204 and no body.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.no_content()
    /// }
    ///
    /// assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", handler)).status(), 204);
    /// ```
    ///
    /// # Errors
    /// A hidden 500 for a mistake of an earlier step.
    pub fn no_content(self) -> Result {
        self.status(StatusCode::NO_CONTENT).end()
    }

    /// Returns a 405 error whose `Allow` header lists the methods that the route answers.
    ///
    /// ```
    /// use api_routes::test::TestRequest;
    /// use api_routes::{ApiRequest, ApiResponse, Method, Result, Route};
    ///
    /// async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    ///     res.method_not_allowed(&[Method::POST])
    /// }
    ///
    /// let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    /// assert_eq!((answer.status().as_u16(), answer.header("allow")), (405, Some("POST")));
    /// ```
    ///
    /// # Errors
    /// Always. The 405 is an [`ApiError`], so that it has the form of every other error. The headers of `self` are sent
    /// with it.
    pub fn method_not_allowed(self, allowed: &[Method]) -> Result {
        let refused = || ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        Err(self.mistake.unwrap_or_else(|| refused().header(ALLOW, allow(allowed))))
    }

    // Not generic, so that all types of content share one copy.
    fn finish(self, content: Content) -> Result {
        let mut response = self.end()?;
        if !has_body(&mut response) {
            return Ok(response);
        }
        let headers = response.headers_mut();
        headers.entry(CONTENT_TYPE).or_insert(content.kind.content_type());
        if let Some(length) = headers.get_mut(CONTENT_LENGTH) {
            // A wrong length would break the transfer; Next.js replaces it too.
            *length = content.bytes.len().into();
        }
        *response.body_mut() = content.into_body();
        Ok(response)
    }
}

/// Returns whether a response with this status has a body. If not, removes the headers that describe one, as Next.js does.
fn has_body(response: &mut Response) -> bool {
    if !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        return true;
    }
    for described in [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING] {
        response.headers_mut().remove(described);
    }
    false
}
