//! The ids of a request, and the headers that send them to the client.

use http::{HeaderName, Response};
use uuid::Uuid;

use crate::gateway::answer::AnswerBody;
use crate::gateway::identity::{RequestIds, TRACE_HEADER};
use crate::gateway::reply::insert_id;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// The ids of a request to a REST API.
#[derive(Debug)]
pub(super) struct RestApiIds {
    pub(super) identity: RequestIds,
    /// A UUID: the event's `requestId`, and the header `x-amzn-RequestId`.
    pub(super) request_id: String,
    /// The segment that is the parent of the function's segment.
    parent: u64,
}

impl RestApiIds {
    pub(super) fn new(identity: RequestIds) -> Self {
        let parent = Uuid::new_v4().as_u64_pair().0;
        Self { identity, request_id: Uuid::new_v4().to_string(), parent }
    }

    /// Returns the event's `extendedRequestId`, which is also the header `x-amz-apigw-id`.
    ///
    /// Undocumented (REST-7): that the two are the same; both have the same form.
    pub(super) fn extended_id(&self) -> &str {
        &self.identity.request_id
    }

    /// Returns the trace id of the response.
    ///
    /// Undocumented (REST-14): the meaning of the `Lineage` at the end of the id, recorded for AWS's .NET test tool
    /// (<https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2>). Here the `Lineage` is left
    /// out.
    pub(super) fn traced(&self) -> String {
        let mut trace = self.identity.trace();
        if !trace.contains(";Parent=") {
            trace.insert_str(self.identity.trace_id.len(), &format!(";Parent={:016x}", self.parent));
        }
        if !trace.contains(";Sampled=") {
            trace.push_str(";Sampled=0");
        }
        trace
    }
    /// Adds the headers to a response.
    ///
    /// The trace id is on the answers of functions, and not on errors of the gateway, as recorded in
    /// `tests/aws/services/apigateway` of <https://github.com/localstack/localstack>.
    pub(super) fn add_to(&self, response: &mut Response<AnswerBody>, is_of_function: bool) {
        insert_id(response, REQUEST_ID, &self.request_id);
        insert_id(response, EXTENDED_ID, self.extended_id());
        if is_of_function {
            insert_id(response, TRACE_HEADER, &self.traced());
        }
    }
}
