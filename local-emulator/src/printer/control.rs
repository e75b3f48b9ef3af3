//! Keeps the control characters of clients and functions from the terminal.
//!
//! In a terminal, control characters move the cursor over other lines, write to the clipboard, change the title, or turn the
//! direction of text. They are replaced by visible characters, so that nothing is hidden.

use std::fmt::Write as _;

const ESCAPE: char = '\u{1b}';

/// Appends `text` with visible control characters. Line feeds, tabs and colours stay.
pub(super) fn push_with_colours(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_suspect) {
        let (clean, suspect) = rest.split_at(at);
        to.push_str(clean);
        let Some(char) = suspect.chars().next() else { break };
        let length = colour(suspect).unwrap_or(char.len_utf8());
        let (head, tail) = suspect.split_at(length);
        if length > char.len_utf8() || matches!(char, '\n' | '\t') {
            to.push_str(head);
        } else {
            push_shown(char, to);
        }
        rest = tail;
    }
    to.push_str(rest);
}

/// Returns `text` on one line, with visible control characters.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|char| push_shown(char, &mut shown));
    shown
}

/// Escapes the control characters that JSON allows in a string.
pub(super) fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for char in json.chars() {
        if is_obeyed(char) {
            // All of these characters are in the basic plane.
            let _ = write!(escaped, "\\u{:04x}", u32::from(char));
        } else {
            escaped.push(char);
        }
    }
    escaped
}

/// Whether a byte may begin a character that has to be replaced.
fn is_suspect(byte: u8) -> bool {
    // The lead bytes of U+0080 to U+00BF, U+0600 to U+063F and U+2000 to U+2FFF.
    byte < 0x20 && byte != b'\n' || matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2)
}

fn is_obeyed(char: char) -> bool {
    char.is_control() || is_directional(char)
}

/// Whether a character marks or overrides the direction of text, or separates lines or paragraphs: <https://trojansource.codes>.
fn is_directional(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn push_shown(char: char, to: &mut String) {
    // Unicode has visible characters for control characters, from U+2400 for NUL on.
    let picture = match char {
        '\0'..'\u{20}' => char::from_u32(0x2400 + u32::from(char)),
        '\u{7f}' => Some('\u{2421}'),
        _ if is_obeyed(char) => None,
        _ => Some(char),
    };
    match picture {
        Some(picture) => to.push(picture),
        None => {
            let _ = write!(to, "<U+{:04X}>", u32::from(char));
        }
    }
}

/// Returns the length of the sequence for a colour or a font at the start of `text`, such as `ESC [ 1 ; 31 m`.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix(ESCAPE)?.strip_prefix('[')?;
    let length = parameters.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
    (parameters.as_bytes().get(length) == Some(&b'm')).then_some("\u{1b}[".len() + length + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{colour, escape_json, is_obeyed, push_with_colours, shown};

    fn cleaned(text: &str) -> String {
        let mut cleaned = String::new();
        push_with_colours(text, &mut cleaned);
        cleaned
    }

    #[test]
    fn colours_stay_and_control_characters_are_shown() {
        for (text, expected) in [
            ("plain, café, 日本\n\ttab", "plain, café, 日本\n\ttab"),
            ("\u{1b}[1;31mred\u{1b}[0m", "\u{1b}[1;31mred\u{1b}[0m"),
            ("\u{1b}[38:2::1:2:3mrgb", "\u{1b}[38:2::1:2:3mrgb"),
            ("\u{1b}[2J", "\u{241b}[2J"),
            ("\u{1b}]52;c;bm8=\u{7}", "\u{241b}]52;c;bm8=\u{2407}"),
            ("a\rb", "a\u{240d}b"),
            ("\u{9b}2J \u{85}", "<U+009B>2J <U+0085>"),
            ("\u{202e}txt.exe", "<U+202E>txt.exe"),
            ("\u{1b}", "\u{241b}"),
            ("\u{1b}[31", "\u{241b}[31"),
            ("\u{7f}", "\u{2421}"),
            ("“quoted” ©", "“quoted” ©"),
        ] {
            assert_eq!(cleaned(text), expected, "{text:?}");
        }
        assert_eq!(shown("\u{1b}[31m\n"), "\u{241b}[31m\u{240a}");
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let json = serde_json::to_string("\u{9b}\u{202e}é").unwrap();
        let escaped = escape_json(&json);
        assert!(!escaped.chars().any(is_obeyed));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "\u{9b}\u{202e}é");
    }

    proptest! {
        #[test]
        fn no_control_character_is_left(text in "[\\x00-\\x7f\u{80}-\u{a0}\u{61c}\u{200e}-\u{202e}\u{2066}-\u{2069}é\u{1b}\\[m;0-9]{0,40}") {
            let cleaned = cleaned(&text);
            let mut rest = cleaned.as_str();
            while let Some(char) = rest.chars().next() {
                let length = colour(rest).unwrap_or_else(|| {
                    assert!(matches!(char, '\n' | '\t') || !is_obeyed(char), "{char:?} of {text:?}");
                    char.len_utf8()
                });
                rest = &rest[length..];
            }
            assert!(!shown(&text).chars().any(is_obeyed));
        }
    }
}
