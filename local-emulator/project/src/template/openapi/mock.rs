//! A mock integration, as far as its answer is a constant.

use crate::aws::rest_api::MockResponse;
use crate::template::preflight;
use crate::template::reader::Reader;
use crate::template::value::TemplateValue;

/// The parameters that become headers.
const HEADER: &str = "method.response.header.";

/// Reads the response. `None` if it depends on the request, or if only AWS can resolve it.
///
/// The request template chooses one of the `responses`; `default` counts if there are several.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html>
pub(super) fn read(integration: &TemplateValue, reader: &mut Reader) -> Option<MockResponse> {
    let responses = integration.get("responses")?;
    let response = match responses.get("default") {
        Some(response) => response,
        None => responses.entries().next().filter(|_| responses.entries().count() == 1)?.1,
    };
    let status = response.get("statusCode").and_then(TemplateValue::text)?.parse().ok()?;
    let parameters = response.get("responseParameters").into_iter().flat_map(TemplateValue::entries);
    let mut headers = Vec::new();
    for (name, value) in parameters {
        let name = name.text()?;
        let header = name.strip_prefix(HEADER)?.to_owned();
        if value.intrinsic().is_some() {
            reader.unknown(&header, value, "no such header");
            continue;
        }
        let text = value.text()?;
        headers.extend(preflight::literal(&header, value, &text, reader).map(|literal| (header, literal)));
    }
    Some(MockResponse { status, headers, body: body(response)? })
}

/// Returns the body. A template without `$` and `#` is a constant.
fn body(response: &TemplateValue) -> Option<String> {
    let Some(templates) = response.get("responseTemplates") else { return Some(String::new()) };
    let template = match templates.get("application/json") {
        Some(template) => template,
        None => match templates.children().next() {
            Some(template) => template,
            None => return Some(String::new()),
        },
    };
    let text = template.text().unwrap_or_default();
    (template.intrinsic().is_none() && !text.contains(['$', '#'])).then_some(text)
}
