//! The path patterns of listener rules.

use std::fmt;
use std::str::FromStr;

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
    ///
    /// Only the last `*` is ever retried, one character further on: if an earlier `*` matches more, less is left for
    /// the rest. So the cost is at most the length of the path times the length of the pattern.
    pub fn matches(&self, path: &str) -> bool {
        let (pattern, path) = (self.0.as_bytes(), path.as_bytes());
        let (mut p, mut at, mut again) = (0, 0, None);
        while at < path.len() {
            match pattern.get(p) {
                Some(b'*') => {
                    again = Some((p + 1, at));
                    p += 1;
                }
                Some(byte) if *byte == b'?' || *byte == path[at] => (p, at) = (p + 1, at + 1),
                _ => match again {
                    Some((behind_star, taken)) => {
                        again = Some((behind_star, taken + 1));
                        (p, at) = (behind_star, taken + 1);
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|byte| *byte == b'*')
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
