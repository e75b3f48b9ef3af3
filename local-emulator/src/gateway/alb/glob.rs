//! The path patterns of listener rules.

use std::fmt;
use std::str::FromStr;

use crate::wildcard::is_match;

#[cfg(test)]
mod tests;

/// In characters.
const LENGTH: usize = 128;

/// A `path-pattern` condition: `*` stands for any characters, `?` for exactly one.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(String);

/// A path pattern that a load balancer does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathPatternError {
    /// More than 128 characters.
    #[error(
        "the path pattern `{0}` has {len} characters, over a load balancer's limit of {LENGTH}: shorten the folders",
        len = .0.len()
    )]
    TooLong(String),
    /// A character that no path pattern may have.
    #[error("a load balancer takes no `{1}` in the path pattern `{0}`: rename the folder")]
    Character(String, char),
}

impl PathPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A load balancer would not take it.
    pub fn new(pattern: impl Into<String>) -> Result<Self, PathPatternError> {
        let pattern = pattern.into();
        match pattern.chars().find(|character| !is_allowed(*character)) {
            Some(character) => Err(PathPatternError::Character(pattern, character)),
            None if pattern.len() > LENGTH => Err(PathPatternError::TooLong(pattern)),
            None => Ok(Self(pattern)),
        }
    }

    /// Whether `path` matches. It is compared as the client sent it: percent-encoded, and with its case.
    ///
    /// Undocumented (ALB-1): whether a load balancer decodes the path for its rules.
    pub fn matches(&self, path: &str) -> bool {
        is_match(&self.0, path)
    }
}

/// The list of the page above, which writes `&` as `&amp;`.
fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || r#"_-.$/~"'@:+&*?"#.contains(character)
}

impl FromStr for PathPattern {
    type Err = PathPatternError;

    fn from_str(pattern: &str) -> Result<Self, PathPatternError> {
        Self::new(pattern)
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
