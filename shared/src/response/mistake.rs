//! Headers that cannot be sent. Each message goes to the log: it names the header but not the value, which may be a
//! secret.

use http::{HeaderMap, HeaderName, HeaderValue};

/// A mistake in a step that prepares a response.
#[derive(Debug, thiserror::Error)]
pub(super) enum Mistake {
    #[error(
        "HTTP does not allow the value of the header `{name}`: leave out line breaks and other control characters"
    )]
    Value { name: HeaderName, source: http::Error },
    #[error("{0}")]
    WideText(String),
    #[error(
        "the `{attribute}` of the cookie {cookie:?} holds `;` or a control character, which would begin another \
         attribute: leave it out"
    )]
    Cookie { cookie: String, attribute: &'static str },
}

/// Returns the header, unless its text has letters beyond Latin-1. Front doors take headers as text, and AWS does not
/// say what becomes of such letters; Node refuses them.
pub(super) fn checked(name: HeaderName, value: HeaderValue) -> Result<(HeaderName, HeaderValue), Mistake> {
    match wide_character(value.as_bytes()) {
        None => Ok((name, value)),
        Some(character) => Err(Mistake::WideText(wide_text(&name, character))),
    }
}

/// Removes headers whose text has letters beyond Latin-1, and says what is wrong with the first of them.
// The message is a text: every function links this, and a `Mistake` would add the code of its other variants.
pub(super) fn without_wide_text(headers: &mut HeaderMap) -> Option<String> {
    let mut first = None;
    while let Some((name, character)) = wide_header(headers) {
        first.get_or_insert_with(|| wide_text(&name, character));
        headers.remove(name);
    }
    first
}

fn wide_text(name: &HeaderName, character: char) -> String {
    format!(
        "the value of the header `{name}` contains {character:?}, and a header can carry only Latin-1: leave it out, or \
         percent-encode the value"
    )
}

fn wide_header(headers: &HeaderMap) -> Option<(HeaderName, char)> {
    headers.iter().find_map(|(name, value)| Some((name.clone(), wide_character(value.as_bytes())?)))
}

fn wide_character(value: &[u8]) -> Option<char> {
    // Nearly every value is ASCII. A value that is not UTF-8 has the bytes of Latin-1 already.
    if value.is_ascii() {
        return None;
    }
    std::str::from_utf8(value).ok()?.chars().find(|character| *character > '\u{ff}')
}
