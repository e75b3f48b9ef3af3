//! Which functions may go.

use super::references::{Reference, references};
use crate::sync::Left;
use crate::text::Lines;
use crate::text::yaml::Document;

/// Those of `stale` that nothing refers to which stays, and the others with what refers to them.
pub(super) fn decide<'a>(
    document: &Document<'_>,
    file: &str,
    stale: Vec<&'a str>,
) -> (Vec<&'a str>, Vec<Left>) {
    let mut gone = stale;
    let mut left = Vec::new();
    loop {
        let needed = gone.iter().find_map(|logical_id| {
            let references = references(document, logical_id, &gone);
            (!references.is_empty()).then_some((*logical_id, references))
        });
        // What refers to it may have been another that was to go, and stays: so once more from the beginning.
        let Some((logical_id, references)) = needed else { return (gone, left) };
        gone.retain(|other| *other != logical_id);
        left.push(Left::Needed {
            logical_id: logical_id.to_owned(),
            references: references.iter().map(|reference| told(document, file, reference)).collect(),
        });
    }
}

fn told(document: &Document<'_>, file: &str, Reference { place, how }: &Reference) -> String {
    let (line, column) = Lines::new(document.text).position(*place);
    format!("{file}:{line}:{column}: `{how}`")
}
