//! A claim of the command line.

use std::str::FromStr;

use serde_json::Value;

/// A name and a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Claim {
    pub(super) name: String,
    pub(super) value: Value,
}

/// A text that is not a [`Claim`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a name and a value, `tier=gold` or `roles=[\"admin\"]`")]
pub(super) struct InvalidClaim;

impl FromStr for Claim {
    type Err = InvalidClaim;

    /// A value that is not JSON is a text, so that texts need no quotes.
    fn from_str(text: &str) -> Result<Self, InvalidClaim> {
        let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or(InvalidClaim)?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        Ok(Self { name: name.to_owned(), value })
    }
}
