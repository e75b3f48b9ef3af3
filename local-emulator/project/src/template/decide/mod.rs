//! Evaluates the parts of a template that need nothing else: parameters, mappings, conditions, and intrinsic functions.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

mod condition;
mod parameter;
mod text;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::inputs::Inputs;
use super::reader::Reader;
use super::resource::Condition;
use super::value::{TemplateValue, ValueKind};

use parameter::Parameter;

/// The values that intrinsic functions refer to.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    parameters: BTreeMap<String, Parameter>,
    mappings: Option<&'a TemplateValue>,
    conditions: HashMap<&'a str, &'a TemplateValue>,
    /// The evaluated conditions. `None` during the evaluation of a condition, and for a condition that only AWS can
    /// evaluate.
    known: RefCell<HashMap<String, Option<bool>>>,
    inputs: &'a Inputs,
}

impl<'a> Scope<'a> {
    /// Reads the sections of `document` that values are taken from.
    pub(super) fn new(document: &'a TemplateValue, inputs: &'a Inputs, reader: &mut Reader) -> Self {
        let conditions = document.get("Conditions").map(TemplateValue::pairs).unwrap_or_default();
        Self {
            parameters: parameter::read(document, inputs, reader),
            mappings: document.get("Mappings"),
            conditions: conditions.iter().filter_map(|(name, it)| Some((name.as_text()?, it))).collect(),
            known: RefCell::default(),
            inputs,
        }
    }

    /// Evaluates all functions in a value. `None` is `AWS::NoValue`, which removes the property.
    ///
    /// Arguments are evaluated before their function, each once, so that nested functions are not evaluated again.
    pub(super) fn decide(&self, tree: &TemplateValue) -> Option<TemplateValue> {
        let Some((name, argument)) = tree.call() else {
            return Some(TemplateValue { place: tree.place, data: self.children(&tree.data) });
        };
        match (name, argument.as_list()) {
            ("Ref", _) if argument.as_text() == Some("AWS::NoValue") => None,
            ("If", Some([condition, then, otherwise])) => {
                match condition.as_text().and_then(|condition| self.holds(condition)) {
                    Some(true) => self.decide(then).map(|value| at(tree, value)),
                    Some(false) => self.decide(otherwise).map(|value| at(tree, value)),
                    None => Some(TemplateValue { place: tree.place, data: self.children(&tree.data) }),
                }
            }
            _ => {
                let decided = TemplateValue { place: tree.place, data: self.children(&tree.data) };
                let value = decided.call().and_then(|(name, argument)| self.call(name, argument));
                Some(value.map_or(decided, |value| at(tree, value)))
            }
        }
    }

    fn children(&self, data: &ValueKind) -> ValueKind {
        match data {
            ValueKind::Map(entries) => {
                let entry =
                    |(key, value): &(TemplateValue, TemplateValue)| Some((key.clone(), self.decide(value)?));
                ValueKind::Map(entries.iter().filter_map(entry).collect())
            }
            ValueKind::List(items) => {
                ValueKind::List(items.iter().filter_map(|item| self.decide(item)).collect())
            }
            ValueKind::Null | ValueKind::Scalar(_) => data.clone(),
        }
    }

    /// Evaluates a function whose argument is evaluated; `None` if only AWS can.
    fn call(&self, name: &str, argument: &TemplateValue) -> Option<TemplateValue> {
        match name {
            "Ref" => self.value(argument.as_text()?, argument),
            "FindInMap" => self.find_in_map(argument),
            "Sub" => self.substitute(argument),
            "Join" => text::join(argument),
            "Split" => text::split(argument),
            "Select" => text::select(argument),
            _ => None,
        }
    }

    /// Returns the value of a parameter, or of a pseudo parameter.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    fn value(&self, name: &str, whole: &TemplateValue) -> Option<TemplateValue> {
        let Inputs { region, account_id, stack_name, .. } = self.inputs;
        let text = match name {
            "AWS::Region" => region,
            "AWS::AccountId" => account_id,
            "AWS::StackName" => stack_name,
            "AWS::Partition" => self.inputs.partition(),
            "AWS::URLSuffix" => self.inputs.url_suffix(),
            _ => return self.parameters.get(name)?.value.clone(),
        };
        Some(TemplateValue::from_text(whole.place, text))
    }

    /// Returns the parameters that have neither a value nor a `Default`.
    pub(super) fn open_parameters(&self) -> impl Iterator<Item = String> {
        self.parameters.iter().filter(|(_, parameter)| parameter.is_open()).map(|(name, _)| name.clone())
    }

    /// Evaluates the `Condition` of a resource.
    pub(super) fn condition(&self, resource: &TemplateValue) -> Option<Condition> {
        let name = resource.get("Condition")?.text()?;
        let holds = self.holds(&name);
        Some(Condition { name, holds })
    }

    /// Evaluates `Fn::Sub`: a text with `${Name}`, or a list of such a text and a map of names.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
    fn substitute(&self, argument: &TemplateValue) -> Option<TemplateValue> {
        let (template, names) = match argument.as_list() {
            Some([template, names]) => (template, Some(names)),
            Some([template]) => (template, None),
            Some(_) => return None,
            None => (argument, None),
        };
        let mut text = String::new();
        let mut rest = template.as_text()?;
        while let Some((before, behind)) = rest.split_once("${") {
            text.push_str(before);
            let Some((name, behind)) = behind.split_once('}') else {
                text.push_str("${");
                rest = behind;
                continue;
            };
            rest = behind;
            match name.strip_prefix('!') {
                // `${!Name}` is the literal text `${Name}`.
                Some(name) => text.extend(["${", name, "}"]),
                None => text.push_str(&self.named(name.trim(), names, template)?),
            }
            text::within_limit(&text)?;
        }
        text.push_str(rest);
        Some(TemplateValue::from_text(template.place, text))
    }

    fn named(&self, name: &str, names: Option<&TemplateValue>, template: &TemplateValue) -> Option<String> {
        match names.and_then(|names| names.get(name)) {
            Some(value) => value.as_text().map(str::to_owned),
            None => self.value(name, template)?.as_text().map(str::to_owned),
        }
    }

    fn find_in_map(&self, argument: &TemplateValue) -> Option<TemplateValue> {
        let [map, first, second] = argument.as_list()?.get(..3)? else { return None };
        let found = self.mappings?.get(map.as_text()?)?.get(first.as_text()?)?.get(second.as_text()?)?;
        found.call().is_none().then(|| found.clone())
    }
}

/// Gives a value the position of its function, so that complaints name that position.
fn at(function: &TemplateValue, value: TemplateValue) -> TemplateValue {
    TemplateValue { place: function.place, ..value }
}

#[cfg(test)]
mod tests;
