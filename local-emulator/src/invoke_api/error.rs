//! The errors of the Invoke API, in the form that SDKs read.
//!
//! Names and statuses are those of the API's model, `lambda/2015-03-31/service-2.json` in <https://github.com/boto/botocore>.
//! Its shapes also decide whether a text is called `Message` or `message`. SDKs take the name from the header
//! `x-amzn-ErrorType`.

use http::StatusCode;
use serde_json::{Value, json};

use super::constraint::{LONGEST_EVENT, LONGEST_PAYLOAD, Violation};
use crate::gateway::NotReady;
use crate::invocation::Throttle;

/// The reason why a call did not lead to an invocation.
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
    /// The client gets AWS's words, which do not name the limit. The log names it.
    #[error("Rate Exceeded.")]
    Throttled(#[from] Throttle),
    /// More events wait than the emulator keeps.
    #[error("Rate Exceeded.")]
    QueueFull,
    /// The function does not build.
    #[error("{0}")]
    NotReady(#[from] NotReady),
    #[error("the emulator has only `Invoke` and `InvokeWithResponseStream` of Lambda's API")]
    UnknownOperation,
}

fn join(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl InvokeError {
    /// Returns the name under which SDKs raise the error.
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
            // Undocumented (INV-2): on AWS, every function is compiled. A function that is not active yet has this error
            // there. After a 502, SDKs would repeat the call for seconds.
            Self::NotReady(_) => "ResourceConflictException",
            // Undocumented (INV-15): the answer to an unknown call.
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

    /// Returns the body. Its members are in alphabetical order, as on AWS.
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

    /// Returns the `ThrottleReason` of the model.
    fn throttle_reason(&self) -> &'static str {
        match self {
            Self::Throttled(throttle) => throttle.reason(),
            _ => "CallerRateLimitExceeded",
        }
    }

    /// Returns the error for the log, which may say more than the client gets. Control characters of the client are removed.
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
