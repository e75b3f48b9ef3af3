//! The HTTP response, with the headers that the gateway puts on each.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use http_body::Body;

use super::ids::Ids;
use crate::gateway::answer::AnswerBody;
use crate::gateway::identity::TRACE_HEADER;
use crate::gateway::reply::Reply;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
pub(super) const EXTENDED_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// `reply` as it goes to the client that asked with `method`. `date` and `connection` come from hyper,
/// which alone knows the connection.
///
/// The trace id stands on what a function answered, and on no error of the gateway's, as recorded in
/// `tests/aws/services/apigateway` of <https://github.com/localstack/localstack>.
pub(super) fn response(reply: Reply, method: &Method, ids: &Ids, is_functions: bool) -> Response<AnswerBody> {
    let Reply { status, headers, body } = reply;
    let mut response = Response::new(AnswerBody::default());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    let headers = response.headers_mut();
    insert(headers, REQUEST_ID, &ids.request_id);
    insert(headers, EXTENDED_ID, ids.extended_id());
    if is_functions {
        insert(headers, TRACE_HEADER, &ids.traced());
    }
    if may_have_body(status) {
        add_body(&mut response, body, method);
    }
    response
}

/// Ids are ASCII, which a header takes.
fn insert(headers: &mut HeaderMap, name: HeaderName, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(name, id);
    }
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1>
fn may_have_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Without a type of its own a body is JSON, as recorded for AWS's .NET test tool
/// (<https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2>). The answer to `HEAD` has
/// the headers of the body, and no body.
fn add_body(response: &mut Response<AnswerBody>, body: AnswerBody, method: &Method) {
    response.headers_mut().entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    if method != Method::HEAD {
        *response.body_mut() = body;
    }
}
