//! Functions that join, split or select texts.

use crate::template::value::{TemplateValue, ValueKind};

/// The longest text that is made: more than Lambda's limit for all variables together, and short enough that functions
/// within functions, each of which doubles its text, end.
const LONGEST: usize = 64 * 1024;

/// Evaluates `Fn::Join`.
pub(super) fn join(argument: &TemplateValue) -> Option<TemplateValue> {
    let [delimiter, list] = argument.as_list()? else { return None };
    let delimiter = delimiter.as_text()?;
    let parts: Vec<&str> = list.as_list()?.iter().map(TemplateValue::as_text).collect::<Option<_>>()?;
    let length: usize = parts.iter().map(|part| part.len() + delimiter.len()).sum();
    (length <= LONGEST).then(|| TemplateValue::from_text(argument.place, parts.join(delimiter)))
}

/// Evaluates `Fn::Split`.
pub(super) fn split(argument: &TemplateValue) -> Option<TemplateValue> {
    let [delimiter, text] = argument.as_list()? else { return None };
    let (delimiter, text) = (delimiter.as_text().filter(|it| !it.is_empty())?, text.as_text()?);
    let parts = text.split(delimiter).map(|part| TemplateValue::from_text(argument.place, part));
    Some(TemplateValue { place: argument.place, data: ValueKind::List(parts.collect()) })
}

/// Evaluates `Fn::Select`, whose index counts from 0.
pub(super) fn select(argument: &TemplateValue) -> Option<TemplateValue> {
    let [index, list] = argument.as_list()? else { return None };
    let index: usize = index.as_text()?.parse().ok()?;
    // Only AWS may be able to resolve the other items.
    list.as_list()?.get(index).filter(|item| item.call().is_none()).cloned()
}

pub(super) fn within_limit(text: &str) -> Option<()> {
    (text.len() <= LONGEST).then_some(())
}
