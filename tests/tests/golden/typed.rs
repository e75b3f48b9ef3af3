//! Events in AWS's own types.

use aws_lambda_events::alb::AlbTargetGroupRequest;
use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use aws_lambda_events::lambda_function_urls::LambdaFunctionUrlRequest;
use serde_json::Value;

use crate::fixture::Door;

/// Reads an event as the type of its front door.
///
/// # Errors
///
/// The event does not have that type.
pub(crate) fn check(door: Door, event: &Value) -> Result<(), String> {
    let read = match door {
        Door::HttpApi => path::<ApiGatewayV2httpRequest>(event, |event| event.raw_path),
        Door::FunctionUrl => path::<LambdaFunctionUrlRequest>(event, |event| event.raw_path),
        Door::HttpApiPayload1 | Door::RestApi => path::<ApiGatewayProxyRequest>(event, |event| event.path),
        Door::Alb | Door::AlbMultiValue => path::<AlbTargetGroupRequest>(event, |event| event.path),
    };
    let member = if matches!(door, Door::HttpApi | Door::FunctionUrl) { "rawPath" } else { "path" };
    match read {
        Ok(path) if path.as_deref() == event[member].as_str() => Ok(()),
        Ok(path) => Err(format!("the path is read as {path:?}: {event}")),
        Err(error) => Err(format!("{error}: {event}")),
    }
}

fn path<T: serde::de::DeserializeOwned>(
    event: &Value,
    of: fn(T) -> Option<String>,
) -> Result<Option<String>, serde_json::Error> {
    serde_json::from_value(event.clone()).map(of)
}
