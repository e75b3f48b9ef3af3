//! Why Lambda does not invoke a function, in the form in which SDKs read it.
//!
//! The names and statuses are those of the API's model, `lambda/2015-03-31/service-2.json` in
//! <https://github.com/boto/botocore>, whose shapes also say whether a text is called `Message` or
//! `message`. SDKs take the name from the header `x-amzn-ErrorType`.

use http::StatusCode;
use serde_json::{Value, json};

use super::constraint::{LONGEST_EVENT, LONGEST_PAYLOAD, Violation};
use crate::gateway::NotReady;
use crate::invocation::Throttle;

/// The error of an `Invoke` that brought no invocation about.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum InvokeError {
    /// Parameters that the API's model does not allow.
    #[error("{} validation error{} detected: {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, join(.0))]
    Validation(Vec<Violation>),
    #[error("Function not found: {arn}")]
    FunctionNotFound { arn: String },
    #[error("Functions from '{asked}' are not reachable in this region ('{here}')")]
    OtherRegion { asked: String, here: String },
    #[error("The derived qualifier from the function name does not match the specified qualifier.")]
    QualifierMismatch,
    /// A body or a client context that is not JSON.
    #[error("{0}")]
    InvalidContent(String),
    #[error("Request must be smaller than {LONGEST_PAYLOAD} bytes for the InvokeFunction operation")]
    RequestTooLarge,
    #[error("{size} byte payload is too large for the Event invocation type (limit {LONGEST_EVENT} bytes)")]
    EventTooLarge { size: usize },
    /// For the client AWS's words, which do not say which limit; the log does.
    #[error("Rate Exceeded.")]
    Throttled(#[from] Throttle),
    /// More events wait than the emulator keeps.
    #[error("Rate Exceeded.")]
    QueueFull,
    /// The function does not build.
    #[error("{0}")]
    NotReady(#[from] NotReady),
    #[error("of Lambda's API, the emulator has `Invoke` and `InvokeWithResponseStream` alone")]
    UnknownOperation,
}

fn join(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl InvokeError {
    /// The name by which an SDK raises it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Validation(_) => "ValidationException",
            Self::FunctionNotFound { .. } | Self::OtherRegion { .. } => "ResourceNotFoundException",
            Self::QualifierMismatch => "InvalidParameterValueException",
            Self::InvalidContent(_) => "InvalidRequestContentException",
            // Undocumented (INV-1): the model calls it `RequestTooLargeException`, and clients report this name:
            // https://github.com/awslabs/aws-athena-query-federation/issues/793,
            // https://github.com/ASFHyP3/hyp3/issues/2241.
            Self::RequestTooLarge | Self::EventTooLarge { .. } => "RequestEntityTooLargeException",
            Self::Throttled(_) | Self::QueueFull => "TooManyRequestsException",
            // Undocumented (INV-2): no function on AWS is still to be compiled. This is what one gets that is
            // not active, and unlike a 502, which says the same, SDKs do not repeat the call for seconds.
            Self::NotReady(_) => "ResourceConflictException",
            // Undocumented (INV-15): how AWS answers a call that it does not know.
            Self::UnknownOperation => "UnknownOperationException",
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Validation(_) | Self::QualifierMismatch | Self::InvalidContent(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::FunctionNotFound { .. } | Self::OtherRegion { .. } | Self::UnknownOperation => {
                StatusCode::NOT_FOUND
            }
            Self::RequestTooLarge | Self::EventTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Throttled(_) | Self::QueueFull => StatusCode::TOO_MANY_REQUESTS,
            Self::NotReady(_) => StatusCode::CONFLICT,
        }
    }

    /// With its members in AWS's order, the alphabet's.
    pub(super) fn body(&self) -> Value {
        let text = self.to_string();
        match self {
            Self::FunctionNotFound { .. } | Self::OtherRegion { .. } => {
                json!({"Message": text, "Type": "User"})
            }
            Self::Throttled(_) | Self::QueueFull => {
                json!({"Reason": self.throttle_reason(), "Type": "User", "message": text})
            }
            Self::Validation(_) => json!({"message": text}),
            Self::RequestTooLarge | Self::UnknownOperation => json!({"Message": text}),
            _ => json!({"Type": "User", "message": text}),
        }
    }

    /// A `ThrottleReason` of the model.
    fn throttle_reason(&self) -> &'static str {
        match self {
            Self::Throttled(throttle) => throttle.reason(),
            _ => "CallerRateLimitExceeded",
        }
    }

    /// For the developer, who may know more than the client, and whose terminal obeys no client.
    pub(super) fn words(&self) -> String {
        let words = match self {
            Self::Throttled(throttle) => throttle.to_string(),
            Self::QueueFull => "too many events wait for their functions".to_owned(),
            _ => self.to_string().replace(char::is_control, " "),
        };
        format!("{}: {words}", self.name())
    }
}

#[cfg(test)]
mod tests;
