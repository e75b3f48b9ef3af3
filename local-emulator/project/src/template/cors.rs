//! CORS of an HTTP API and of a Function URL: the same members, below three names.

use super::property::Property;
use super::reader::Reader;
use super::value::TemplateValue;
use crate::aws::Cors;

type Members = [&'static str; 6];

const MEMBERS: Members =
    ["AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "AllowCredentials", "MaxAge"];

/// The names that an OpenAPI document has.
const DOCUMENT_MEMBERS: Members =
    ["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials", "maxAge"];

/// Reads `CorsConfiguration`: a map, or `true` for every origin.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapicorsconfiguration.html>
pub(super) fn of_http_api(property: Property<'_>, reader: &mut Reader) -> Option<Cors> {
    let node = property.node()?;
    if !node.is_map() {
        let everyone = property.truth("no CORS", reader)?;
        return everyone.then(|| Cors { allow_origins: vec!["*".to_owned()], ..Cors::default() });
    }
    let cors = read(property, MEMBERS, reader);
    if cors.allow_credentials && cors.allow_origins == ["*"] {
        reader
            .error(node, "`AllowCredentials` cannot be `true` for every origin: name them in `AllowOrigins`");
    }
    Some(cors)
}

/// Reads `Cors` of a Function URL.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html>
pub(super) fn of_function_url(property: Property<'_>, reader: &mut Reader) -> Option<Cors> {
    let node = property.node()?;
    if node.intrinsic().is_some() {
        reader.unknown("Cors", node, "no CORS");
        return None;
    }
    if !node.is_map() {
        reader.error(node, "`Cors` must be a map");
        return None;
    }
    Some(read(property, MEMBERS, reader))
}

/// Reads `x-amazon-apigateway-cors` of an OpenAPI document.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-cors.html>
pub(super) fn of_document(property: Property<'_>, reader: &mut Reader) -> Option<Cors> {
    let node = property.node()?;
    if node.intrinsic().is_some() {
        reader.unknown("x-amazon-apigateway-cors", node, "no CORS");
        return None;
    }
    Some(read(property, DOCUMENT_MEMBERS, reader))
}

/// Merges the settings of a document with `CorsConfiguration`, which replaces each member that it has.
pub(super) fn merged(document: Option<Cors>, own: Option<Cors>) -> Option<Cors> {
    let (Some(document), Some(own)) = (&document, &own) else { return own.or(document) };
    let list = |own: &[String], document: &[String]| if own.is_empty() { document } else { own }.to_vec();
    Some(Cors {
        allow_origins: list(&own.allow_origins, &document.allow_origins),
        allow_methods: list(&own.allow_methods, &document.allow_methods),
        allow_headers: list(&own.allow_headers, &document.allow_headers),
        expose_headers: list(&own.expose_headers, &document.expose_headers),
        allow_credentials: own.allow_credentials || document.allow_credentials,
        max_age: own.max_age.or(document.max_age),
    })
}

fn read(property: Property<'_>, members: Members, reader: &mut Reader) -> Cors {
    let [origins, methods, headers, exposed, credentials, age] = members;
    for (key, _) in property.nodes().flat_map(TemplateValue::entries) {
        let name = key.text().unwrap_or_default();
        if !members.contains(&name.as_str()) {
            reader.error(
                key,
                format!("`{name}` is not among {}", members.map(|member| format!("`{member}`")).join(", ")),
            );
        }
    }
    Cors {
        allow_origins: property.member(origins).texts(reader),
        allow_methods: property.member(methods).texts(reader),
        allow_headers: property.member(headers).texts(reader),
        expose_headers: property.member(exposed).texts(reader),
        allow_credentials: property.member(credentials).truth("`false`", reader).unwrap_or(false),
        max_age: max_age(property.member(age), reader),
    }
}

/// Reads the age in seconds. An HTTP API also accepts -1, so that a browser caches nothing:
/// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html>.
fn max_age(property: Property<'_>, reader: &mut Reader) -> Option<u32> {
    let nothing = property.node().and_then(TemplateValue::text).is_some_and(|age| age == "-1");
    if nothing { None } else { property.number("seconds", 0..=86_400, "none", reader) }
}
