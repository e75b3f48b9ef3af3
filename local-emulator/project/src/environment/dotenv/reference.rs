//! `$NAME`, `${NAME}` and `${NAME:-default}` within a value.

use super::parser::Letter;

/// A character of a value that is read.
#[derive(Clone, Copy)]
pub(super) struct Brought {
    pub(super) char: char,
    /// Whether the character belongs to the value itself, and not to the value of a name.
    pub(super) is_own: bool,
}

/// `$NAME`, `${NAME}` or `${NAME:-default}`.
pub(super) struct NameReference {
    /// The position of the `$`.
    pub(super) at: usize,
    pub(super) name: String,
    /// The default, in the order of the text.
    pub(super) default: Option<Vec<Brought>>,
}

impl NameReference {
    /// Takes the reference that `right` begins with, after a `$` at position `at`. Also returns whether the reference
    /// removes a `}` that nothing opened.
    pub(super) fn take(right: &mut Vec<Brought>, at: usize) -> Option<(Self, bool)> {
        let letter = |at: usize| right.get(right.len().checked_sub(at + 1)?);
        let char = |at: usize| letter(at).filter(|letter| letter.is_own).map(|letter| letter.char);
        let is_open = char(0) == Some('{');
        let start = usize::from(is_open);
        let is_of_name = |at: &usize| char(*at).is_some_and(is_of_reference);
        let length = (start..right.len()).take_while(is_of_name).count();
        let mut end = start + length;
        if length == 0 {
            return None;
        }
        let has_default = char(end) == Some(':') && char(end + 1) == Some('-');
        let default = has_default.then(|| {
            let is_of_default = |at: &usize| letter(*at).is_some() && !matches!(char(*at), Some('}' | '\\'));
            let length = (end + 2..right.len()).take_while(is_of_default).count();
            end += 2 + length;
            end - length
        });
        let is_closed = char(end) == Some('}');
        let mut taken = right.split_off(right.len() - end - usize::from(is_closed));
        taken.reverse();
        let name = taken[start..start + length].iter().map(|it| it.char).collect();
        let default = default.map(|start| {
            let letters = taken[start..end].iter();
            letters.map(|letter| Brought { is_own: false, ..*letter }).collect()
        });
        Some((Self { at, name, default }, is_closed && !is_open))
    }
}

/// Returns the characters of the value of another variable.
pub(super) fn other(value: &str) -> Vec<Brought> {
    value.chars().map(|char| Brought { char, is_own: false }).collect()
}

/// Returns the position of the first reference in a text.
pub(super) fn first_reference(letters: &[Letter]) -> Option<usize> {
    let char = |at: usize| letters.get(at).map(|letter| letter.char);
    let is_reference = |at: &usize| {
        let is_escaped = at.checked_sub(1).and_then(char) == Some('\\');
        let name = if char(at + 1) == Some('{') { at + 2 } else { at + 1 };
        char(*at) == Some('$') && !is_escaped && char(name).is_some_and(is_of_reference)
    };
    (0..letters.len()).find(is_reference).map(|at| letters[at].at)
}

/// Whether `\w` of JavaScript has a character.
fn is_of_reference(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}
