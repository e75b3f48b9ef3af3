//! An error as an answer: in the project's own shape, or as the client prefers it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Request};
use lambda_runtime::Context;
use serde::Serialize;
use serde_json::Value;

use crate::accept::prefers_text;
use crate::body::Body;
use crate::endpoint::panic_message;
use crate::error::{ApiError, Result};
use crate::event::Arrival;
use crate::log;
use crate::response::{ApiResponse, JSON, Response, TEXT};

/// A project's shape for errors.
pub(crate) type ErrorHook = Arc<dyn Fn(&ApiError, ApiResponse) -> Result + Send + Sync>;

/// What has to be known of a request to answer it with an error; the request itself is the handler's.
pub(crate) struct Refusal {
    accept: HeaderMap,
    hook: Option<ErrorHook>,
    context: Option<Arc<Context>>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Value>,
}

impl Refusal {
    pub(crate) fn of(request: &Request<Body>, hook: Option<&ErrorHook>) -> Self {
        let mut accept = HeaderMap::new();
        for value in request.headers().get_all(ACCEPT) {
            accept.append(ACCEPT, value.clone());
        }
        let context = request.extensions().get::<Arrival>().and_then(|arrival| arrival.context.clone());
        Self { accept, hook: hook.cloned(), context }
    }

    /// The answer; the error's cause goes to the log, where the status says that the fault is ours.
    pub(crate) fn answer(&self, error: &ApiError) -> Response {
        if error.status().is_server_error()
            && let Some(cause) = error.cause()
        {
            self.log(format_args!("{} {}: {cause}", error.status().as_u16(), error.message()));
        }
        self.shaped(error).unwrap_or_else(|| self.plain(error))
    }

    /// As the project shapes it; `None` if it does not, or fails to.
    fn shaped(&self, error: &ApiError) -> Option<Response> {
        let hook = self.hook.as_ref()?;
        match catch_unwind(AssertUnwindSafe(|| hook(error, ApiResponse::of_error(error)))) {
            Ok(Ok(response)) => return Some(response),
            Ok(Err(failure)) => self.log(format_args!("the error hook failed: {failure}")),
            Err(panic) => self.log(format_args!("the error hook panicked: {}", panic_message(&*panic))),
        }
        None
    }

    fn plain(&self, error: &ApiError) -> Response {
        let (content_type, body) =
            if prefers_text(&self.accept) { (TEXT, text(error)) } else { (JSON, json(error)) };
        let mut response = Response::new(body.into());
        *response.status_mut() = error.status();
        response.headers_mut().extend(error.headers().clone());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
        response
    }

    pub(crate) fn context(&self) -> Option<&Context> {
        self.context.as_deref()
    }

    fn log(&self, message: std::fmt::Arguments<'_>) {
        log::error(self.context(), message);
    }
}

fn json(error: &ApiError) -> String {
    let body = ErrorBody { error: error.message(), details: error.get_details() };
    // Strings and a JSON value always serialise; an empty body is the answer to the impossible.
    serde_json::to_string(&body).unwrap_or_default()
}

/// The message; details are a second line.
fn text(error: &ApiError) -> String {
    match error.get_details() {
        Some(details) => format!("{}\n{details}", error.message()),
        None => error.message().to_owned(),
    }
}
