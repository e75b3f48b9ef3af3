//! JWT authorizers.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer.html>

use super::description::{Description, setting};
use super::identity;
use crate::aws::{IdentitySource, JwtAuthorizer, JwtIssuer};
use crate::template::Fault;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;

/// The path that an issuer serves below its URL.
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The algorithms that a REST API takes.
const ALGORITHMS: [&str; 6] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/// Reads `jwtConfiguration: {issuer, audience}`, or an issuer by its `openIdConnectUrl`.
pub(super) fn of_http_api(it: &Description<'_, '_>, reader: &mut Reader) -> Result<JwtAuthorizer, String> {
    let discovery = it.scheme.and_then(|scheme| scheme.get("openIdConnectUrl"));
    let configuration = it.get("jwtConfiguration");
    let issuer = http_issuer(configuration, discovery, reader)?;
    Ok(JwtAuthorizer {
        identity_source: Some(source(it)?),
        issuers: vec![issuer],
        ..JwtAuthorizer::default()
    })
}

/// Reads the issuer of an HTTP API's authorizer.
pub(super) fn http_issuer(
    configuration: Option<&TemplateValue>,
    discovery: Option<&TemplateValue>,
    reader: &mut Reader,
) -> Result<JwtIssuer, String> {
    let member = |name| configuration.and_then(|configuration| setting(configuration, name));
    let url = match (member("issuer"), discovery) {
        (Some(issuer), _) => url(issuer, reader),
        (None, Some(discovery)) => url_of_discovery(discovery)?,
        (None, None) if configuration.is_some_and(|it| it.intrinsic().is_some()) => None,
        (None, None) => return Err("its `JwtConfiguration` has no `issuer`".to_owned()),
    };
    let mut issuer = JwtIssuer { url, ..JwtIssuer::default() };
    read_audiences(member("audience"), &mut issuer);
    Ok(issuer)
}

/// Reads `jwtConfiguration: {issuers, defaultAlgorithms}`, whose `identitySource` is a header.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_JwtConfigurationInput.html>
pub(super) fn of_rest_api(it: &Description<'_, '_>, reader: &mut Reader) -> Result<JwtAuthorizer, String> {
    let configuration = it.get("jwtConfiguration").ok_or("it has no `jwtConfiguration`")?;
    let issuers = setting(configuration, "issuers").ok_or("its `jwtConfiguration` has no `issuers`")?;
    let issuers: Vec<_> = issuers.items().map(|node| rest_issuer(node, reader)).collect::<Result<_, _>>()?;
    if issuers.is_empty() {
        return Err("its `issuers` are not a list, or the list is empty".to_owned());
    }
    let source = source(it)?;
    if !matches!(source, IdentitySource::Header(_)) {
        return Err(
            "its `identitySource` must be a header, as for each JWT authorizer of a REST API".to_owned()
        );
    }
    Ok(JwtAuthorizer { identity_source: Some(source), issuers, algorithms: algorithms(configuration)? })
}

fn algorithms(configuration: &TemplateValue) -> Result<Vec<String>, String> {
    let node = setting(configuration, "defaultAlgorithms").ok_or("it has no `defaultAlgorithms`")?;
    let names: Option<Vec<_>> = node.items().map(TemplateValue::text).collect();
    let names =
        names.filter(|names| !names.is_empty()).ok_or("its `defaultAlgorithms` are not a list of names")?;
    match names.iter().find(|name| !ALGORITHMS.contains(&name.as_str())) {
        Some(name) => {
            Err(format!("API Gateway has no algorithm `{name}`: use one of {}", ALGORITHMS.join(", ")))
        }
        None => Ok(names),
    }
}

fn rest_issuer(node: &TemplateValue, reader: &mut Reader) -> Result<JwtIssuer, String> {
    let url = url(setting(node, "issuer").ok_or("one of its `issuers` has no `issuer`")?, reader);
    let mut issuer = JwtIssuer { url, ..JwtIssuer::default() };
    read_audiences(setting(node, "audiences"), &mut issuer);
    for claim in setting(node, "additionalClaims").into_iter().flat_map(TemplateValue::items) {
        let name = setting(claim, "claimName").and_then(TemplateValue::text);
        let name = name.ok_or("only AWS can tell the name of one of its claims")?;
        let values = setting(claim, "expectedValues").map(texts).unwrap_or_default();
        let is_required =
            setting(claim, "required").and_then(TemplateValue::text).is_some_and(|it| it == "true");
        let claims = if is_required { &mut issuer.required_claims } else { &mut issuer.optional_claims };
        claims.push((name, values));
    }
    Ok(issuer)
}

/// Reads the audiences. An audience that only AWS can resolve is recorded, so that no other audience is used instead.
fn read_audiences(node: Option<&TemplateValue>, issuer: &mut JwtIssuer) {
    let Some(node) = node else { return };
    let items: Vec<_> = if node.is_list() { node.items().collect() } else { vec![node] };
    issuer.has_hidden_audiences = items.iter().any(|item| item.intrinsic().is_some());
    issuer.audiences = items.into_iter().filter_map(TemplateValue::text).collect();
}

/// Returns the texts of a list. An item that only AWS can resolve is the name of its function, which no claim has.
fn texts(list: &TemplateValue) -> Vec<String> {
    list.items().filter_map(|item| item.intrinsic().or_else(|| item.text())).collect()
}

/// Returns the URL of an issuer; `None` if only AWS can resolve it, as for a user pool of the template.
fn url(node: &TemplateValue, reader: &mut Reader) -> Option<String> {
    let url = node.text()?;
    if let Some(problem) = problem(&url) {
        reader.caution(node.place(), Fault::Issuer, format!("AWS refuses the issuer `{url}`: {problem}"));
    }
    Some(url)
}

/// Returns the reason why AWS refuses an issuer.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_JwtIssuerInput.html>
fn problem(url: &str) -> Option<&'static str> {
    if !url.starts_with("https://") {
        return Some("write an absolute `https` URL");
    }
    if url.ends_with(DISCOVERY) {
        return Some("API Gateway adds `/.well-known/openid-configuration`, so remove it here");
    }
    url.contains(['?', '#']).then_some("remove its query or fragment")
}

fn url_of_discovery(node: &TemplateValue) -> Result<Option<String>, String> {
    let Some(text) = node.text() else { return Ok(None) };
    let url = text
        .strip_suffix(DISCOVERY)
        .ok_or_else(|| format!("its `openIdConnectUrl` must end with `{DISCOVERY}`"))?;
    Ok(Some(url.to_owned()))
}

/// Returns the single source of the token.
fn source(it: &Description<'_, '_>) -> Result<IdentitySource, String> {
    let node = it.get("identitySource").ok_or("it has no `identitySource`")?;
    let mut sources = identity::read(node, it.is_rest())?.into_iter();
    match (sources.next(), sources.next()) {
        (Some(source), None) => Ok(source),
        _ => Err("its `identitySource` must be one expression".to_owned()),
    }
}
