//! The HTTP response, with the headers that the gateway puts on each.

use http::{HeaderName, Method, Response};

use crate::gateway::answer::AnswerBody;
use crate::gateway::reply::Reply;
use crate::gateway::response::{self, insert_id};

const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// Without a type of its own a body is plain text, as the snapshots of AWS's .NET test tool show.
pub(super) fn response(reply: Reply, method: &Method, request_id: &str) -> Response<AnswerBody> {
    let mut response = response::response(reply, method, "text/plain; charset=utf-8");
    insert_id(&mut response, REQUEST_ID, request_id);
    response
}
