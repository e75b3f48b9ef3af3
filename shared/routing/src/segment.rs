//! A segment of a route, read by the rules of Next.js.
//!
//! The rules and their order are those of Next's [`sorted-routes.ts`]: for a folder with two faults, both report the
//! same fault.
//!
//! [`sorted-routes.ts`]: https://github.com/vercel/next.js/blob/canary/packages/next/src/shared/lib/router/utils/sorted-routes.ts

use std::fmt;

use super::error::PatternError;

/// A segment of a [`Pattern`](super::Pattern).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "Next.js has these four kinds, and a caller must handle each of them"
)]
pub enum Segment {
    /// `posts`: matches itself. A segment that merely contains brackets (`v[ver]`) is literal.
    Literal(String),
    /// `[id]`: matches one segment.
    Dynamic(String),
    /// `[...slug]`: matches one or more segments. Always the last.
    CatchAll(String),
    /// `[[...slug]]`: matches any number of segments, also none. Always the last.
    OptionalCatchAll(String),
}

impl Segment {
    /// Reads a segment in the form of Next.js.
    pub(super) fn parse(text: &str) -> Result<Self, PatternError> {
        match within_brackets(text) {
            Some(inner) => Self::parse_dynamic(text, inner),
            None => Ok(Self::Literal(text.into())),
        }
    }

    fn parse_dynamic(text: &str, inner: &str) -> Result<Self, PatternError> {
        let optional = within_brackets(inner);
        let inner = optional.unwrap_or(inner);
        let catch_all = inner.strip_prefix("...");
        let name = catch_all.unwrap_or(inner);
        refused_by_next(name)?;
        match (catch_all.is_some(), optional.is_some()) {
            (false, true) => Err(PatternError::OptionalParameter(text.into())),
            (false, false) => carried(text, name).map(Self::Dynamic),
            (true, false) => carried(text, name).map(Self::CatchAll),
            (true, true) => carried(text, name).map(Self::OptionalCatchAll),
        }
    }

    /// Returns the name of the parameter; `None` for a literal.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Dynamic(name) | Self::CatchAll(name) | Self::OptionalCatchAll(name) => Some(name),
        }
    }

    /// Whether this segment takes all that is left of a path.
    pub fn is_catch_all(&self) -> bool {
        matches!(self, Self::CatchAll(_) | Self::OptionalCatchAll(_))
    }
}

/// Prints the segment in the form of Next.js, which is the name of its folder.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Dynamic(name) => write!(f, "[{name}]"),
            Self::CatchAll(name) => write!(f, "[...{name}]"),
            Self::OptionalCatchAll(name) => write!(f, "[[...{name}]]"),
        }
    }
}

fn within_brackets(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(']')
}

fn refused_by_next(name: &str) -> Result<(), PatternError> {
    if name.starts_with('…') {
        Err(PatternError::ThreeDotCharacter(name.into()))
    } else if name.starts_with('[') || name.ends_with(']') {
        Err(PatternError::ExtraBrackets(name.into()))
    } else if name.starts_with('.') {
        Err(PatternError::ErroneousPeriod(name.into()))
    } else {
        Ok(())
    }
}

/// Returns the name, if API Gateway can carry it.
fn carried(segment: &str, name: &str) -> Result<String, PatternError> {
    if name.is_empty() {
        Err(PatternError::UnnamedParameter(segment.into()))
    } else if !within_alphabet(name) {
        Err(PatternError::UnsupportedName(name.into()))
    } else {
        Ok(name.into())
    }
}

/// Whether API Gateway certainly accepts a text as a literal segment or as the name of a variable.
///
/// AWS does not document the alphabet of HTTP APIs. This is the alphabet with which its own [test tool for .NET][tool]
/// checks routes, and a subset of what [REST APIs document][rest].
///
/// [tool]: https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2
/// [rest]: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
pub(super) fn within_alphabet(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
}
