//! The HTTP response, with the headers that a load balancer puts on each.

use http::header::{HeaderValue, SERVER};
use http::{Method, Response};

use crate::gateway::answer::AnswerBody;
use crate::gateway::reply::Reply;
use crate::gateway::response;

/// `server` is on the answers of functions too, as seen in <https://github.com/glassechidna/serverlessish/pull/4>.
///
/// Undocumented (ALB-17): a function's own `server`, which stays, as a target's does.
///
/// Undocumented (ALB-18): the type of an answer whose function gives none. For bodies it was seen in
/// <https://github.com/fujiwara/ridge/pull/9>; that an answer without a body has it too is a choice.
pub(super) fn response(reply: Reply, method: &Method) -> Response<AnswerBody> {
    let mut response = response::response(reply, method, "application/octet-stream");
    response.headers_mut().entry(SERVER).or_insert(HeaderValue::from_static("awselb/2.0"));
    response
}
