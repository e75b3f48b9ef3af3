//! Cognito authorizers of REST APIs.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html>

use super::description::Description;
use super::identity;
use crate::aws::{CognitoAuthorizer, IdentitySource, JwtIssuer};
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;

/// Reads `providerARNs` of a scheme, whose `name` is the header, or of a resource with an `IdentitySource`.
pub(super) fn read(it: &Description<'_, '_>, _: &mut Reader) -> Result<CognitoAuthorizer, String> {
    let pools = it.get("providerARNs").ok_or("it has no `providerARNs`")?;
    let header = match it.header() {
        Some(header) => header,
        None => header(it.get("identitySource"))?,
    };
    let validation = validation(it.get("identityValidationExpression"))?;
    Ok(CognitoAuthorizer { header, validation, issuers: issuers(pools)? })
}

/// Reads the header of `method.request.header.Authorization`.
pub(super) fn header(identity_source: Option<&TemplateValue>) -> Result<String, String> {
    let node = identity_source.ok_or("it has no `IdentitySource`")?;
    match identity::read(node, true)?.as_slice() {
        [IdentitySource::Header(name)] => Ok(name.clone()),
        _ => Err("its `IdentitySource` must be one header".to_owned()),
    }
}

/// Reads a pattern that a token must match.
pub(super) fn validation(node: Option<&TemplateValue>) -> Result<Option<String>, String> {
    match node {
        Some(node) if node.text().is_none() => Err("only AWS can tell its validation expression".to_owned()),
        node => Ok(node.and_then(TemplateValue::text)),
    }
}

/// Returns the issuers of the user pools with these ARNs, a list or a single one.
pub(super) fn issuers(pools: &TemplateValue) -> Result<Vec<JwtIssuer>, String> {
    let pools: Vec<_> = if pools.is_list() { pools.items().collect() } else { vec![pools] };
    if pools.is_empty() {
        return Err("it names no user pool".to_owned());
    }
    pools.into_iter().map(issuer).collect()
}

/// Returns `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example`, or an issuer without a URL for a pool that
/// only AWS can resolve.
fn issuer(pool: &TemplateValue) -> Result<JwtIssuer, String> {
    let Some(arn) = pool.text() else { return Ok(JwtIssuer::default()) };
    let parts: Vec<_> = arn.split(':').collect();
    let wrong = || {
        format!(
            "`{arn}` is not the ARN of a user pool: write `arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID`"
        )
    };
    let ["arn", _, "cognito-idp", region, _, resource] = parts[..] else { return Err(wrong()) };
    let id = resource.strip_prefix("userpool/").filter(|id| !id.is_empty()).ok_or_else(wrong)?;
    Ok(JwtIssuer {
        url: Some(format!("https://cognito-idp.{region}.amazonaws.com/{id}")),
        ..JwtIssuer::default()
    })
}
