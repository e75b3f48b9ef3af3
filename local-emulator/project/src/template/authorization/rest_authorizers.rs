//! The authorizers of a REST API, in the words of SAM.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-cognitoauthorizer.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdatokenauthorizer.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdarequestauthorizer.html>.
//! The rules are those of `ApiGatewayAuthorizer` in
//! <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/apigateway.py>.

use std::time::Duration;

use super::http_authorizers::identity_sources;
use super::{cognito, lambda};
use crate::aws::{AuthorizerEvent, AuthorizerKind, CognitoAuthorizer, LambdaAuthorizer, PayloadFormat};
use crate::template::function_index::FunctionIndex;
use crate::template::property::Property;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;

/// The header of a token, unless `Identity.Header` names another.
const HEADER: &str = "Authorization";

/// Reads an entry of `Authorizers`. The error is the reason why the authorizer is unknown.
pub(super) fn read(
    name: &str,
    it: Property<'_>,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Result<AuthorizerKind, String> {
    let node = it.node().filter(|node| node.is_map()).ok_or("it is not a readable map")?;
    let identity = it.member("Identity");
    let pools = it.member("UserPoolArn").node().filter(|node| !node.is_null());
    if let Some(pools) = pools {
        let header = header(identity)?;
        let validation = cognito::validation(identity.member("ValidationExpression").node())?;
        let issuers = cognito::issuers(pools)?;
        return Ok(AuthorizerKind::Cognito(CognitoAuthorizer { header, validation, issuers }));
    }
    let Some(arn) = it.member("FunctionArn").node().filter(|node| !node.is_null()) else {
        reader.error(node, format!("`{name}` needs a `UserPoolArn` or a `FunctionArn`"));
        return Ok(AuthorizerKind::Unknown("it has neither a `UserPoolArn` nor a `FunctionArn`".to_owned()));
    };
    let types = [("TOKEN", false), ("REQUEST", true)];
    let payload_type = it.member("FunctionPayloadType");
    let is_request = match payload_type.node() {
        None => false,
        Some(_) => payload_type
            .choice(&types, "no authorizer", reader)
            .ok_or("its `FunctionPayloadType` cannot be read")?,
    };
    let ttl = lambda::ttl_of(identity.member("ReauthorizeEvery"), true, reader);
    let event = if is_request {
        request(name, node, identity, ttl, reader)?
    } else {
        let validation = cognito::validation(identity.member("ValidationExpression").node())?;
        AuthorizerEvent::Token { header: header(identity)?, validation }
    };
    Ok(AuthorizerKind::Lambda(LambdaAuthorizer { function: functions.find(arn), event, ttl }))
}

/// Reads a request authorizer. Answers cannot be cached without identity sources, and SAM refuses to try.
fn request(
    name: &str,
    node: &TemplateValue,
    identity: Property<'_>,
    ttl: Duration,
    reader: &mut Reader,
) -> Result<AuthorizerEvent, String> {
    let identity_sources = identity_sources(identity)?;
    if identity_sources.is_empty() && !ttl.is_zero() {
        let message = format!(
            "`{name}` needs an `Identity` with `Headers`, `QueryStrings`, `StageVariables` or `Context`, or `ReauthorizeEvery: 0`"
        );
        reader.error(identity.node().unwrap_or(node), message);
    }
    let (payload_format, simple_responses) = (PayloadFormat::V1, false);
    Ok(AuthorizerEvent::Request { identity_sources, payload_format, simple_responses })
}

fn header(identity: Property<'_>) -> Result<String, String> {
    match identity.member("Header").node().filter(|node| !node.is_null()) {
        None => Ok(HEADER.to_owned()),
        Some(node) => node.text().ok_or_else(|| "only AWS can tell its `Identity.Header`".to_owned()),
    }
}
