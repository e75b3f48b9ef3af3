//! The errors of the API.

use http::{Method, Response, StatusCode};
use serde_json::json;

use super::response::{InspectorBody, allow, json};
use crate::door::INSPECTOR_PATH;

/// The reason why a call of the API fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum InspectorError {
    #[error("the inspector has nothing here; its addresses are listed in {INSPECTOR_PATH}/api/openapi.json")]
    NoSuchAddress,
    #[error(
        "this address does not take the method of the request: the header `allow` lists the methods that it takes"
    )]
    Method(&'static [Method]),
    #[error(
        "there is no request `{0}`: the inspector keeps the last 1,000 requests, or 64 MiB of them; list them with GET \
         {INSPECTOR_PATH}/api/requests"
    )]
    NoSuchRequest(String),
    #[error("`{parameter}={value}` is not understood: {expected}")]
    Parameter { parameter: String, value: String, expected: &'static str },
    #[error("the body is missing: send a JSON object, as {INSPECTOR_PATH}/api/openapi.json describes it")]
    NoBody,
    #[error("cannot read the body: {0}")]
    Body(String),
    #[error("the JSON of the body does not fit: {0}; {INSPECTOR_PATH}/api/openapi.json describes it")]
    Json(#[source] serde_json::Error),
    #[error("no front door is called `{name}`; there are {known}")]
    NoSuchFrontDoor { name: String, known: String },
    #[error("`{0}` is not an HTTP method: write one such as `GET`")]
    InvalidMethod(String),
    #[error(
        "`{0}` is not a path with a query: begin it with `/`, and percent-encode spaces and characters other than ASCII"
    )]
    InvalidTarget(String),
    #[error(
        "the name or the value of the header `{0}` is not valid: remove spaces from the name, and line breaks and other \
         control characters from the value"
    )]
    InvalidHeader(String),
    #[error("the body is not base64: {0}")]
    InvalidBase64(#[source] base64::DecodeError),
    #[error(
        "the inspector does not have the whole body of request {0}: it keeps 64 KiB, and only what the front door read; \
         send the request with a new body"
    )]
    BodyCut(u64),
    #[error(
        "request {0} is an asynchronous event, and front doors take HTTP requests only: send the event to Lambda's Invoke \
         API"
    )]
    AsynchronousEvent(u64),
    #[error(
        "record {id} is an invocation of authorizer `{authorizer}`, which no client sends: use the record of the request that \
         it judges, `{request}`"
    )]
    AuthorizerInvocation { id: u64, authorizer: String, request: String },
    #[error("request {0} reached no function, so there is no event to save: choose a request with an event")]
    NoEvent(u64),
    #[error(
        "the event of request {0} is longer than the 64 KiB that the inspector keeps: save a request with a smaller body"
    )]
    EventCut(u64),
    #[error(
        "the event of request {0} is not JSON, so its secrets cannot be found and replaced: to keep them, set `secrets` \
         (`Keep secrets` in the page, `--secrets` of `invoke`)"
    )]
    NotSearchable(u64),
    #[error(
        "a command line cannot carry the {what} of request {id}: send the request again from the inspector"
    )]
    NoCommandLine { id: u64, what: &'static str },
    #[error("{0} headers are too many: a front door takes up to 1,024")]
    TooManyHeaders(usize),
    #[error("the project no longer has the function `{0}` of the request: send a new request")]
    NoSuchFunction(String),
    #[error("`{0}` cannot be a file name: use at most 64 lower-case letters, digits, `-` and `_`")]
    InvalidName(String),
    #[error("`{0}` exists already: choose another name")]
    FileExists(String),
    #[error("cannot write `{path}`: {cause}")]
    Write { path: String, cause: std::io::Error },
}

impl InspectorError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchAddress | Self::NoSuchRequest(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyCut(_)
            | Self::AsynchronousEvent(_)
            | Self::AuthorizerInvocation { .. }
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
