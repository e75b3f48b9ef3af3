//! `template.yaml`: adds functions for routes without one, and route keys for functions that lack them.

mod caller;
mod fresh;
mod function;
mod logical_id;
mod ours;
mod prune;
mod references;

use super::error::SyncError;
use super::outcome::{MendedDifference, UnmendedDifference};
use crate::agreement::{Drift, Survey};
use crate::text::Place;
use crate::text::yaml::{Change, Document, Refusal, Value, edit, parse};
use function::{resource, resources};
use ours::Ours;

/// The transform, without which SAM's functions are not resources.
const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// The first key of a template that has it.
const VERSION: &str = "AWSTemplateFormatVersion";

/// A template, with the outcome of its differences.
#[derive(Debug)]
pub(super) struct MendedTemplate {
    /// The new text; `None` if there is no template and nothing to write.
    pub(super) text: Option<String>,
    pub(super) added: Vec<MendedDifference>,
    pub(super) left: Vec<UnmendedDifference>,
}

/// Returns the text with the differences of the template mended.
pub(super) fn mended(
    (file, text): &(&'static str, Option<String>),
    survey: &Survey,
    drifts: &[Drift],
) -> Result<MendedTemplate, SyncError> {
    let drifts: Vec<_> = drifts.iter().filter(|drift| is_of_template(drift)).collect();
    if drifts.is_empty() {
        return Ok(MendedTemplate { text: text.clone(), added: Vec::new(), left: Vec::new() });
    }
    let template = Mending { file, survey, drifts: &drifts };
    let text = fresh::complete(text.as_deref().unwrap_or_default());
    // Removals come first, so that nothing is inserted beside a removed entry. The style is read before, since it may
    // come from removed functions.
    let style = template.style(&text)?;
    let (pruned, left) = template.pruned(&text)?;
    // An error about a position that cannot be edited names the position in the file as it is on disk.
    let filled = template.filled(&pruned, &style);
    let (text, added) = filled.or_else(|error| template.filled(&text, &style).and(Err(error)))?;
    let left = template.needed_functions(&text, &left)?;
    Ok(MendedTemplate { text: Some(text), added, left })
}

fn is_of_template(drift: &Drift) -> bool {
    matches!(
        drift,
        Drift::Undeployed { .. }
            | Drift::MissingKeys { .. }
            | Drift::Renamed { .. }
            | Drift::Moved { .. }
            | Drift::MovedCode { .. }
            | Drift::Superseded { .. }
            | Drift::Stale { .. }
            | Drift::Misnamed { .. }
    )
}

/// The style of the functions of a template.
struct TemplateStyle {
    function: function::FunctionStyle,
    caller: caller::TriggerStyle,
}

struct Mending<'a> {
    file: &'a str,
    survey: &'a Survey,
    drifts: &'a [&'a Drift],
}

impl Mending<'_> {
    /// Returns the style of the route functions, or of the stale functions if no others are left.
    fn style(&self, text: &str) -> Result<TemplateStyle, SyncError> {
        let document = self.parse(text)?;
        let ours = Ours::find(&document, self.survey);
        let mut nodes: Vec<_> = ours.functions.iter().map(|function| function.node).collect();
        if nodes.is_empty() {
            let of = |logical_id: &str| document.root()?.at(&["Resources", logical_id]);
            nodes.extend(self.stale().filter_map(of));
        }
        let caller = caller::TriggerStyle::read(&document, &nodes);
        Ok(TemplateStyle {
            function: function::FunctionStyle::read(&document, &nodes, ours.output_style()),
            caller,
        })
    }

    fn stale(&self) -> impl Iterator<Item = &str> {
        self.drifts.iter().filter_map(|drift| match drift {
            Drift::Stale { logical_id, .. } => Some(logical_id.as_str()),
            _ => None,
        })
    }

    fn parse<'a>(&self, text: &'a str) -> Result<Document<'a>, SyncError> {
        parse(text).map_err(|error| SyncError::NotYaml(format!("{}:{error}", self.file)))
    }

    fn edit(&self, text: &str, changes: &[Change]) -> Result<String, SyncError> {
        edit(text, changes).map_err(|refusal| {
            let (problem, changes) = match &refusal {
                Refusal::Form { changes, .. } => (refusal.to_string(), &changes[..]),
                Refusal::Syntax(_) => (refusal.to_string(), changes),
                Refusal::Meaning => (format!(" {refusal}"), changes),
            };
            let by_hand = changes.iter().map(Change::by_hand).collect::<Vec<_>>().join("\n\n");
            SyncError::Form { file: self.file.to_owned(), problem, by_hand }
        })
    }

    /// Returns the text without the functions that may go, and the functions that may not.
    fn pruned(&self, text: &str) -> Result<(String, Vec<&str>), SyncError> {
        let (gone, needed) = prune::decide(&self.parse(text)?, self.stale().collect());
        let removed = |key: &str| Change::Remove { at: resources(), key: key.to_owned() };
        let changes: Vec<_> = gone.into_iter().map(removed).collect();
        Ok((self.edit(text, &changes)?, needed))
    }

    /// Returns the functions that stay, with positions in the new text.
    fn needed_functions(&self, text: &str, needed: &[&str]) -> Result<Vec<UnmendedDifference>, SyncError> {
        let document = self.parse(text)?;
        Ok(needed.iter().map(|logical_id| prune::needed(&document, self.file, logical_id)).collect())
    }

    fn filled(
        &self,
        text: &str,
        style: &TemplateStyle,
    ) -> Result<(String, Vec<MendedDifference>), SyncError> {
        let has_new = self.drifts.iter().any(|drift| matches!(drift, Drift::Undeployed { .. }));
        let text = if has_new { &self.with_key(text, "Resources", Value::Map(Vec::new()))? } else { text };
        let (changes, added) = self.changes(&self.parse(text)?, style);
        let text = self.edit(text, &changes)?;
        let text = if has_new { self.with_key(&text, "Transform", Value::from(TRANSFORM))? } else { text };
        Ok((text, added))
    }

    /// Adds a section that a template with functions needs.
    fn with_key(&self, text: &str, key: &str, value: Value) -> Result<String, SyncError> {
        let document = self.parse(text)?;
        let Some(root) = document.root().filter(|root| root.entry(key).is_none()) else {
            return Ok(text.to_owned());
        };
        let version = root.entry(VERSION).map(|_| Place::After(VERSION.to_owned()));
        let place = if key == "Transform" { version.unwrap_or(Place::First) } else { Place::Last };
        self.edit(text, &[Change::Insert { at: Vec::new(), key: key.to_owned(), value, place }])
    }

    fn changes(
        &self,
        document: &Document<'_>,
        style: &TemplateStyle,
    ) -> (Vec<Change>, Vec<MendedDifference>) {
        let ours = Ours::find(document, self.survey);
        let mut names = logical_id::LogicalIds::read(document);
        let mut changes = Vec::new();
        let mut added = Vec::new();
        for drift in in_order(self.drifts) {
            match drift {
                Drift::Undeployed { binary, pattern } => {
                    let logical_id = names.take(pattern);
                    let value = style.function.function(binary, style.caller.of_route(pattern));
                    let place = ours.place_of(pattern);
                    changes.push(Change::Insert { at: resources(), key: logical_id.clone(), value, place });
                    added.push(MendedDifference::Added { logical_id, route: pattern.to_string() });
                }
                Drift::MissingKeys { logical_id, pattern, keys } => {
                    changes.extend(function::completed(document, &style.caller, logical_id, pattern, keys));
                }
                Drift::Renamed { logical_id, event, from, to }
                | Drift::Moved { logical_id, event, from, to, .. } => {
                    let at = resource(&[logical_id, "Properties", "Events", event, "Properties", "Path"]);
                    changes.push(Change::Replace { at, from: from.clone(), to: to.clone() });
                }
                Drift::Superseded { logical_id, event, .. } => {
                    let at = resource(&[logical_id, "Properties", "Events"]);
                    changes.push(Change::Remove { at, key: event.clone() });
                }
                Drift::Misnamed { logical_id, binary, found, .. } => {
                    let at = ["Resources", logical_id, "Metadata", "BuildProperties", "Binary"];
                    // A function without a `Binary` names its code in another property.
                    if document.root().is_some_and(|root| root.at(&at).is_some()) {
                        let at = at.map(str::to_owned).to_vec();
                        changes.push(Change::Replace { at, from: found.clone(), to: binary.clone() });
                    }
                }
                Drift::MovedCode { logical_id, from, to } => {
                    let at = resource(&[logical_id, "Properties", "CodeUri"]);
                    changes.push(Change::Replace { at, from: from.clone(), to: to.clone() });
                }
                _ => {}
            }
        }
        (changes, added)
    }
}

/// Returns new functions in the order in which they are inserted.
fn in_order<'a>(drifts: &[&'a Drift]) -> Vec<&'a Drift> {
    let mut drifts = drifts.to_vec();
    drifts.sort_by_key(|drift| match drift {
        Drift::Undeployed { pattern, .. } => Some(pattern.to_string()),
        _ => None,
    });
    drifts
}

#[cfg(test)]
mod tests;
