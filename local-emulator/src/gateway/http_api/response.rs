//! The HTTP response, with the headers that the gateway puts on each.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Method, Response, StatusCode};
use http_body::Body;

use crate::gateway::answer::AnswerBody;
use crate::gateway::reply::Reply;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// `reply` as it goes to the client that asked with `method`. `date` and `connection` come from hyper,
/// which alone knows the connection.
pub(super) fn response(reply: Reply, method: &Method, request_id: &str) -> Response<AnswerBody> {
    let Reply { status, headers, body } = reply;
    let mut response = Response::new(AnswerBody::default());
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

/// <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
fn may_have_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Without a type of its own a body is plain text, as the snapshots of AWS's .NET test tool show.
/// The answer to `HEAD` has the headers of the body, and no body.
fn add_body(response: &mut Response<AnswerBody>, body: AnswerBody, method: &Method) {
    let plain_text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(plain_text);
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    if method != Method::HEAD {
        *response.body_mut() = body;
    }
}
