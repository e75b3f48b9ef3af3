//! The meaning of a document, without the way in which it is written.

use toml::{Table, Value};

use super::change::{Change, Path};

/// Whether the new text has the meaning of the old one with the changes, and nothing else. The order of changed lists
/// does not matter.
pub(super) fn is_changed_by(old: &str, new: &str, changes: &[Change]) -> bool {
    let (Ok(mut old), Ok(mut new)) = (old.parse::<Table>(), new.parse::<Table>()) else { return false };
    let is_done = changes.iter().all(|change| changed(&mut old, change).is_some());
    for change in changes {
        if let Change::InsertItem { at, .. } | Change::RemoveItem { at, .. } = change {
            sort(&mut old, at);
            sort(&mut new, at);
        }
    }
    is_done && old == new
}

fn changed(root: &mut Table, change: &Change) -> Option<()> {
    match change {
        Change::InsertItem { at, item, .. } => {
            let items = list(root, at)?;
            let is_new = !items.contains(&item.as_str().into());
            items.push(item.as_str().into());
            is_new.then_some(())
        }
        Change::RemoveItem { at, item } => {
            let items = list(root, at)?;
            let place = items.iter().position(|other| other.as_str() == Some(item))?;
            items.remove(place);
            Some(())
        }
        Change::InsertEntry { at, key, value, .. } => {
            let replaced = table(root, at)?.insert(key.clone(), value.as_str().into());
            replaced.is_none().then_some(())
        }
        Change::InsertSetting { at, key, value } => {
            let value = format!("value = {value}").parse::<Table>().ok()?.remove("value")?;
            table(root, at)?.insert((*key).to_owned(), value).is_none().then_some(())
        }
        Change::RemoveEntry { at, key } => table(root, at)?.remove(key).map(drop),
        Change::Replace { at, key, from, to } => {
            let count = replace(table(root, at)?.get_mut(key)?, from, to);
            (count > 0).then_some(())
        }
        Change::Rename { at, from, to } => {
            let table = table(root, at)?;
            let value = table.remove(from)?;
            table.insert(to.clone(), value).is_none().then_some(())
        }
    }
}

/// Replaces the texts of a value that are `from`, and counts them.
fn replace(value: &mut Value, from: &str, to: &str) -> usize {
    match value {
        Value::String(text) if text == from => {
            to.clone_into(text);
            1
        }
        Value::Array(items) => items.iter_mut().map(|item| replace(item, from, to)).sum(),
        Value::Table(entries) => entries.iter_mut().map(|(_, value)| replace(value, from, to)).sum(),
        _ => 0,
    }
}

fn table<'a>(root: &'a mut Table, at: &[&str]) -> Option<&'a mut Table> {
    at.iter().try_fold(root, |table, name| {
        table.entry(*name).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
    })
}

fn list(root: &mut Table, at: Path) -> Option<&mut Vec<Value>> {
    let (name, above) = at.split_last()?;
    table(root, above)?.entry(*name).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
}

fn sort(root: &mut Table, at: Path) {
    if let Some(items) = list(root, at) {
        items.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
    }
}
