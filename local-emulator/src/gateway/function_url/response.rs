//! The HTTP response, with the headers that a Function URL puts on each.

use http::{HeaderName, Method, Response};

use crate::gateway::answer::AnswerBody;
use crate::gateway::identity::{Identity, TRACE_HEADER, in_lower_case};
use crate::gateway::reply::Reply;
use crate::gateway::response::{self, insert_id};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Without a type of its own a body is JSON, also that of a reply with a `statusCode`, as LocalStack recorded
/// (`test_lambda_url_invocation[http-response]`).
///
/// A trace header is on all of them (URL-11).
pub(super) fn response(reply: Reply, method: &Method, identity: &Identity) -> Response<AnswerBody> {
    let mut response = response::response(reply, method, "application/json");
    insert_id(&mut response, REQUEST_ID, &identity.request_id);
    insert_id(&mut response, TRACE_HEADER, &in_lower_case(&identity.trace_id));
    response
}
