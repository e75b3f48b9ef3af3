//! A request as a Lambda authorizer sees it.

use std::borrow::Cow;

use api_routes_project::aws::{AuthorizerEvent, IdentitySource};
use bytes::Bytes;

use super::condition::ConditionFacts;
use crate::record::Recording;

/// A request that a Lambda authorizer judges. Each front door has its own.
pub trait AuthorizerRequest: Sync {
    /// Returns the value of an identity source, if the request has it.
    fn identity(&self, source: &IdentitySource) -> Option<Cow<'_, str>>;

    /// Returns the ARN of the method or route, which policies name:
    /// `arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/7`.
    fn arn(&self) -> &str;

    /// Writes the event for the authorizer. `identity` are the values of the identity sources, in their order.
    ///
    /// # Errors
    /// The event cannot be written as JSON.
    fn event(&self, form: &AuthorizerEvent, identity: &[Cow<'_, str>]) -> serde_json::Result<Bytes>;

    /// Returns the facts that the conditions of a policy ask for.
    fn facts(&self) -> ConditionFacts<'_>;

    /// Returns the `X-Amzn-Trace-Id` of the invocation.
    fn trace_id(&self) -> String;

    /// Returns the record of the request, if requests are recorded.
    fn recording(&self) -> Option<&Recording>;
}
