//! Functions that make a text of others, or a part of one.

use super::Scope;
use crate::template::tree::{Data, Tree};

/// The longest text that is made: more than Lambda's limit for all variables together, and short enough that functions
/// within functions, each of which doubles its text, end.
const LONGEST: usize = 64 * 1024;

impl Scope<'_> {
    /// `Fn::Sub`: a text with `${Name}`, or a list of such a text and a map of names.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>
    pub(super) fn substitute(&self, argument: &Tree) -> Option<Tree> {
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
                // Meant as it stands.
                Some(name) => text.extend(["${", name, "}"]),
                None => text.push_str(&self.named(name.trim(), names, template)?),
            }
            within_limit(&text)?;
        }
        text.push_str(rest);
        Some(Tree::text(template.place, text))
    }

    fn named(&self, name: &str, names: Option<&Tree>, template: &Tree) -> Option<String> {
        match names.and_then(|names| names.get(name)) {
            Some(value) => value.as_text().map(str::to_owned),
            None => self.value(name, template)?.as_text().map(str::to_owned),
        }
    }
}

/// `Fn::Join`.
pub(super) fn join(argument: &Tree) -> Option<Tree> {
    let [delimiter, list] = argument.as_list()? else { return None };
    let delimiter = delimiter.as_text()?;
    let parts: Vec<&str> = list.as_list()?.iter().map(Tree::as_text).collect::<Option<_>>()?;
    let length: usize = parts.iter().map(|part| part.len() + delimiter.len()).sum();
    (length <= LONGEST).then(|| Tree::text(argument.place, parts.join(delimiter)))
}

/// `Fn::Split`.
pub(super) fn split(argument: &Tree) -> Option<Tree> {
    let [delimiter, text] = argument.as_list()? else { return None };
    let (delimiter, text) = (delimiter.as_text().filter(|it| !it.is_empty())?, text.as_text()?);
    let parts = text.split(delimiter).map(|part| Tree::text(argument.place, part));
    Some(Tree { place: argument.place, data: Data::List(parts.collect()) })
}

/// `Fn::Select`, whose index counts from 0.
pub(super) fn select(argument: &Tree) -> Option<Tree> {
    let [index, list] = argument.as_list()? else { return None };
    let index: usize = index.as_text()?.parse().ok()?;
    // Other items may be for AWS to tell.
    list.as_list()?.get(index).filter(|item| item.intrinsic().is_none()).cloned()
}

fn within_limit(text: &str) -> Option<()> {
    (text.len() <= LONGEST).then_some(())
}
