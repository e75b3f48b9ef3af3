//! The whitespace of headers: space and tab, and no other character.

/// Returns the text without optional whitespace at its ends, which is [space and
/// tab](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3). `str::trim` would also take the spaces of Unicode, which
/// are a part of the value, and would make two names of cookies equal.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::trimmed;

    #[test]
    fn space_and_tab_are_trimmed_and_nothing_else() {
        for (text, expected) in [
            ("", ""),
            (" \t a b\t ", "a b"),
            ("\u{a0}a\u{2003}", "\u{a0}a\u{2003}"),
            ("\u{b}a\r\n", "\u{b}a\r\n"),
        ] {
            assert_eq!(trimmed(text), expected, "{text:?}");
        }
    }
}
