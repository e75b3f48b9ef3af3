//! The HTTP response that a reply becomes, as far as all front doors make it alike.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use http_body::Body;

use super::answer::AnswerBody;
use super::reply::Reply;

/// `reply` as it goes to the client that asked with `method`. A body that has no type of its own is
/// `default_type`. The answer to `HEAD` has the headers of the body, and no body. `date` and `connection` come
/// from hyper, which alone knows the connection.
pub(super) fn response(reply: Reply, method: &Method, default_type: &'static str) -> Response<AnswerBody> {
    let Reply { status, mut headers, body, extensions } = reply;
    let has_body = may_have_body(status);
    if has_body {
        describe(&body, &mut headers, default_type);
    }
    let mut response =
        Response::new(if has_body && method != Method::HEAD { body } else { AnswerBody::default() });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    *response.extensions_mut() = extensions;
    response
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
fn may_have_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn describe(body: &AnswerBody, headers: &mut HeaderMap, default_type: &'static str) {
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(default_type));
    if let Some(length) = body.size_hint().exact() {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

/// Tells the client an id. All of them are ASCII, which a header takes.
pub(super) fn insert_id(response: &mut Response<AnswerBody>, name: HeaderName, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(name, id);
    }
}
