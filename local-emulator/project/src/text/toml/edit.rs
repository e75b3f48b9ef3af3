//! Writes changes into a TOML text: each becomes replacements of spans.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::change::{Change, Path, Refusal, quoted};
use super::{array, meaning, table};
use crate::text::{Edit, Lines, apply};

/// Applies changes to a text.
///
/// # Errors
/// A [`Refusal`] if the text is not TOML, or has a layout that cannot be edited safely.
pub(crate) fn edit(text: &str, changes: &[Change]) -> Result<String, Refusal> {
    if changes.is_empty() {
        return Ok(text.to_owned());
    }
    let lines = Lines::new(text);
    let document = DeTable::parse(text).map_err(|error| Refusal::Syntax {
        position: lines.position(error.span().unwrap_or_default().start),
        problem: format!("not TOML: {}", error.message()),
    })?;
    let edits = edits(&lines, document.get_ref(), changes).ok_or(Refusal::Meaning)?;
    let edited = apply(text, edits).ok_or(Refusal::Meaning)?;
    meaning::is_changed_by(text, &edited, changes).then_some(edited).ok_or(Refusal::Meaning)
}

/// Returns the edits; `None` for a layout that is not supported.
fn edits(lines: &Lines<'_>, root: &DeTable<'_>, changes: &[Change]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    // A new table goes to the end of the file, after entries of a table that ends there.
    let mut new_tables = Vec::new();
    for at in places(changes) {
        let changes: Vec<_> = changes.iter().filter(|change| change.at() == at).collect();
        match find(root, at) {
            Some(found) => match found.get_ref() {
                DeValue::Array(items) => array::edits(lines, items, found.span(), &changes, &mut edits)?,
                DeValue::Table(entries) => table::edits(lines, entries, found.span(), &changes, &mut edits)?,
                _ => return None,
            },
            None => new_tables.push(made(lines, root, at, &changes)?),
        }
    }
    edits.extend(new_tables);
    Some(edits)
}

fn places(changes: &[Change]) -> Vec<Path> {
    let mut places: Vec<Path> = Vec::new();
    for change in changes {
        if !places.contains(&change.at()) {
            places.push(change.at());
        }
    }
    places
}

fn find<'a, 'i>(root: &'a DeTable<'i>, at: Path) -> Option<&'a Spanned<DeValue<'i>>> {
    let (name, above) = at.split_last()?;
    let mut table = root;
    for name in above {
        table = table.get(*name)?.get_ref().as_table()?;
    }
    table.get(*name)
}

/// Creates a list or a table: below the header that it belongs to, or at the end of the file.
fn made(lines: &Lines<'_>, root: &DeTable<'_>, at: Path, changes: &[&Change]) -> Option<Edit> {
    let newline = lines.newline(0);
    let (name, above) = at.split_last()?;
    let items: Vec<_> = changes.iter().filter_map(|change| change.item()).collect();
    let entries: Vec<_> = changes.iter().filter_map(|change| change.entry()).collect();
    let list =
        items.iter().map(|item| format!("{newline}    {},", quoted(item, '"'))).collect::<Vec<_>>().concat();
    let list = format!("{newline}{name} = [{list}{newline}]");
    let header = find(root, above).map(Spanned::span).filter(|span| table::is_header(lines, span));
    let end = lines.after(0).trim_end().len();
    let gap = if end == 0 { String::new() } else { newline.repeat(2) };
    match (items.is_empty(), header) {
        (false, Some(header)) => Some(Edit::insert(lines.end(lines.line_at(header.start)), list)),
        (false, None) => Some(Edit::insert(end, format!("{gap}[{}]{list}", above.join(".")))),
        (true, _) if entries.is_empty() => None,
        (true, _) => {
            let lines = entries.iter().map(|(key, value)| format!("{newline}{key} = {value}"));
            Some(Edit::insert(end, format!("{gap}[{}]{}", at.join("."), lines.collect::<String>())))
        }
    }
}
