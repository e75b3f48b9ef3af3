//! The HTTP response, with the headers that a Function URL puts on each.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Method, Response, StatusCode};
use http_body::Body;

use crate::gateway::answer::AnswerBody;
use crate::gateway::identity::{Identity, TRACE_HEADER};
use crate::gateway::reply::Reply;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// `reply` as it goes to the client that asked with `method`. `date` and `connection` come from hyper.
///
/// Undocumented (URL-11): the trace header, and that it is in the form of Lambda's other answers.
pub(super) fn response(reply: Reply, method: &Method, identity: &Identity) -> Response<AnswerBody> {
    let Reply { status, headers, body } = reply;
    let mut response = Response::new(AnswerBody::default());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    let trace_id = format!("root={};sampled=0", identity.trace_id.trim_start_matches("Root="));
    for (name, id) in [(REQUEST_ID, &identity.request_id), (TRACE_HEADER, &trace_id)] {
        // A UUID, and a root of hexadecimal digits: both are header values.
        if let Ok(id) = HeaderValue::from_str(id) {
            response.headers_mut().insert(name, id);
        }
    }
    if !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        add_body(&mut response, body, method);
    }
    response
}

/// Without a type of its own a body is JSON, also that of a reply with a `statusCode`, as LocalStack recorded
/// (`test_lambda_url_invocation[http-response]`). The answer to `HEAD` has the headers of the body, and no body.
fn add_body(response: &mut Response<AnswerBody>, body: AnswerBody, method: &Method) {
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(json);
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    if method != Method::HEAD {
        *response.body_mut() = body;
    }
}
