//! Lists that an event has as one text.

use serde_json::Value;

/// The notation in which an event has claims that are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// JSON: a JWT authorizer of a REST API, the context of a Lambda authorizer, and an IAM identity.
    Json,
    /// Text, and a list as `[a b]`: a JWT authorizer of an HTTP API.
    Brackets,
    /// Text, a list as `a,b`, and a time as a date: a Cognito authorizer of a REST API.
    Commas,
    /// Scopes, which are text in the token itself: `a b`.
    Spaces,
}

/// Returns the elements of a list that was written as text. Text that is not a list is a list of one element, as an
/// `aud` may be, and empty text is an empty list.
pub(super) fn parse(text: String, notation: Notation) -> Vec<Value> {
    if may_be_json(&text, notation)
        && let Ok(values) = serde_json::from_str(&text)
    {
        return values;
    }
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match notation {
        Notation::Brackets if inner.is_some() => split(inner.unwrap_or_default(), ' '),
        Notation::Spaces => split(inner.unwrap_or(&text), ' '),
        Notation::Commas => split(&text, ','),
        Notation::Json | Notation::Brackets if text.is_empty() => Vec::new(),
        Notation::Json | Notation::Brackets => vec![Value::String(text)],
    }
}

/// Returns whether a text may be JSON, which an authorizer writes if its front door takes no list. In brackets, `[1e3]`
/// is the word `1e3`, and not a number.
fn may_be_json(text: &str, notation: Notation) -> bool {
    match notation {
        Notation::Json => text.starts_with('['),
        Notation::Brackets | Notation::Commas | Notation::Spaces => text.starts_with("[\""),
    }
}

fn split(text: &str, separator: char) -> Vec<Value> {
    text.split(separator).filter(|word| !word.is_empty()).map(Value::from).collect()
}
