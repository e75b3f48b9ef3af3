//! The targets of methods of a REST API.

use api_routes_project::aws::rest_api::MockResponse;
use http::{HeaderMap, StatusCode};

use crate::gateway::reply::{Reply, name, value};
use crate::gateway::{Guard, Integration, InvalidReply};

/// The target of a method: a function, or a constant answer.
#[derive(Clone, Debug)]
pub enum Target<F> {
    /// A Lambda proxy integration.
    Function(Integration<F>),
    /// A mock integration.
    Mock {
        /// The answer.
        response: MockResponse,
        /// The authorization of the method.
        guard: Guard<F>,
    },
}

impl<F> Target<F> {
    /// Returns the authorization of the method.
    pub(super) fn guard(&self) -> &Guard<F> {
        match self {
            Self::Function(integration) => &integration.guard,
            Self::Mock { guard, .. } => guard,
        }
    }
}

impl<F> From<Integration<F>> for Target<F> {
    fn from(integration: Integration<F>) -> Self {
        Self::Function(integration)
    }
}

/// Builds the answer of a mock integration. It fails if HTTP does not allow a header.
///
/// Undocumented (REST-18): a request with any `Content-Type` has this answer. SAM's mock knows JSON alone, and a form was
/// seen to be answered with 500 (<https://github.com/aws/aws-sam-cli/issues/2483>); browsers send preflights without a type.
pub(super) fn mock(response: &MockResponse) -> Result<Reply, InvalidReply> {
    let status = StatusCode::from_u16(response.status);
    let status = status.map_err(|_| InvalidReply::StatusCode(response.status.to_string()))?;
    let mut headers = HeaderMap::new();
    for (text, sent) in &response.headers {
        headers.append(name(text.clone())?, value(text, sent.clone())?);
    }
    Ok(Reply::new(status, headers, response.body.clone().into_bytes()))
}
