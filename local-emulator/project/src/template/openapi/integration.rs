//! `x-amazon-apigateway-integration`: the target of an operation.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html>

use std::time::Duration;

use super::mock;
use crate::aws::rest_api::MockResponse;
use crate::aws::{FrontDoorKind, PayloadFormat};
use crate::template::complaint::SourcePosition;
use crate::template::function_index::{self, FunctionIndex};
use crate::template::property::Property;
use crate::template::reader::Reader;
use crate::template::route_key::timeout;
use crate::template::value::TemplateValue;

/// The target of an operation.
#[derive(Debug)]
pub(in crate::template) enum Integration {
    /// A function of the template.
    Function(Invocation),
    /// An answer of the API itself.
    Mock(MockResponse),
    /// A target that the emulator does not have, by its type in the document.
    Other(String),
}

/// The invocation of a function.
#[derive(Debug)]
pub(in crate::template) struct Invocation {
    /// The logical id.
    pub(in crate::template) function: String,
    pub(in crate::template) payload_format: PayloadFormat,
    pub(in crate::template) timeout: Option<Duration>,
    pub(in crate::template) timeout_place: Option<SourcePosition>,
    pub(in crate::template) streams: bool,
}

/// The operation that streams, after an `ARN` of Lambda.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
const STREAMING: &str = "/response-streaming-invocations";

impl Integration {
    pub(super) fn read(
        node: &TemplateValue,
        kind: FrontDoorKind,
        functions: &FunctionIndex<'_>,
        reader: &mut Reader,
    ) -> Self {
        let name = node.get("type").and_then(TemplateValue::text).unwrap_or_else(|| "no type".to_owned());
        let is_rest = kind == FrontDoorKind::RestApi;
        let found = match name.to_ascii_lowercase().as_str() {
            "mock" if is_rest => mock::read(node, reader).map(Self::Mock),
            // With a subtype an HTTP API calls another service.
            "aws_proxy" if node.get("integrationSubtype").is_none() => {
                let function = node.get("uri").and_then(|uri| functions.find(uri));
                function.map(|function| Self::Function(invocation(node, kind, function, reader)))
            }
            _ => None,
        };
        found.unwrap_or(Self::Other(name))
    }
}

fn invocation(
    node: &TemplateValue,
    kind: FrontDoorKind,
    function: String,
    reader: &mut Reader,
) -> Invocation {
    let property = |name| Property::new(name, node.get(name), None);
    let is_rest = kind == FrontDoorKind::RestApi;
    let formats = [("1.0", PayloadFormat::V1), ("2.0", PayloadFormat::V2)];
    let format = Some(property("payloadFormatVersion")).filter(|_| !is_rest);
    if format.is_some_and(|format| format.node().is_none()) {
        let message = "an HTTP API needs a `payloadFormatVersion` here: the emulator takes `2.0`";
        reader.warning(node, message);
    }
    let modes = [("BUFFERED", false), ("STREAM", true)];
    let mode = Some(property("responseTransferMode")).filter(|_| is_rest);
    let mode = mode.and_then(|mode| mode.choice(&modes, "`BUFFERED`", reader));
    let has_streaming_uri = || node.get("uri").is_some_and(|uri| function_index::has_text(uri, STREAMING));
    Invocation {
        function,
        payload_format: format.and_then(|it| it.choice(&formats, "`2.0`", reader)).unwrap_or_default(),
        timeout: timeout(kind, property("timeoutInMillis"), reader),
        timeout_place: property("timeoutInMillis").node().map(TemplateValue::place),
        streams: mode.unwrap_or_else(|| is_rest && has_streaming_uri()),
    }
}
