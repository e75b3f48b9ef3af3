//! A call of the Invoke API without its payload: the operation in the path, and the parameters in the query and the headers.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use percent_encoding::percent_decode_str;
use serde::de::IgnoredAny;

use super::constraint;
use super::error::InvokeError;
use super::function_name::FunctionName;

/// The beginnings of the operations' paths.
const INVOKE: &str = "/2015-03-31/functions/";
const INVOKE_WITH_RESPONSE_STREAM: &str = "/2021-11-15/functions/";

const INVOCATION_TYPE: HeaderName = HeaderName::from_static("x-amz-invocation-type");
const LOG_TYPE: HeaderName = HeaderName::from_static("x-amz-log-type");
const CLIENT_CONTEXT: HeaderName = HeaderName::from_static("x-amz-client-context");

/// The header that `cargo lambda invoke` sends instead of [`CLIENT_CONTEXT`], without base64.
const CARGO_LAMBDAS_CLIENT_CONTEXT: HeaderName = HeaderName::from_static("lambda-runtime-client-context");

/// The most bytes of a client context in base64: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>.
const LONGEST_CLIENT_CONTEXT: usize = 3583;

/// An operation of Lambda's API that the emulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    Invoke,
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html>
    InvokeWithResponseStream,
}

/// The value of `X-Amz-Invocation-Type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvocationType {
    /// The caller waits for the answer.
    RequestResponse,
    /// The caller does not wait.
    Event,
    /// The caller only checks that the function can be invoked.
    DryRun,
}

/// A call of the Invoke API, without its payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvokeRequest<'a> {
    pub(super) function: FunctionName<'a>,
    /// The version or alias, from the query or else from the name.
    pub(super) qualifier: Option<String>,
    pub(super) invocation_type: InvocationType,
    /// Whether the caller wants the end of the log.
    pub(super) tail: bool,
    /// The client context, as JSON.
    pub(super) client_context: Option<String>,
}

/// Whether a path belongs to Lambda's API. No front door sees such a request.
pub(crate) fn is_invoke_api_path(path: &str) -> bool {
    path.starts_with(INVOKE) || path.starts_with(INVOKE_WITH_RESPONSE_STREAM)
}

impl Operation {
    /// Returns the operation of a request, and the function name as the client wrote it. SDKs encode the colons of an ARN.
    pub(super) fn parse<'a>(method: &Method, path: &'a str) -> Option<(Self, Cow<'a, str>)> {
        let (operation, name) = if let Some(rest) = path.strip_prefix(INVOKE) {
            (Self::Invoke, rest.strip_suffix("/invocations")?)
        } else {
            let rest = path.strip_prefix(INVOKE_WITH_RESPONSE_STREAM)?;
            (Self::InvokeWithResponseStream, rest.strip_suffix("/response-streaming-invocations")?)
        };
        let is_call = method == Method::POST && !name.contains('/');
        is_call.then(|| (operation, percent_decode_str(name).decode_utf8_lossy()))
    }
}

impl<'a> InvokeRequest<'a> {
    /// Reads the parameters of a call.
    ///
    /// # Errors
    /// The API's model does not allow a parameter: the error has all violations. Otherwise two qualifiers differ, or the client
    /// context is not valid.
    pub(super) fn read(operation: Operation, name: &'a str, head: &Parts) -> Result<Self, InvokeError> {
        let mut violations = Vec::new();
        let qualifier = queried_qualifier(head);
        violations.extend(qualifier.as_deref().and_then(constraint::qualifier));
        let function = FunctionName::parse(name);
        if function.is_none() {
            violations.push(constraint::function_name(name));
        }
        let invocation_type = invocation_type(operation, &head.headers, &mut violations);
        let tail = tail(&head.headers, &mut violations);
        let Some(function) = function.filter(|_| violations.is_empty()) else {
            return Err(InvokeError::Validation(violations));
        };
        Ok(Self {
            qualifier: one_qualifier(function.qualifier, qualifier)?,
            function,
            invocation_type,
            tail,
            client_context: client_context(&head.headers)?,
        })
    }
}

fn queried_qualifier(head: &Parts) -> Option<String> {
    let mut query = form_urlencoded::parse(head.uri.query()?.as_bytes());
    query.find_map(|(name, value)| (name == "Qualifier").then(|| value.into_owned()))
}

fn one_qualifier(of_name: Option<&str>, queried: Option<String>) -> Result<Option<String>, InvokeError> {
    match (of_name, queried) {
        (Some(of_name), Some(queried)) if of_name != queried => Err(InvokeError::QualifierMismatch),
        (of_name, queried) => Ok(queried.or_else(|| of_name.map(str::to_owned))),
    }
}

fn invocation_type(
    operation: Operation,
    headers: &HeaderMap,
    violations: &mut Vec<constraint::Violation>,
) -> InvocationType {
    let sent = text(headers, &INVOCATION_TYPE);
    let allowed = match (operation, sent.as_deref()) {
        (_, None | Some("RequestResponse")) => return InvocationType::RequestResponse,
        (_, Some("DryRun")) => return InvocationType::DryRun,
        (Operation::Invoke, Some("Event")) => return InvocationType::Event,
        (Operation::Invoke, _) => "Event, RequestResponse, DryRun",
        (Operation::InvokeWithResponseStream, _) => "RequestResponse, DryRun",
    };
    violations.push(constraint::not_one_of("invocationType", &sent.unwrap_or_default(), allowed));
    InvocationType::DryRun
}

fn tail(headers: &HeaderMap, violations: &mut Vec<constraint::Violation>) -> bool {
    match text(headers, &LOG_TYPE).as_deref() {
        None | Some("None") => false,
        Some("Tail") => true,
        Some(other) => {
            violations.push(constraint::not_one_of("logType", other, "Tail, None"));
            false
        }
    }
}

/// Reads the client context. AWS's answer to one that is too long, or is not JSON, is undocumented (INV-4).
fn client_context(headers: &HeaderMap) -> Result<Option<String>, InvokeError> {
    let Some(sent) = text(headers, &CLIENT_CONTEXT) else {
        return text(headers, &CARGO_LAMBDAS_CLIENT_CONTEXT).map(|text| json(&text)).transpose();
    };
    if sent.len() > LONGEST_CLIENT_CONTEXT {
        return Err(InvokeError::InvalidContent(format!(
            "Client context must be no more than {LONGEST_CLIENT_CONTEXT} bytes when base64-encoded"
        )));
    }
    let decoded = STANDARD.decode(sent).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.ok_or_else(not_json).and_then(|text| json(&text)).map(Some)
}

/// Returns JSON on one line, since the runtime gets it as a header. Strings in JSON have no line breaks.
fn json(text: &str) -> Result<String, InvokeError> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| not_json())?;
    Ok(text.replace(['\r', '\n', '\t'], " "))
}

fn not_json() -> InvokeError {
    InvokeError::InvalidContent("Client context must be a valid Base64-encoded JSON object.".to_owned())
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests;
