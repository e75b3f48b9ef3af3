//! The section `Parameters`, and the values that a deployment gives.

use std::collections::BTreeMap;

use crate::template::inputs::Inputs;
use crate::template::reader::Reader;
use crate::template::value::{TemplateValue, ValueKind};

/// A parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    /// The given value, or `Default`; `None` if only AWS can resolve it.
    pub(super) value: Option<TemplateValue>,
    /// Whether no value can be given: the stack around it gives one, or its type is a name in Parameter Store.
    is_hidden: bool,
}

impl Parameter {
    /// Whether a value can be given here.
    pub(super) fn is_open(&self) -> bool {
        self.value.is_none() && !self.is_hidden
    }
}

/// Reads the parameters of a template. A value that the template does not allow is reported, and replaced by its
/// `Default`.
pub(super) fn read(
    document: &TemplateValue,
    inputs: &Inputs,
    reader: &mut Reader,
) -> BTreeMap<String, Parameter> {
    let Some(section) = document.get("Parameters") else { return BTreeMap::new() };
    let declared = section.pairs().iter();
    let named = declared.filter_map(|(name, it)| Some((name.as_text()?.to_owned(), it)));
    named
        .map(|(name, declaration)| {
            let parameter = parameter(&name, declaration, inputs, reader);
            (name, parameter)
        })
        .collect()
}

fn parameter(name: &str, declaration: &TemplateValue, inputs: &Inputs, reader: &mut Reader) -> Parameter {
    let kind = declaration.get("Type").and_then(TemplateValue::as_text).unwrap_or("String");
    if kind.starts_with("AWS::SSM::Parameter::Value") || inputs.hidden_parameters.contains(name) {
        return Parameter { value: None, is_hidden: true };
    }
    let default = declaration.get("Default").and_then(TemplateValue::as_text);
    let given = inputs.parameters.get(name).map(String::as_str);
    let given = given.filter(|given| is_allowed(name, given, declaration, reader));
    let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let value = given.or(default).map(|text| {
        if is_list { list(declaration, text) } else { TemplateValue::from_text(declaration.place, text) }
    });
    Parameter { value, is_hidden: false }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
fn is_allowed(name: &str, given: &str, declaration: &TemplateValue, reader: &mut Reader) -> bool {
    let Some(values) = declaration.get("AllowedValues").and_then(TemplateValue::as_list) else { return true };
    let values: Vec<_> = values.iter().filter_map(TemplateValue::as_text).collect();
    if values.contains(&given) {
        return true;
    }
    let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
    reader.warning(declaration, format!("`{name}` cannot be `{given}`: give it {}", values.join(" or ")));
    false
}

/// Splits a list. Spaces around a comma do not belong to an item.
fn list(declaration: &TemplateValue, text: &str) -> TemplateValue {
    let items = text.split(',').map(|item| TemplateValue::from_text(declaration.place, item.trim()));
    TemplateValue { place: declaration.place, data: ValueKind::List(items.collect()) }
}
