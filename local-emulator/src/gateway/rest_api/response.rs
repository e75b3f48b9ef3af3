//! The HTTP response, with the headers that the gateway puts on each.

use http::{HeaderName, Method, Response};

use super::ids::Ids;
use crate::gateway::answer::AnswerBody;
use crate::gateway::identity::TRACE_HEADER;
use crate::gateway::reply::Reply;
use crate::gateway::response::{self, insert_id};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// Without a type of its own a body is JSON, as recorded for AWS's .NET test tool
/// (<https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2>).
///
/// The trace id stands on what a function answered, and on no error of the gateway's, as recorded in
/// `tests/aws/services/apigateway` of <https://github.com/localstack/localstack>.
pub(super) fn response(reply: Reply, method: &Method, ids: &Ids, is_functions: bool) -> Response<AnswerBody> {
    let mut response = response::response(reply, method, "application/json");
    insert_id(&mut response, REQUEST_ID, &ids.request_id);
    insert_id(&mut response, EXTENDED_ID, ids.extended_id());
    if is_functions {
        insert_id(&mut response, TRACE_HEADER, &ids.traced());
    }
    response
}
