//! The HTTP response, with the headers that the gateway puts on each.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Method, Response, StatusCode};
use http_body_util::Full;

use super::error::GatewayError;
use super::reply::Reply;
use crate::gateway::NotReady;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

impl Reply {
    /// As it goes to the client that asked with `method`. `date` and `connection` come from hyper,
    /// which alone knows the connection.
    pub(super) fn into_response(self, method: &Method, request_id: &str) -> Response<Full<Bytes>> {
        let Self { status, headers, body } = self;
        let mut response = Response::new(Full::default());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        // A request id is base64, and base64 is a header value.
        if let Ok(request_id) = HeaderValue::from_str(request_id) {
            response.headers_mut().insert(REQUEST_ID, request_id);
        }
        if may_have_body(status) {
            add_body(&mut response, body, method);
        }
        response
    }

    fn plain(status: StatusCode, content_type: &'static str, body: Bytes) -> Self {
        let headers = [(CONTENT_TYPE, HeaderValue::from_static(content_type))].into_iter().collect();
        Self { status, headers, body }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
fn may_have_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Without a type of its own a body is plain text, as the snapshots of AWS's .NET test tool show.
/// The answer to `HEAD` has the headers of the body, and no body.
fn add_body(response: &mut Response<Full<Bytes>>, body: Bytes, method: &Method) {
    let plain_text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(plain_text);
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    if method != Method::HEAD {
        *response.body_mut() = body.into();
    }
}

impl From<&GatewayError> for Reply {
    fn from(error: &GatewayError) -> Self {
        Self::plain(error.status(), "application/json", Bytes::from_static(error.body().as_bytes()))
    }
}

/// No answer of AWS's, where what does not build is not deployed: the compiler's words.
impl From<NotReady> for Reply {
    fn from(NotReady(reason): NotReady) -> Self {
        Self::plain(StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", reason)
    }
}
