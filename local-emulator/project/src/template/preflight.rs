//! `Cors` of a REST API, which SAM turns into a mock `OPTIONS` method for each path.
//!
//! The rules are those of `_add_cors` in
//! <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/api/api_generator.py> and of
//! `add_cors` in <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/swagger/swagger.py>.

use std::collections::BTreeSet;

use super::property::Property;
use super::reader::Reader;
use super::value::TemplateValue;
use crate::aws::rest_api::MockResponse;

const MEMBERS: [&str; 5] = ["AllowOrigin", "AllowHeaders", "AllowMethods", "MaxAge", "AllowCredentials"];

/// The methods that SAM lists for a path with `ANY`.
const ALL_METHODS: &str = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT";

/// The body that SAM gives each preflight answer.
const BODY: &str = "{}\n";

/// The headers of preflight answers, without the quotes that `Cors` needs around each value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preflight {
    /// The value of `AllowOrigin`; `None` if only AWS can resolve it.
    pub allow_origin: Option<String>,
    /// The headers that a request may have, from `AllowHeaders`.
    pub allow_headers: Option<String>,
    /// The value of `AllowMethods`; without it each path lists its own methods.
    pub allow_methods: Option<String>,
    /// The value of `MaxAge`, in seconds.
    pub max_age: Option<String>,
    /// Whether requests may have credentials, from `AllowCredentials`.
    pub allow_credentials: bool,
    /// Whether only AWS can resolve `AllowMethods`.
    pub has_hidden_methods: bool,
}

impl Preflight {
    /// Returns the answer for a path that has `methods`, such as `GET` or `ANY`.
    pub fn answer(&self, methods: &BTreeSet<&str>) -> MockResponse {
        let listed = || (!self.has_hidden_methods).then(|| listed(methods));
        let allow_methods = self.allow_methods.clone().or_else(listed);
        let credentials = self.allow_credentials.then(|| "true".to_owned());
        let headers = [
            ("Access-Control-Allow-Origin", self.allow_origin.clone()),
            ("Access-Control-Allow-Headers", self.allow_headers.clone()),
            ("Access-Control-Allow-Methods", allow_methods),
            ("Access-Control-Max-Age", self.max_age.clone()),
            ("Access-Control-Allow-Credentials", credentials),
        ];
        let headers = headers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        MockResponse { status: 200, headers: headers.collect(), body: BODY.to_owned() }
    }
}

fn listed(methods: &BTreeSet<&str>) -> String {
    if methods.contains("ANY") {
        return ALL_METHODS.to_owned();
    }
    let mut methods = methods.clone();
    methods.insert("OPTIONS");
    methods.into_iter().collect::<Vec<_>>().join(",")
}

/// Reads `Cors`: a map, or a text for `AllowOrigin`.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html>
pub(super) fn read(property: Property<'_>, reader: &mut Reader) -> Option<Preflight> {
    let node = property.node()?;
    if node.intrinsic().is_some() {
        reader.unknown("Cors", node, "no CORS");
        return None;
    }
    if node.text().is_some_and(|text| text.is_empty()) || (node.is_map() && node.entries().next().is_none()) {
        return None;
    }
    if !node.is_map() {
        let text = property.text("no CORS", reader).filter(|_| node.is_text());
        if text.is_none() {
            reader.error(node, "`Cors` must be a text, `\"'*'\"`, or a map");
            return None;
        }
        let allow_origin = constant("Cors", property, reader);
        return Some(Preflight { allow_origin, ..Preflight::everyone() });
    }
    Some(map(property, node, reader))
}

fn map(property: Property<'_>, node: &TemplateValue, reader: &mut Reader) -> Preflight {
    for (key, _) in property.nodes().flat_map(TemplateValue::entries) {
        let name = key.text().unwrap_or_default();
        if !MEMBERS.contains(&name.as_str()) {
            let members = MEMBERS.map(|member| format!("`{member}`")).join(", ");
            reader.error(key, format!("`{name}` is not among {members}"));
        }
    }
    let mut member = |name| constant(name, property.member(name), reader);
    let [origin, allow_headers, allow_methods, max_age] =
        ["AllowOrigin", "AllowHeaders", "AllowMethods", "MaxAge"].map(&mut member);
    let said = |name| property.member(name).node();
    let allow_origin =
        if said("AllowOrigin").is_some() { origin } else { Preflight::everyone().allow_origin };
    // SAM accepts only a boolean.
    let credentials = said("AllowCredentials").filter(|node| !node.is_text()).and_then(TemplateValue::text);
    let allow_credentials = credentials.as_deref() == Some("true");
    if allow_credentials && allow_origin.as_deref() == Some("*") {
        reader.error(node, "`AllowCredentials` cannot be `true` for every origin: name one in `AllowOrigin`");
    }
    let has_hidden_methods = said("AllowMethods").is_some_and(|node| node.text().as_deref() != Some(""));
    Preflight { allow_origin, allow_headers, allow_methods, max_age, allow_credentials, has_hidden_methods }
}

impl Preflight {
    fn everyone() -> Self {
        Self {
            allow_origin: Some("*".to_owned()),
            allow_headers: None,
            allow_methods: None,
            max_age: None,
            allow_credentials: false,
            has_hidden_methods: false,
        }
    }
}

/// Reads a response parameter, a text within quotes. `None` for an empty text, and for a value that only AWS can
/// resolve.
fn constant(name: &'static str, property: Property<'_>, reader: &mut Reader) -> Option<String> {
    let node = property.node()?;
    let text = property.text("no such header", reader)?;
    if !node.is_text() {
        return Some(text);
    }
    literal(name, node, &text, reader)
}

/// Returns the value of a response parameter, without its quotes. API Gateway refuses a text without quotes: "Invalid
/// mapping expression specified" (<https://github.com/awsdocs/aws-sam-developer-guide/pull/55>).
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html>
pub(super) fn literal(name: &str, node: &TemplateValue, text: &str, reader: &mut Reader) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if let Some(literal) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(literal.to_owned());
    }
    if ["context.", "stageVariables.", "integration.response."].iter().any(|it| text.starts_with(it)) {
        reader.warning(
            node,
            format!("`{name}` is `{text}`, which the emulator does not resolve: it leaves the header out"),
        );
    } else {
        reader.error(
            node,
            format!(
                "`{name}` needs quotes within its text, which API Gateway takes off: write `\"'{text}'\"`"
            ),
        );
    }
    None
}
