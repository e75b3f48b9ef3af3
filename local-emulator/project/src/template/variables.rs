//! `Environment.Variables` of a function, merged with the variables of `Globals`.

use std::collections::BTreeMap;

use super::Fault;
use super::reader::Reader;
use super::resource::Resource;
use super::value::TemplateValue;
use crate::aws::is_reserved;

/// Lambda's limit for all variables of a function, in bytes:
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const LIMIT: usize = 4096;

/// A variable's value in the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The text that Lambda is given.
    Value(String),
    /// An intrinsic function by its short name, `!Ref`, or the first dynamic reference of a text: only AWS knows its
    /// value. The text around the reference may be a secret, and is not stored.
    Intrinsic(String),
}

/// Reads the variables, merged by name.
pub(super) fn read(resource: &Resource<'_>, reader: &mut Reader) -> BTreeMap<String, Variable> {
    let mut merged = BTreeMap::new();
    for environment in resource.property("Environment").nodes() {
        merged.extend(declared(environment, reader));
    }
    let size = size(&merged);
    if size > LIMIT {
        let message = format!("the variables take {size} bytes: Lambda allows {LIMIT}");
        reader.fault(resource.key, Fault::Environment, message);
    }
    merged
}

/// Whether only AWS can resolve the variables, in the function or in `Globals`.
pub(super) fn are_hidden(resource: &Resource<'_>) -> bool {
    let is_intrinsic = |node: &TemplateValue| node.intrinsic().is_some();
    let is_hidden = |environment: &TemplateValue| {
        is_intrinsic(environment) || environment.get("Variables").is_some_and(is_intrinsic)
    };
    resource.property("Environment").nodes().into_iter().any(is_hidden)
        || resource.properties().is_some_and(is_intrinsic)
}

fn declared(environment: &TemplateValue, reader: &mut Reader) -> Vec<(String, Variable)> {
    let variables = environment.get("Variables").unwrap_or(environment);
    if let Some(intrinsic) = variables.intrinsic() {
        reader.warning(
            variables,
            format!("`{intrinsic}` hides the variables from the emulator: declare them in `.env`, or take those of a deployed \
                 stack with `--stack`"),
        );
        return Vec::new();
    }
    let declared = environment.get("Variables").into_iter().flat_map(TemplateValue::entries);
    declared.filter_map(|(name, value)| variable(name, value, reader)).collect()
}

fn variable(name: &TemplateValue, value: &TemplateValue, reader: &mut Reader) -> Option<(String, Variable)> {
    let text = name.text().unwrap_or_default();
    if let Some(written) = name.written() {
        let message = format!(
            "the variable `{written}` has the name `{text}` on AWS: SAM reads it so where it has no quotes"
        );
        reader.caution(name.place(), Fault::UnquotedScalar, message);
    }
    if let Some((fault, refusal)) = refusal(&text) {
        reader.fault(name, fault, refusal);
        return None;
    }
    let variable = value.intrinsic().map(Variable::Intrinsic).or_else(|| value.text().map(of_text));
    if let Some(written) = value.written() {
        reader.caution(
            value.place(),
            Fault::UnquotedScalar,
            change(&text, written, &value.text().unwrap_or_default()),
        );
    }
    if variable.is_none() {
        reader.error(value, format!("the value of `{text}` must be text, a number or a boolean"));
    }
    Some((text, variable?))
}

/// Returns the complaint about a changed scalar. SAM writes a template again before CloudFormation reads it: a text
/// with an exponent then has no quotes, and is a number.
/// <https://github.com/aws/serverless-application-model/issues/200>
fn change(name: &str, written: &str, deployed: &str) -> String {
    if written == deployed {
        format!("`{name}` may be another text on AWS: CloudFormation can read `{written}` as a number")
    } else {
        format!("`{name}` is `{deployed}` on AWS: SAM reads `{written}` so where it has no quotes")
    }
}

/// Reads a text. `{{resolve:ssm:/posts/token}}` may be the text or a part of it:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>.
fn of_text(text: String) -> Variable {
    let Some(start) = text.find("{{resolve:") else { return Variable::Value(text) };
    let reference = &text[start..];
    let end = reference.find("}}").map_or(reference.len(), |end| end + "}}".len());
    Variable::Intrinsic(reference[..end].to_owned())
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
fn refusal(name: &str) -> Option<(Fault, String)> {
    let rest = name.strip_prefix(|first: char| first.is_ascii_alphabetic());
    let is_word = |rest: &str| rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_reserved(name) {
        Some((Fault::ReservedVariable, format!("`{name}` is set by Lambda itself: use another name")))
    } else if rest.is_none_or(|rest| rest.is_empty() || !is_word(rest)) {
        let message = format!(
            "`{name}` is not a valid variable name: Lambda accepts a letter, then one or more letters, digits or `_`"
        );
        Some((Fault::VariableName, message))
    } else {
        None
    }
}

/// Returns the size of the variables as Lambda measures it: the size of the map's JSON, which Lambda's error shows (`…
/// exceeded the 4KB limit. String measured: {"A":"…"}`). The values of intrinsic functions are unknown and left out.
fn size(variables: &BTreeMap<String, Variable>) -> usize {
    let known: BTreeMap<_, _> =
        variables.iter().filter_map(|(name, variable)| Some((name, value(variable)?))).collect();
    serde_json::to_string(&known).map_or(0, |json| json.len())
}

fn value(variable: &Variable) -> Option<&str> {
    match variable {
        Variable::Value(value) => Some(value),
        Variable::Intrinsic(_) => None,
    }
}
