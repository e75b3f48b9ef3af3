//! The route keys and time-outs that events of functions and operations of documents have in common.

use std::time::Duration;

use super::complaint::Fault;
use super::property::Property;
use super::reader::Reader;
use crate::aws::FrontDoorKind;

/// The method that SAM writes for `ANY`, and accepts as well:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-any-method.html>.
pub(super) const ANY: &str = "x-amazon-apigateway-any-method";

/// Returns the route key of a method and a path, in the form of SAM and OpenAPI.
pub(super) fn route_key(kind: FrontDoorKind, method: &str, path: &str) -> String {
    let method =
        if method.eq_ignore_ascii_case(ANY) { "ANY".to_owned() } else { method.to_ascii_uppercase() };
    let path = match (kind, path) {
        (FrontDoorKind::RestApi, _) => without_slash(path),
        // API Gateway exports and imports `$default` in this form.
        (_, "/$default") => "$default",
        _ => path,
    };
    if path == "$default" { path.to_owned() } else { format!("{method} {path}") }
}

/// Removes a slash at the end. A REST API imports `/x/` as the resource `/x`: with both, the import ends in "Duplicate
/// method 'OPTIONS' on resource at path '/x'" (<https://github.com/aws/serverless-application-model/issues/3816>). An
/// HTTP API makes no route of `/x/` (<https://github.com/aws/serverless-application-model/issues/1949>).
fn without_slash(path: &str) -> &str {
    let resource = path.strip_suffix('/').filter(|resource| !resource.is_empty() && !resource.ends_with('/'));
    resource.unwrap_or(path)
}

/// Reads a timeout. An HTTP API and a REST API's integration have the same lower bound. The upper bound of the
/// integration can be raised; a stream may take 15 minutes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>,
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>
pub(super) fn timeout(kind: FrontDoorKind, property: Property<'_>, reader: &mut Reader) -> Option<Duration> {
    let most = if kind == FrontDoorKind::RestApi { 900_000 } else { 30_000 };
    let property = property.with_fault(Fault::IntegrationTimeout);
    let millis = property.number("milliseconds", 50..=most, "the limit of the API", reader)?;
    Some(Duration::from_millis(millis.into()))
}
