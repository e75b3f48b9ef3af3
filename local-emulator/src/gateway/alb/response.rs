//! The HTTP response, with the headers that a load balancer puts on each.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, SERVER};
use http::{Method, Response, StatusCode};
use http_body::Body;

use crate::gateway::answer::AnswerBody;
use crate::gateway::reply::Reply;

/// `reply` as it goes to the client that asked with `method`. `date` and `connection` come from hyper, which alone
/// knows the connection. `server` is on the answers of functions too, as seen in
/// <https://github.com/glassechidna/serverlessish/pull/4>.
///
/// Undocumented (ALB-17): a function's own `server`, which stays, as a target's does.
pub(super) fn response(reply: Reply, method: &Method) -> Response<AnswerBody> {
    let Reply { status, headers, body } = reply;
    let mut response = Response::new(AnswerBody::default());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.headers_mut().entry(SERVER).or_insert(HeaderValue::from_static("awselb/2.0"));
    if may_have_body(status) {
        add_body(&mut response, body, method);
    }
    response
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
fn may_have_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// The answer to `HEAD` has the headers of the body, and no body.
///
/// Undocumented (ALB-18): the type of a body that has none. That it is not text is to be read out of
/// <https://github.com/aws/aws-lambda-go/pull/207>, where only a type makes a body appear as text.
fn add_body(response: &mut Response<AnswerBody>, body: AnswerBody, method: &Method) {
    let unknown = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(unknown);
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    if method != Method::HEAD {
        *response.body_mut() = body;
    }
}
