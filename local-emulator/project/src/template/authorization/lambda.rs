//! Lambda authorizers.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>

use std::time::Duration;

use super::description::Description;
use super::{cognito, identity};
use crate::aws::{AuthorizerEvent, LambdaAuthorizer, PayloadFormat};
use crate::template::property::Property;
use crate::template::reader::Reader;

/// The default time for which a REST API caches an answer.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>
pub(super) const REST_TTL: Duration = Duration::from_secs(300);

/// Reads `type: request`.
pub(super) fn request(it: &Description<'_, '_>, reader: &mut Reader) -> Result<LambdaAuthorizer, String> {
    let property = |name| Property::new(name, it.get(name), None);
    let sources = it.get("identitySource").map(|node| identity::read(node, it.is_rest())).transpose()?;
    let event = AuthorizerEvent::Request {
        identity_sources: sources.unwrap_or_default(),
        payload_format: if it.is_rest() {
            PayloadFormat::V1
        } else {
            payload_format(property("authorizerPayloadFormatVersion"), reader)?
        },
        simple_responses: !it.is_rest() && simple_responses(property("enableSimpleResponses"), reader)?,
    };
    lambda(it, event, reader)
}

/// Reads `type: token`, whose header is the `name` of the scheme.
pub(super) fn token(it: &Description<'_, '_>, reader: &mut Reader) -> Result<LambdaAuthorizer, String> {
    let header = match it.header() {
        Some(header) => header,
        None => cognito::header(it.get("identitySource"))?,
    };
    let validation = cognito::validation(it.get("identityValidationExpression"))?;
    lambda(it, AuthorizerEvent::Token { header, validation }, reader)
}

fn lambda(
    it: &Description<'_, '_>,
    event: AuthorizerEvent,
    reader: &mut Reader,
) -> Result<LambdaAuthorizer, String> {
    let uri = it.get("authorizerUri").ok_or("it has no `authorizerUri`")?;
    let ttl = Property::new("authorizerResultTtlInSeconds", it.get("authorizerResultTtlInSeconds"), None);
    Ok(LambdaAuthorizer { function: it.functions.find(uri), event, ttl: ttl_of(ttl, it.is_rest(), reader) })
}

/// Reads the time for which an answer is cached.
///
/// Undocumented (AUTH-6): an HTTP API caches no answer by default.
pub(super) fn ttl_of(property: Property<'_>, is_rest: bool, reader: &mut Reader) -> Duration {
    let otherwise = if is_rest { REST_TTL } else { Duration::ZERO };
    if property.node().is_none() {
        return otherwise;
    }
    // A time that only AWS can resolve is zero, so that each request is judged.
    let seconds = property.number("seconds", 0..=3600, "0", reader);
    seconds.map_or(Duration::ZERO, |seconds| Duration::from_secs(seconds.into()))
}

/// Reads the payload format, which an HTTP API needs.
pub(super) fn payload_format(property: Property<'_>, reader: &mut Reader) -> Result<PayloadFormat, String> {
    let formats = [("1.0", PayloadFormat::V1), ("2.0", PayloadFormat::V2)];
    let format = property.choice(&formats, "no format", reader);
    format.ok_or_else(|| "it has no `AuthorizerPayloadFormatVersion` that can be read".to_owned())
}

/// Whether the function answers with a boolean instead of a policy.
pub(super) fn simple_responses(property: Property<'_>, reader: &mut Reader) -> Result<bool, String> {
    match property.node() {
        None => Ok(false),
        Some(_) => property
            .truth("no answer", reader)
            .ok_or_else(|| "only AWS can tell its `EnableSimpleResponses`".to_owned()),
    }
}
