//! Compares bodies by their bytes, and shows the members in which JSON differs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use regex_lite::{NoExpand, Regex};
use serde_json::Value;

use super::difference::{Difference, Part};
use super::pointer::push;
use super::request::{IGNORED, Ignore};

/// The number of bytes that are shown before the first byte that differs, and after it.
const BEFORE: usize = 20;
const AFTER: usize = 40;

/// Compares the bytes, without the ignored parts. For JSON, returns a difference for each member.
pub(super) fn differences(ignore: &Ignore, there: &[u8], here: &[u8]) -> Vec<Difference> {
    if there == here {
        return Vec::new();
    }
    let (there, here) = (without_text(ignore, there), without_text(ignore, here));
    if there == here {
        return Vec::new();
    }
    match (json(ignore, &there), json(ignore, &here)) {
        (Some(left), Some(right)) => json_differences(ignore, (&left, &there), (&right, &here)),
        _ => vec![first_difference(&there, &here)],
    }
}

/// Returns the body without the text that is ignored. A body that is not UTF-8 stays as it is.
fn without_text(ignore: &Ignore, body: &[u8]) -> Vec<u8> {
    let Ok(text) = str::from_utf8(body) else { return body.to_owned() };
    let replace = |text: String, pattern: &Regex| pattern.replace_all(&text, NoExpand(IGNORED)).into_owned();
    ignore.text.iter().fold(text.to_owned(), replace).into_bytes()
}

/// Parses an array or an object. Any other JSON is compared by its bytes.
fn json(ignore: &Ignore, body: &[u8]) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    ignore.json.iter().for_each(|pointer| pointer.replace(&mut value, &Value::from(IGNORED)));
    (value.is_object() || value.is_array()).then_some(value)
}

fn json_differences(ignore: &Ignore, there: (&Value, &[u8]), here: (&Value, &[u8])) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(there.0), Some(here.0), &mut found);
    if !found.is_empty() {
        return found;
    }
    if ignore.json.is_empty() {
        // The values are equal, so spaces, the order of the members or the notation of a value differs.
        return vec![first_difference(there.1, here.1)];
    }
    // The bytes contain ignored members, so only the order of the members can still be compared.
    let (there, here) = (there.0.to_string(), here.0.to_string());
    if there == here { Vec::new() } else { vec![first_difference(there.as_bytes(), here.as_bytes())] }
}

fn walk(pointer: &str, there: Option<&Value>, here: Option<&Value>, found: &mut Vec<Difference>) {
    match (there, here) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let names: BTreeSet<_> = left.keys().chain(right.keys()).collect();
            for name in names {
                walk(&push(pointer, name), left.get(name), right.get(name), found);
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            for at in 0..left.len().max(right.len()) {
                walk(&push(pointer, &at.to_string()), left.get(at), right.get(at), found);
            }
        }
        _ if there == here => {}
        // The pointer to the whole body would be empty.
        _ if pointer.is_empty() => found.push(Difference::new(Part::Body, text(there), text(here))),
        _ => found.push(Difference::new(Part::Member(pointer.to_owned()), text(there), text(here))),
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.map(Value::to_string)
}

/// Returns an excerpt around the first byte that differs, or around the end of the shorter body.
fn first_difference(there: &[u8], here: &[u8]) -> Difference {
    let same = there.iter().zip(here).take_while(|(there, here)| there == here).count();
    let lines = |body: &[u8]| [excerpt(body, same)];
    Difference::new(Part::Body, lines(there), lines(here))
}

fn excerpt(body: &[u8], at: usize) -> String {
    if body.is_empty() {
        return "(empty)".to_owned();
    }
    let (from, to) = (at.saturating_sub(BEFORE), body.len().min(at + AFTER));
    let mut excerpt = format!("from byte {from} of {}: \"", body.len());
    for piece in body[from..to].utf8_chunks() {
        // Writing to a string cannot fail.
        let _ = write!(excerpt, "{}{}", piece.valid().escape_debug(), piece.invalid().escape_ascii());
    }
    excerpt + "\""
}

#[cfg(test)]
mod tests;
