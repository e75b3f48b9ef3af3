//! Edits JSON with comments and trailing commas, as VS Code writes its settings. Every other byte stays as it is.

use serde_json::Value;

/// The list that gets an entry.
const LIST: &str = "configurations";

/// The result of an insertion.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Insertion {
    /// The list already has the entry.
    IsThere,
    /// The text with the entry.
    New(String),
}

/// Inserts `entry` at the beginning of the list `configurations`; `None` if the text cannot be read, has no such list, or has
/// another entry of the same name.
pub(super) fn insert(text: &str, entry: &Value) -> Option<Insertion> {
    let plain = without_comments(text)?;
    let mut expected: Value = serde_json::from_str(&plain).ok()?;
    let list = expected.get_mut(LIST)?.as_array_mut()?;
    if let Some(same) = list.iter().find(|other| other.get("name") == entry.get("name")) {
        return (same == entry).then_some(Insertion::IsThere);
    }
    let end = if list.is_empty() { "" } else { "," };
    list.insert(0, entry.clone());
    let at = start_of_list(&plain)?;
    let (before, after) = text.split_at_checked(at)?;
    // The rest of a list on one line begins a new line after the entry.
    let gap = if after.starts_with(['\n', '\r']) { "" } else { "\n" };
    let new = format!("{before}\n{}{end}{gap}{after}", indented(entry, 4));
    let is_right = serde_json::from_str::<Value>(&without_comments(&new)?).ok()? == expected;
    is_right.then_some(Insertion::New(new))
}

/// Returns the lines of an entry, each indented by `spaces`.
pub(super) fn indented(entry: &Value, spaces: usize) -> String {
    let text = serde_json::to_string_pretty(entry).unwrap_or_default();
    let lines: Vec<_> = text.lines().map(|line| format!("{:spaces$}{line}", "")).collect();
    lines.join("\n")
}

/// Returns the text with spaces instead of comments and trailing commas; `None` if it ends within a comment.
fn without_comments(text: &str) -> Option<String> {
    let mut plain: Vec<u8> = Vec::with_capacity(text.len());
    let mut last_comma = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string(rest)?,
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.get(2..)?.find("*/")? + 4,
            _ => first.len_utf8(),
        };
        if first == '/' {
            plain.resize(plain.len() + length, b' ');
        } else {
            match first {
                ',' => last_comma = Some(plain.len()),
                '}' | ']' => last_comma.take().into_iter().for_each(|at: usize| plain[at] = b' '),
                _ if first.is_whitespace() => {}
                _ => last_comma = None,
            }
            plain.extend(&rest.as_bytes()[..length]);
        }
        rest = rest.get(length..)?;
    }
    String::from_utf8(plain).ok()
}

/// Returns the length of the string at the beginning of the text.
fn string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    Some(end? + 2)
}

/// Returns the position after the opening bracket of the list, which is a member of the topmost object.
fn start_of_list(plain: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(first) = plain.get(at..)?.chars().next() {
        let rest = &plain[at..];
        match first {
            '"' => {
                let length = string(rest)?;
                let after = rest[length..].trim_start();
                let value = after.strip_prefix(':').map(str::trim_start);
                if let Some(list) = value.and_then(|value| value.strip_prefix('['))
                    && depth == 1
                    && rest[1..length - 1] == *LIST
                {
                    return Some(plain.len() - list.len());
                }
                at += length;
                continue;
            }
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += first.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Insertion, insert};

    fn entry() -> Value {
        json!({ "name": "/api/user", "type": "lldb" })
    }

    const ENTRY: &str = "\n    {\n      \"name\": \"/api/user\",\n      \"type\": \"lldb\"\n    }";

    fn inserted(text: &str) -> Option<String> {
        match insert(text, &entry()) {
            Some(Insertion::New(text)) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn every_other_byte_of_the_file_stays() {
        for (before, after) in [
            (
                "// mine: \"configurations\": [\n{\n  \"configurations\": [",
                "\n    { \"name\": \"a // b\", /* ] */ },\n  ],\n}\n",
            ),
            ("{\"x\":{\"configurations\":[1]},\"configurations\" : [", "{\"name\":\"ü \\\" [\"}]}"),
        ] {
            let gap = if after.starts_with('\n') { "" } else { "\n" };
            assert_eq!(inserted(&format!("{before}{after}")), Some(format!("{before}{ENTRY},{gap}{after}")));
        }
    }

    #[test]
    fn empty_list_gets_no_comma() {
        let text = "{\n  \"configurations\": [\n    // none yet\n  ]\n}";
        let expected = format!("{{\n  \"configurations\": [{ENTRY}\n    // none yet\n  ]\n}}");
        assert_eq!(inserted(text), Some(expected));
    }

    #[test]
    fn entry_that_is_there_stays() {
        let text = format!("{{\"configurations\": [{}]}}", entry());
        assert_eq!(insert(&text, &entry()), Some(Insertion::IsThere));
    }

    #[test]
    fn file_that_cannot_be_edited_safely_is_left_alone() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"configurations\": {}}",
            "{\"configurations\": [}",
            "{\"configurations\": [ /* ]}",
            "{\"configurations\": [{\"name\": \"/api/user\", \"type\": \"gdb\"}]}",
            "{\"configurations\": [1], \"configurations\": []}",
        ] {
            assert_eq!(insert(text, &entry()), None, "{text}");
        }
    }
}
