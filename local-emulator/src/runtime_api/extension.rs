//! The [Extensions API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html), as far as an
//! internal extension uses it.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, StatusCode};
use hyper::body::Incoming;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::call::ExtensionCall;
use super::reply::{self, RuntimeReply};
use super::upload::{self, Upload};
use crate::ows::trimmed;
use crate::sandbox::{ExtensionError, ExtensionRefusal, MAX_EXTENSIONS, Sandbox};

const NAME: &str = "lambda-extension-name";
const IDENTIFIER: &str = "lambda-extension-identifier";
const ERROR_TYPE: &str = "lambda-extension-function-error-type";
const FEATURES: &str = "lambda-extension-accept-feature";

/// The 403 reply to a call that is refused.
struct ExtensionRejection {
    error_type: &'static str,
    message: String,
}

#[derive(Deserialize)]
struct Registration {
    events: Option<Vec<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegistrationReply<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
    function_name: &'a str,
    function_version: &'static str,
    handler: &'static str,
}

/// Answers the call of an extension.
pub(super) async fn answer(
    sandbox: &Arc<Sandbox>,
    call: ExtensionCall,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> RuntimeReply {
    let answered = match call {
        ExtensionCall::Register => register(sandbox, headers, body).await,
        ExtensionCall::Next => next(sandbox, headers).await,
        ExtensionCall::InitError => failed(sandbox, headers, body, ExtensionError::Init).await,
        ExtensionCall::ExitError => failed(sandbox, headers, body, ExtensionError::Exit).await,
    };
    answered.unwrap_or_else(|ExtensionRejection { error_type, message }| {
        reply::error(StatusCode::FORBIDDEN, error_type, &message)
    })
}

async fn register(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    body: &mut Incoming,
) -> Result<RuntimeReply, ExtensionRejection> {
    let name = text(headers, NAME);
    if name.is_empty() {
        return Err(ExtensionRejection::new("Extension.InvalidExtensionName", "Empty extension name"));
    }
    let invoke = subscribes_to_invoke(body).await?;
    let id = sandbox
        .register_extension(name, invoke)
        .map_err(|refusal| ExtensionRejection::from_refusal(&refusal, name))?;
    let spec = sandbox.spec();
    let wants_account = text(headers, FEATURES).split(',').any(|feature| trimmed(feature) == "accountId");
    let registered = RegistrationReply {
        account_id: spec.arn.split(':').nth(4).filter(|_| wants_account),
        function_name: &spec.name,
        function_version: "$LATEST",
        handler: "bootstrap",
    };
    let mut reply = reply::json(StatusCode::OK, serde_json::to_vec(&registered).unwrap_or_default().into());
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        reply.headers_mut().insert(IDENTIFIER, id);
    }
    Ok(reply)
}

async fn next(sandbox: &Arc<Sandbox>, headers: &HeaderMap) -> Result<RuntimeReply, ExtensionRejection> {
    let id = identifier(headers)?;
    let event = sandbox
        .next_for_extension(id)
        .await
        .map_err(|refusal| ExtensionRejection::from_refusal(&refusal, &id.to_string()))?;
    Ok(reply::json(StatusCode::OK, serde_json::to_vec(&event).unwrap_or_default().into()))
}

async fn failed(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    body: &mut Incoming,
    error: ExtensionError,
) -> Result<RuntimeReply, ExtensionRejection> {
    let id = identifier(headers)?;
    if text(headers, ERROR_TYPE).is_empty() {
        let message = "Lambda-Extension-Function-Error-Type not found";
        return Err(ExtensionRejection::new("Extension.MissingHeader", message));
    }
    // The body is for telemetry, which the emulator does not have.
    upload::receive(body).await;
    sandbox
        .extension_failed(id, error)
        .map_err(|refusal| ExtensionRejection::from_refusal(&refusal, &id.to_string()))?;
    Ok(reply::accepted())
}

/// Reads whether the extension subscribes to `INVOKE`, the only event for internal extensions.
async fn subscribes_to_invoke(body: &mut Incoming) -> Result<bool, ExtensionRejection> {
    let Upload::Whole(body, _) = upload::receive(body).await else {
        return Err(ExtensionRejection::new("InvalidRequestFormat", "the body cannot be read"));
    };
    let registration: Registration = serde_json::from_slice(&body)
        .map_err(|error| ExtensionRejection::new("InvalidRequestFormat", &error.to_string()))?;
    let events = registration.events.unwrap_or_default();
    let unsupported = events.iter().find(|event| *event != "INVOKE");
    match unsupported.map(String::as_str) {
        None => Ok(!events.is_empty()),
        Some("SHUTDOWN") => {
            Err(ExtensionRejection::event("SHUTDOWN", "ShutdownEventNotSupportedForInternalExtension"))
        }
        Some(event) => Err(ExtensionRejection::event(event, "ErrorInvalidEventType")),
    }
}

fn identifier(headers: &HeaderMap) -> Result<Uuid, ExtensionRejection> {
    let sent = text(headers, IDENTIFIER);
    if sent.is_empty() {
        let message = "Missing Lambda-Extension-Identifier header";
        return Err(ExtensionRejection::new("Extension.MissingExtensionIdentifier", message));
    }
    let invalid = || {
        ExtensionRejection::new("Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
    };
    sent.parse().map_err(|_| invalid())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

impl ExtensionRejection {
    fn new(error_type: &'static str, message: &str) -> Self {
        Self { error_type, message: message.to_owned() }
    }

    fn event(event: &str, why: &str) -> Self {
        Self::new("Extension.InvalidEventType", &format!("{event}: {why}"))
    }

    /// Creates the reply for a refusal of `extension`: its name while it registers, its id later.
    fn from_refusal(refusal: &ExtensionRefusal, extension: &str) -> Self {
        match refusal {
            ExtensionRefusal::RegistrationClosed => {
                Self::new("Extension.RegistrationClosed", "Extension registration closed already")
            }
            ExtensionRefusal::NameTaken => {
                Self::new("Extension.InvalidExtensionState", "Extension with this name already registered")
            }
            ExtensionRefusal::TooMany => Self::new(
                "Extension.TooManyExtensions",
                &format!("Extension limit ({MAX_EXTENSIONS}) reached"),
            ),
            ExtensionRefusal::Unknown => {
                Self::new("Extension.UnknownExtensionIdentifier", &format!("Unknown extension {extension}"))
            }
            ExtensionRefusal::InvalidState { from, to } => Self::new(
                "Extension.InvalidExtensionState",
                &format!(
                    "State transition from {from} to {to} failed for extension {extension}. \
                     Error: State transition is not allowed"
                ),
            ),
        }
    }
}
