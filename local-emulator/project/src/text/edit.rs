//! Replacements in a text.

use std::ops::Range;

/// A range of a text, and its replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The range in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Edit {
    pub(crate) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, text: text.into() }
    }

    pub(crate) fn remove(range: Range<usize>) -> Self {
        Self { range, text: String::new() }
    }
}

/// Applies edits to a text; edits at the same position keep their order. `None` if two of them overlap.
pub(crate) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut edited =
        String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in edits {
        edited.push_str(text.get(done..edit.range.start)?);
        edited.push_str(&edit.text);
        done = edit.range.end;
    }
    edited.push_str(text.get(done..)?);
    Some(edited)
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply};

    #[test]
    fn edits_stand_where_they_belong_whatever_their_order() {
        let edits = vec![
            Edit { range: 4..5, text: "D".to_owned() },
            Edit::insert(2, "x"),
            Edit::insert(2, "y"),
            Edit::remove(0..1),
        ];
        assert_eq!(apply("abcdef", edits).as_deref(), Some("bxycdDf"));
    }

    #[test]
    fn overlapping_edits_are_refused() {
        assert_eq!(apply("abc", vec![Edit::remove(0..2), Edit::insert(1, "x")]), None);
        assert_eq!(apply("abc", vec![Edit::remove(0..2), Edit::insert(2, "x")]).as_deref(), Some("xc"));
        assert_eq!(apply("abc", vec![Edit::insert(9, "x")]), None);
    }
}
