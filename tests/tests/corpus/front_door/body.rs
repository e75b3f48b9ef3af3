//! A request's body as events have it: text or base64.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::case::Request;

/// The members `body` and `isBase64Encoded`.
pub(super) struct Body {
    /// `None` for an empty one.
    pub(super) text: Option<String>,
    pub(super) is_base64_encoded: bool,
}

impl Body {
    /// As HTTP APIs, Function URLs and ALBs have it: base64, unless the type is one of a few.
    pub(super) fn by_type(request: &Request) -> Self {
        match String::from_utf8(request.body.0.clone()) {
            Ok(text) if is_text(request) => Self::text(text),
            // What is said to be text and is not UTF-8 goes as base64, since JSON has no other way for it.
            // Undocumented.
            _ => Self::base64(request),
        }
    }

    pub(super) fn base64(request: &Request) -> Self {
        let bytes = &request.body.0;
        let text = (!bytes.is_empty()).then(|| BASE64_STANDARD.encode(bytes));
        Self { is_base64_encoded: text.is_some(), text }
    }

    /// What is no UTF-8 is lost.
    pub(super) fn lossy_text(request: &Request) -> Self {
        Self::text(String::from_utf8_lossy(&request.body.0).into_owned())
    }

    fn text(text: String) -> Self {
        Self { text: Some(text).filter(|text| !text.is_empty()), is_base64_encoded: false }
    }

    pub(super) fn or_null(self) -> Value {
        self.text.map_or(Value::Null, Value::String)
    }
}

/// "By default, all MIME types except text/*, application/json, application/xml and application/javascript
/// are base64-encoded", measured for HTTP APIs in <https://github.com/ministackorg/ministack/issues/766> and
/// documented for ALBs in
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>.
fn is_text(request: &Request) -> bool {
    let content_type = request.header("content-type").first().map(|value| value.to_ascii_lowercase());
    let content_type = content_type.unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || ["application/json", "application/xml", "application/javascript"].contains(&essence)
}
