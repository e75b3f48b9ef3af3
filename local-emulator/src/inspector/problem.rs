//! The errors of the API.

use http::{Method, Response, StatusCode};
use serde_json::json;

use super::{InspectorBody, PATH, allow, json};

/// Why a call of the API fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("the inspector has nothing here; its addresses are listed in {PATH}/api/openapi.json")]
    NoSuchAddress,
    #[error("this address does not take the method of the request")]
    Method(&'static [Method]),
    #[error(
        "there is no request `{0}`: the inspector keeps the last 1,000 requests, or 64 MiB of them; list them with GET \
         {PATH}/api/requests"
    )]
    NoSuchRequest(String),
    #[error("`{parameter}={value}` is not understood: {expected}")]
    Parameter { parameter: String, value: String, expected: &'static str },
    #[error("the body is missing: send JSON")]
    NoBody,
    #[error("cannot read the body: {0}")]
    Body(String),
    #[error("the body is not what this address takes: {0}")]
    Json(#[source] serde_json::Error),
    #[error("no front door is called `{name}`; there are {known}")]
    NoSuchFrontDoor { name: String, known: String },
    #[error("`{0}` is not a method")]
    InvalidMethod(String),
    #[error(
        "`{0}` is not a path with a query: begin it with `/`, and percent-encode other characters than ASCII"
    )]
    InvalidTarget(String),
    #[error("`{0}` cannot be a header with this value")]
    InvalidHeader(String),
    #[error("the body is not base64: {0}")]
    InvalidBase64(#[source] base64::DecodeError),
    #[error(
        "the body of request {0} was cut at 64 KiB, or not read to its end: send it with a body of its own"
    )]
    BodyCut(u64),
    #[error(
        "request {0} is an asynchronous event, which no front door takes: send it to Lambda's Invoke API"
    )]
    NoHttpRequest(u64),
    #[error("request {0} reached no function, so that there is no event to save")]
    NoEvent(u64),
    #[error("the event of request {0} was cut at 64 KiB: save a smaller one")]
    EventCut(u64),
    #[error(
        "request {0} has a body that is no JSON, so that its secrets cannot be found: ask for it with `secrets`"
    )]
    NotSearchable(u64),
    #[error("a command line cannot carry the {what} of request {id}: send it again here")]
    NoCommandLine { id: u64, what: &'static str },
    #[error("{0} headers are more than a front door takes, 1,024")]
    TooManyHeaders(usize),
    #[error("the function `{0}` of the request is no longer there")]
    NoSuchFunction(String),
    #[error("`{0}` cannot be a file name: use lower-case letters, digits, `-` and `_`, at most 64 of them")]
    InvalidName(String),
    #[error("`{0}` exists already: choose another name")]
    FileExists(String),
    #[error("cannot write `{path}`: {cause}")]
    Write { path: String, cause: std::io::Error },
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchAddress | Self::NoSuchRequest(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyCut(_)
            | Self::NoHttpRequest(_)
            | Self::NoEvent(_)
            | Self::EventCut(_)
            | Self::NotSearchable(_)
            | Self::NoCommandLine { .. }
            | Self::NoSuchFunction(_)
            | Self::FileExists(_) => StatusCode::CONFLICT,
            Self::Write { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn into_response(self) -> Response<InspectorBody> {
        let mut response = json(&json!({ "message": self.to_string() }));
        *response.status_mut() = self.status();
        if let Self::Method(methods) = self {
            allow(&mut response, methods);
        }
        response
    }
}
