//! JSON for standard output.

/// Escapes characters that JSON allows but a terminal interprets, so that a terminal shows each value as it is.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter == '\u{7f}' || !(letter.is_ascii() || letter.is_alphanumeric()) {
            escaped.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}
