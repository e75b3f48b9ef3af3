//! The authorizers of an OpenAPI document.

use crate::template::node::Node;

/// An authorizer of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authorizer {
    /// The name by which operations refer to it.
    pub name: String,
    /// `jwt`, `request`, `token`, `cognito_user_pools`, or else what the document writes; in lower case.
    pub kind: String,
}

/// Reads `securityDefinitions` of OpenAPI 2.0, and `components.securitySchemes` of 3.0.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html>
pub(super) fn read(document: Node<'_>) -> Vec<Authorizer> {
    let components = document.get("components").and_then(|components| components.get("securitySchemes"));
    let schemes = document.get("securityDefinitions").into_iter().chain(components);
    schemes.flat_map(Node::entries).filter_map(|(name, scheme)| authorizer(name, scheme)).collect()
}

fn authorizer(name: Node<'_>, scheme: Node<'_>) -> Option<Authorizer> {
    let settings = scheme.get("x-amazon-apigateway-authorizer")?;
    let kinds = [settings.get("type"), scheme.get("x-amazon-apigateway-authtype"), scheme.get("type")];
    let kind = kinds.into_iter().flatten().find_map(Node::text)?;
    Some(Authorizer { name: name.text()?, kind: kind.to_ascii_lowercase() })
}
