//! Writes changes into a YAML text: each becomes replacements of spans.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::change::{Change, NewEntry, Path, Refusal, Target};
use super::node::{Node, NodeData};
use super::parse::{Document, parse};
use super::{block, flow, meaning, remove};
use crate::text::{Edit, Lines, apply};

/// Applies changes to a text.
///
/// # Errors
/// A [`Refusal`] if the text is not YAML, or has a layout that cannot be edited safely.
pub(crate) fn edit(text: &str, changes: &[Change]) -> Result<String, Refusal> {
    if changes.is_empty() {
        return Ok(text.to_owned());
    }
    let document = parse(text)?;
    let edited = apply(text, edits(&document, changes)?).ok_or(Refusal::Meaning)?;
    let is_meant = parse(&edited).is_ok_and(|edited| meaning::is_changed_by(&document, &edited, changes));
    is_meant.then_some(edited).ok_or(Refusal::Meaning)
}

fn edits(document: &Document<'_>, changes: &[Change]) -> Result<Vec<Edit>, Refusal> {
    let lines = Lines::new(document.text);
    let mut edits = Vec::new();
    for (at, changes) in by_mapping(changes) {
        let refuse = |node: Option<&Node>, problem: String| Refusal::Form {
            position: lines.position(node.map_or(0, |node| node.span.start)),
            problem,
            changes: changes.iter().map(|&change| change.clone()).collect(),
        };
        let target = find(document, at).map_err(|(node, problem)| refuse(node, problem))?;
        of_mapping(&lines, target, &changes, &mut edits)
            .map_err(|problem| refuse(Some(target.node), problem))?;
    }
    Ok(edits)
}

fn of_mapping(
    lines: &Lines<'_>,
    target: Target<'_>,
    changes: &[&Change],
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    let mut news = Vec::new();
    let mut gone = Vec::new();
    for change in changes {
        match change {
            Change::Insert { key, value, place, .. } => news.push(NewEntry { key, value, place }),
            Change::Remove { key, .. } => gone.push(key.as_str()),
            Change::Replace { from, to, .. } => edits.push(replace(lines, target.node, from, to)?),
        }
    }
    remove::entries(lines, target, &gone, news.is_empty(), edits);
    if news.is_empty() {
        return Ok(());
    }
    let is_flow = target.is_in_flow && !block::takes(lines, target);
    let insert = if is_flow { flow::insert } else { block::insert };
    insert(lines, target, &news, edits)
}

/// Groups the changes by node, in their order. Deeper nodes come first: the end of a mapping may be the end of its
/// parent too, and the parent's new entries follow.
fn by_mapping(changes: &[Change]) -> Vec<(&Path, Vec<&Change>)> {
    let mut groups: BTreeMap<&Path, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        let (Change::Insert { at, .. } | Change::Remove { at, .. } | Change::Replace { at, .. }) = change;
        groups.entry(at).or_default().push(change);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(at, _)| Reverse(at.len()));
    groups
}

fn find<'a>(document: &'a Document<'_>, at: &Path) -> Result<Target<'a>, (Option<&'a Node>, String)> {
    let root = document.root().ok_or((None, "there is nothing in this file".to_owned()))?;
    writable(root, "this file")?;
    let mut target = Target::root(root);
    for key in at {
        let entry = target.node.entry(key).ok_or((Some(target.node), format!("there is no `{key}`")))?;
        writable(&entry.value, &format!("`{key}`"))?;
        target = target.below(entry);
    }
    Ok(target)
}

/// Refuses to edit the target of an alias or a merge, whose text is elsewhere and may be meant for other places too.
fn writable<'a>(node: &'a Node, name: &str) -> Result<(), (Option<&'a Node>, String)> {
    let problem = if matches!(node.data, NodeData::Alias(..)) {
        "is an alias of another place"
    } else if node.entry("<<").is_some() {
        "takes entries from another place (`<<`)"
    } else if node.tag.is_some() {
        "is an intrinsic function, or has a tag"
    } else {
        return Ok(());
    };
    Err((Some(node), format!("{name} {problem}")))
}

/// Replaces a part of a scalar. The rest, above all its quotes, stays.
fn replace(lines: &Lines<'_>, node: &Node, from: &str, to: &str) -> Result<Edit, String> {
    let written = lines.slice(node.span.clone());
    let mut places = written.match_indices(from);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => {
            let start = node.span.start + at;
            Ok(Edit { range: start..start + from.len(), text: to.to_owned() })
        }
        _ => Err(format!("`{from}` is written in another way here")),
    }
}
