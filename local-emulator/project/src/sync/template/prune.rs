//! Decides which functions may be removed.

use super::references::{Reference, references};
use crate::sync::outcome::UnmendedDifference;
use crate::text::Lines;
use crate::text::yaml::Document;

/// Splits `stale` into functions that may be removed, and functions that a remaining part of the template refers to.
pub(super) fn decide<'a>(document: &Document<'_>, stale: Vec<&'a str>) -> (Vec<&'a str>, Vec<&'a str>) {
    let mut gone = stale;
    let mut needed = Vec::new();
    // A reference may come from a function that was to be removed and now stays, so each decision starts from the
    // beginning.
    while let Some(logical_id) = gone.iter().find(|id| !references(document, id, &gone).is_empty()).copied() {
        gone.retain(|other| *other != logical_id);
        needed.push(logical_id);
    }
    (gone, needed)
}

/// Reports a function that stays, with the references to it.
pub(super) fn needed(document: &Document<'_>, file: &str, logical_id: &str) -> UnmendedDifference {
    let lines = Lines::new(document.text);
    let line = |Reference { place, how }: &Reference| {
        let (line, column) = lines.position(*place);
        format!("{file}:{line}:{column}: `{how}`")
    };
    let references = references(document, logical_id, &[logical_id]);
    UnmendedDifference::Needed {
        logical_id: logical_id.to_owned(),
        references: references.iter().map(line).collect(),
    }
}
