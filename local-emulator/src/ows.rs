//! The optional whitespace (OWS) of headers: space and tab, and no other character.

/// Returns the text without [spaces and tabs](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3) at its ends.
/// `str::trim` would also remove the spaces of Unicode, which are part of the value: a cookie named `\u{2000}__Host-a` is
/// not `__Host-a`.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
