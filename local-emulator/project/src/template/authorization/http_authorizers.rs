//! The authorizers of an HTTP API, in the words of SAM.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-oauth2authorizer.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-lambdaauthorizer.html>.
//! The rules are those of `ApiGatewayV2Authorizer` in
//! <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/apigatewayv2.py>.

use super::{identity, jwt, lambda};
use crate::aws::{
    AuthorizerEvent, AuthorizerKind, IdentitySource, JwtAuthorizer, LambdaAuthorizer, PayloadFormat,
};
use crate::template::Fault;
use crate::template::function_index::FunctionIndex;
use crate::template::property::Property;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;

const OF_JWT: [&str; 3] = ["AuthorizationScopes", "JwtConfiguration", "IdentitySource"];

const OF_LAMBDA: [&str; 6] = [
    "FunctionArn",
    "FunctionInvokeRole",
    "Identity",
    "AuthorizerPayloadFormatVersion",
    "EnableSimpleResponses",
    "EnableFunctionDefaultPermissions",
];

/// Reads an entry of `Authorizers`. The error is the reason why the authorizer is unknown.
pub(super) fn read(
    name: &str,
    it: Property<'_>,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Result<AuthorizerKind, String> {
    let node = it.node().filter(|node| node.is_map()).ok_or("it is not a readable map")?;
    let is_there = |member| it.member(member).node().is_some_and(|node| !node.is_null());
    let is_jwt = is_there("JwtConfiguration");
    let (refused, only): (&[&'static str], _) = if is_jwt {
        (&OF_LAMBDA, "a Lambda authorizer")
    } else {
        (&OF_JWT, "a JWT authorizer, which has a `JwtConfiguration`")
    };
    for member in refused.iter().copied().filter(|member| is_there(member)) {
        reader.error(node, format!("`{member}` of `{name}` is only for {only}: remove it"));
    }
    let needed: &[&'static str] =
        if is_jwt { &["IdentitySource"] } else { &["FunctionArn", "AuthorizerPayloadFormatVersion"] };
    let missing: Vec<_> = needed.iter().filter(|member| !is_there(member)).copied().collect();
    if let Some(member) = missing.first() {
        reader.error(node, format!("`{name}` needs its `{member}`, as each authorizer of its kind"));
        return Ok(AuthorizerKind::Unknown(format!("it has no `{member}`")));
    }
    if is_jwt {
        jwt(it, reader).map(AuthorizerKind::Jwt)
    } else {
        lambda(name, it, functions, reader).map(AuthorizerKind::Lambda)
    }
}

fn jwt(it: Property<'_>, reader: &mut Reader) -> Result<JwtAuthorizer, String> {
    let issuer = jwt::http_issuer(it.member("JwtConfiguration").node(), None, reader)?;
    let source = it.member("IdentitySource").node().ok_or("it has no `IdentitySource`")?;
    let identity_source = match identity::read(source, false)?.as_slice() {
        [source] => source.clone(),
        _ => return Err("its `IdentitySource` must be one expression".to_owned()),
    };
    Ok(JwtAuthorizer {
        identity_source: Some(identity_source),
        issuers: vec![issuer],
        ..JwtAuthorizer::default()
    })
}

fn lambda(
    name: &str,
    it: Property<'_>,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Result<LambdaAuthorizer, String> {
    let payload_format = lambda::payload_format(it.member("AuthorizerPayloadFormatVersion"), reader)?;
    let simple = it.member("EnableSimpleResponses");
    let simple_responses = lambda::simple_responses(simple, reader)?;
    if let Some(node) = simple.node().filter(|_| simple_responses && payload_format == PayloadFormat::V1) {
        reader.error(
            node,
            format!("`EnableSimpleResponses` of `{name}` needs `AuthorizerPayloadFormatVersion: 2.0`"),
        );
    }
    let identity = it.member("Identity");
    let identity_sources = identity_sources(identity)?;
    let function = it.member("FunctionArn").node().and_then(|arn| functions.find(arn));
    warn_of_permission(name, it, function.as_deref(), functions, reader);
    let ttl = lambda::ttl_of(identity.member("ReauthorizeEvery"), false, reader);
    let event = AuthorizerEvent::Request { identity_sources, payload_format, simple_responses };
    Ok(LambdaAuthorizer { function, event, ttl })
}

/// Warns of an authorizer that its API may not invoke. SAM lets a REST API invoke its authorizers, but an HTTP API only
/// if the template says so. Otherwise AWS answers each request with 500:
/// <https://github.com/aws/serverless-application-model/issues/2049>.
fn warn_of_permission(
    name: &str,
    it: Property<'_>,
    function: Option<&str>,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) {
    let by_sam = it.member("EnableFunctionDefaultPermissions").node();
    let is_permitted = by_sam.is_some_and(|node| node.text().is_none_or(|text| text == "true"))
        || it.member("FunctionInvokeRole").node().is_some()
        || function.is_none_or(|function| functions.has_permission(function));
    if let Some(node) = it.node().filter(|_| !is_permitted) {
        let message = format!(
            "the API may not invoke the authorizer `{name}`, so that AWS answers 500 to each request: write \
             `EnableFunctionDefaultPermissions: true`"
        );
        reader.caution(node.place(), Fault::UninvokableAuthorizer, message);
    }
}

/// Reads the identity sources, a list of names for each kind, in SAM's order.
pub(super) fn identity_sources(identity: Property<'_>) -> Result<Vec<IdentitySource>, String> {
    let kinds: [(&'static str, identity::Make); 4] = [
        ("Headers", IdentitySource::Header),
        ("QueryStrings", IdentitySource::QueryString),
        ("StageVariables", IdentitySource::StageVariable),
        ("Context", IdentitySource::Context),
    ];
    let mut sources = Vec::new();
    for (member, make) in kinds {
        for list in identity.member(member).nodes().filter(|node| !node.is_null()) {
            let names: Option<Vec<_>> = list.items().map(TemplateValue::text).collect();
            let names = names.filter(|_| list.is_list());
            let names =
                names.ok_or_else(|| format!("its `Identity.{member}` is not a readable list of names"))?;
            sources.extend(names.into_iter().map(make));
        }
    }
    Ok(sources)
}
