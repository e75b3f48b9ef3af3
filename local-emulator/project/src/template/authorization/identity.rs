//! Parts of a request that identify its caller, as mapping expressions.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources>,
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>

use crate::aws::IdentitySource;
use crate::template::value::TemplateValue;

/// Makes an identity source of a name.
pub(super) type Make = fn(String) -> IdentitySource;

/// The beginnings of expressions, for an HTTP API and for a REST API.
const PREFIXES: [(&str, &str, Make); 4] = [
    ("$request.header.", "method.request.header.", IdentitySource::Header),
    ("$request.querystring.", "method.request.querystring.", IdentitySource::QueryString),
    ("$stageVariables.", "stageVariables.", IdentitySource::StageVariable),
    ("$context.", "context.", IdentitySource::Context),
];

/// Reads a list of expressions, or a text with commas between them. The error is the reason why they cannot identify a
/// caller.
pub(super) fn read(node: &TemplateValue, is_rest: bool) -> Result<Vec<IdentitySource>, String> {
    let items: Vec<_> = if node.is_list() { node.items().collect() } else { vec![node] };
    let mut sources = Vec::new();
    for item in items {
        let text = item.text().ok_or("only AWS can tell its `IdentitySource`")?;
        for expression in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            sources.push(parse(expression, is_rest).ok_or_else(|| wrong(expression, is_rest))?);
        }
    }
    Ok(sources)
}

fn parse(expression: &str, is_rest: bool) -> Option<IdentitySource> {
    let mut found = PREFIXES.into_iter().filter_map(|(http, rest, make)| {
        let name = expression.strip_prefix(if is_rest { rest } else { http })?;
        (!name.is_empty()).then(|| make(name.to_owned()))
    });
    found.next()
}

fn wrong(expression: &str, is_rest: bool) -> String {
    let [header, query] =
        if is_rest { [PREFIXES[0].1, PREFIXES[1].1] } else { [PREFIXES[0].0, PREFIXES[1].0] };
    format!("`{expression}` is not an identity source: write `{header}NAME` or `{query}NAME`")
}
