//! CORS of an HTTP API and of a Function URL: the same members, below two names.

use super::node::Node;
use super::property::Property;
use super::reader::Reader;
use crate::aws::Cors;

const MEMBERS: [&str; 6] =
    ["AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "AllowCredentials", "MaxAge"];

/// `CorsConfiguration`: a map, or `true` for every origin.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapicorsconfiguration.html>
pub(super) fn of_http_api(property: Property<'_>, reader: &mut Reader) -> Option<Cors> {
    let node = property.node()?;
    if !node.is_map() {
        let everyone = property.truth("no CORS", reader)?;
        return everyone.then(|| Cors { allow_origins: vec!["*".to_owned()], ..Cors::default() });
    }
    let cors = read(property, reader);
    if cors.allow_credentials && cors.allow_origins == ["*"] {
        reader
            .error(node, "`AllowCredentials` cannot be `true` for every origin: name them in `AllowOrigins`");
    }
    Some(cors)
}

/// `Cors`.
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
    Some(read(property, reader))
}

fn read(property: Property<'_>, reader: &mut Reader) -> Cors {
    for (key, _) in property.nodes().flat_map(Node::entries) {
        let name = key.text().unwrap_or_default();
        if !MEMBERS.contains(&name.as_str()) {
            reader.error(
                key,
                format!("`{name}` is not among {}", MEMBERS.map(|member| format!("`{member}`")).join(", ")),
            );
        }
    }
    Cors {
        allow_origins: property.member("AllowOrigins").texts(reader),
        allow_methods: property.member("AllowMethods").texts(reader),
        allow_headers: property.member("AllowHeaders").texts(reader),
        expose_headers: property.member("ExposeHeaders").texts(reader),
        allow_credentials: property.member("AllowCredentials").truth("`false`", reader).unwrap_or(false),
        max_age: max_age(property.member("MaxAge"), reader),
    }
}

/// An HTTP API also takes -1, so that a browser remembers nothing:
/// <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html>.
fn max_age(property: Property<'_>, reader: &mut Reader) -> Option<u32> {
    let nothing = property.node().and_then(Node::text).is_some_and(|age| age == "-1");
    if nothing { None } else { property.number("seconds", 0..=86_400, "none", reader) }
}
