//! Removes entries.

use super::change::Target;
use super::node::Entry;
use crate::text::{Edit, Lines};

/// Removes the entries `gone`. With `is_all`, nothing is inserted, so that a mapping that loses all entries is written
/// as empty.
pub(super) fn entries(
    lines: &Lines<'_>,
    target: Target<'_>,
    gone: &[&str],
    is_all: bool,
    edits: &mut Vec<Edit>,
) {
    let entries = target.node.entries();
    let is_gone = |entry: &Entry| entry.key.text().is_some_and(|key| gone.contains(&key));
    let mut done = 0;
    for (number, entry) in entries.iter().enumerate().filter(|(_, entry)| is_gone(entry)) {
        let range = if target.is_in_flow {
            within_braces(entries, number)
        } else {
            let above = entries[..number].iter().rev().find(|entry| !is_gone(entry));
            let has_next = entries[number..].iter().any(|entry| !is_gone(entry));
            super::block::lines_of(lines, entry, above, has_next)
        };
        // Two removed neighbours both claim the blank lines between them.
        let range = range.start.max(done)..range.end.max(done);
        done = range.end;
        edits.push(Edit::remove(range));
    }
    let is_empty = !gone.is_empty() && entries.iter().all(is_gone);
    if let (Some(parent), true, false) = (target.entry, is_empty && is_all, target.is_in_flow) {
        let colon = super::block::behind_colon(lines, &parent.key);
        edits.push(Edit::insert(colon, " {}"));
    }
}

/// Returns the range of an entry, with the comma before the next entry or after the previous one.
fn within_braces(entries: &[Entry], number: usize) -> std::ops::Range<usize> {
    let span = entries[number].span();
    match (entries.get(number + 1), number.checked_sub(1)) {
        (Some(next), _) => span.start..next.key.span.start,
        (None, Some(before)) => entries[before].span().end..span.end,
        (None, None) => span,
    }
}
