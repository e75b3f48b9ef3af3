//! A record of the inspector, read from its API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// The name and the value of a header.
pub(super) type Header = (String, String);

/// The beginning of the paths of Lambda's Invoke API.
pub(super) const INVOKE_PATHS: &str = "/2015-03-31/functions/";

/// The header of the Invoke API that marks a reply as an error of the function.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// A request that was sent, or a recorded one.
#[derive(Debug)]
pub(super) struct SentRequest {
    pub(super) record: Record,
    /// The record with all its members.
    pub(super) json: Value,
}

/// The members of a record that this command needs.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: u64,
    pub(super) sent_from: Option<u64>,
    /// `None` for an asynchronous event, and for a call of an authorizer.
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) query: Option<String>,
    pub(super) event_for: Option<String>,
    /// The authorizer, if the record is a call of an authorizer.
    pub(super) authorizer: Option<String>,
    /// The request that this authorizer decides about.
    pub(super) authorizes: Option<String>,
    pub(super) front_door: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) duration_ms: Option<f64>,
    pub(super) note: Option<String>,
    pub(super) function: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) cold: Option<bool>,
    pub(super) init_ms: Option<f64>,
    pub(super) error_type: Option<String>,
    pub(super) request: Option<Message>,
    pub(super) response: Option<Message>,
    #[serde(default)]
    pub(super) log: Vec<LogLine>,
    #[serde(default)]
    pub(super) log_cut: bool,
}

/// A request or a response.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) headers: Vec<Header>,
    body: RecordedBody,
}

/// A line of the function's log.
#[derive(Debug, Deserialize)]
pub(super) struct LogLine {
    pub(super) line: String,
}

#[derive(Debug, Deserialize)]
struct RecordedBody {
    length: Option<u64>,
    text: Option<String>,
    base64: Option<String>,
    #[serde(default)]
    cut: bool,
}

/// The bytes of a body.
#[derive(Debug)]
pub(super) struct BodyBytes {
    pub(super) bytes: Vec<u8>,
    /// The length of the whole body, if some of it is missing.
    pub(super) cut_from: Option<u64>,
}

/// The error of a function, or of the Invoke API.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FunctionError {
    pub(super) error_type: Option<String>,
    pub(super) error_message: Option<String>,
    /// Whether the error comes from the function, and not from the Invoke API.
    #[serde(skip)]
    pub(super) was_invoked: bool,
}

impl SentRequest {
    /// Returns whether the status is an error, the function failed, or there is no answer.
    pub(super) fn has_failed(&self) -> bool {
        self.record.status.is_none_or(|status| status >= 400) || self.function_error().is_some()
    }

    /// Returns the body of the response.
    pub(super) fn body(&self) -> Result<BodyBytes, base64::DecodeError> {
        let Some(Message { body, .. }) = &self.record.response else {
            return Ok(BodyBytes { bytes: Vec::new(), cut_from: None });
        };
        let bytes = match (&body.text, &body.base64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(base64)) => STANDARD.decode(base64)?,
            (None, None) => Vec::new(),
        };
        Ok(BodyBytes { bytes, cut_from: body.length.filter(|_| body.cut) })
    }

    /// Returns the error of a function that was invoked with an event, or of the Invoke API.
    pub(super) fn function_error(&self) -> Option<FunctionError> {
        let is_invocation = self.record.path.as_ref().is_some_and(|path| path.starts_with(INVOKE_PATHS));
        let response = self.record.response.as_ref().filter(|_| is_invocation)?;
        let was_invoked = self.record.status.is_some_and(|status| status < 400);
        if was_invoked && !response.headers.iter().any(|(name, _)| name == FUNCTION_ERROR) {
            return None;
        }
        let body = self.body().ok()?;
        let error: FunctionError = serde_json::from_slice(&body.bytes).unwrap_or_default();
        Some(FunctionError { was_invoked, ..error })
    }
}
