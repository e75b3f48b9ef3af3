//! The reasons why a test gets no answer.

use http::StatusCode;
use tower::BoxError;

use crate::event::{EncodeError, EventError};
use crate::front_door::FrontDoor;

/// The reason why a test gets no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("no front door sends this event: {0}")]
    Event(EventError),
    #[error("the request's body failed: {0}")]
    RequestBody(BoxError),
    #[error("the route panicked: {0}")]
    Panic(String),
    #[error(
        "this front door ({0}) does not stream: choose `.via(FrontDoor::FunctionUrl)` or \
         `.via(FrontDoor::RestApi)`, or get the whole answer with `send`"
    )]
    FrontDoor(FrontDoor),
    #[error("`{0}` does not stream: give the route `.streaming()`, or get the whole answer with `send`")]
    Route(String),
    #[error(
        "the request does not reach a handler of `{path}`, but is answered with {status}: give the path of the \
         route that the request is for"
    )]
    NotReached { path: String, status: StatusCode },
    #[error(
        "this front door ({front_door}) has no {authorizer}: choose one that has it with `.via(…)`, such as \
         `.via(FrontDoor::HttpApi)`{hint}"
    )]
    Authorizer { front_door: FrontDoor, authorizer: &'static str, hint: &'static str },
    #[error(
        "a REST API takes text, numbers and booleans in the context of a Lambda authorizer, and `{0}` is none of these: write it \
         as JSON in a text, as the authorizer has to"
    )]
    AuthorizerContext(String),
    #[error("the answer cannot be sent as a reply: {0}")]
    Reply(EncodeError),
    #[error("the reply is no HTTP: {0}")]
    NoHttp(BoxError),
}

/// Unwraps outside of tokio, so that the panic names the line of the test.
#[track_caller]
pub(super) fn unwrap<T>(result: Result<T, Failure>) -> T {
    match result {
        Ok(value) => value,
        Err(failure) => panic!("{failure}"),
    }
}
