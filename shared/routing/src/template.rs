//! The path of a route key, in the form of API Gateway.

use std::fmt::{self, Write};
use std::str::FromStr;

use super::segment::{Segment, within_alphabet};

/// The path of a route key: `/api/posts/{id}`, `/api/docs/{slug+}`, or `/` alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathTemplate(String);

/// A segment of a [`PathTemplate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "API Gateway has these three kinds, and a caller must handle each of them"
)]
pub enum TemplateSegment<'a> {
    /// `posts`: matches itself.
    Literal(&'a str),
    /// `{id}`: matches one segment.
    Parameter(&'a str),
    /// `{slug+}`: matches all the segments that are left. Always the last.
    Greedy(&'a str),
}

/// The reasons why API Gateway would refuse the path of a route.
///
/// SAM's translator, `cfn-lint` and `sam validate` accept all of these: only the deployment fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathTemplateError {
    /// `api/posts`.
    #[error("the path `{0}` does not begin with a slash: write `/{0}`")]
    NoLeadingSlash(String),
    /// `/api/posts/`.
    #[error("the path `{0}` ends in a slash: remove it, API Gateway has no such routes")]
    TrailingSlash(String),
    /// `/api//posts`.
    #[error("the path `{0}` has an empty segment: write one slash between segments")]
    EmptySegment(String),
    /// `/api/u{id}`.
    #[error("`{0}` is a variable in a part of a segment: make it the whole segment, as in `{{id}}`")]
    PartialParameter(String),
    /// `/api/café` or `/api/{}`.
    #[error(
        "API Gateway does not take `{0}` in a path: use only letters, digits, `.`, `_`, `:` and `-` of ASCII"
    )]
    UnsupportedText(String),
    /// `/api/{slug+}/edit`.
    #[error("the greedy `{0}` is not the last segment: remove what follows, or its `+`")]
    GreedyNotLast(String),
    /// `/api/{id}/comments/{id}`.
    #[error("the path names `{0}` twice: give each variable a name of its own")]
    RepeatedName(String),
}

impl PathTemplate {
    /// Creates the template of a route's segments, which must be well formed.
    pub(super) fn from_segments(segments: &[Segment]) -> Self {
        let mut text = String::new();
        for segment in segments {
            text.push('/');
            // Writing to a String cannot fail.
            let _ = write!(text, "{}", TemplateSegment::from(segment));
        }
        Self(if text.is_empty() { "/".into() } else { text })
    }

    /// Returns the path in the form of API Gateway.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the segments in their order; empty for `/`.
    pub fn segments(&self) -> impl Iterator<Item = TemplateSegment<'_>> {
        split(&self.0[1..]).map(TemplateSegment::read)
    }
}

impl FromStr for PathTemplate {
    type Err = PathTemplateError;

    fn from_str(path: &str) -> Result<Self, PathTemplateError> {
        let inner = path.strip_prefix('/').ok_or_else(|| PathTemplateError::NoLeadingSlash(path.into()))?;
        if inner.ends_with('/') {
            return Err(PathTemplateError::TrailingSlash(path.into()));
        }
        if path.contains("//") {
            return Err(PathTemplateError::EmptySegment(path.into()));
        }
        split(inner).map(TemplateSegment::read).try_for_each(TemplateSegment::check)?;
        let template = Self(path.into());
        template.greedy_is_last()?;
        template.names_differ()?;
        Ok(template)
    }
}

impl PathTemplate {
    fn greedy_is_last(&self) -> Result<(), PathTemplateError> {
        let mut segments = self.segments();
        match segments.find(|segment| matches!(segment, TemplateSegment::Greedy(_))) {
            Some(greedy) if segments.next().is_some() => {
                Err(PathTemplateError::GreedyNotLast(greedy.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn names_differ(&self) -> Result<(), PathTemplateError> {
        let names: Vec<_> = self.segments().filter_map(TemplateSegment::name).collect();
        match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
            Some((_, name)) => Err(PathTemplateError::RepeatedName((*name).into())),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'a> TemplateSegment<'a> {
    fn read(text: &'a str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            None => Self::Literal(text),
            Some(name) => name.strip_suffix('+').map_or(Self::Parameter(name), Self::Greedy),
        }
    }

    /// Returns the name of the variable; `None` for a literal.
    pub fn name(self) -> Option<&'a str> {
        match self {
            Self::Literal(_) => None,
            Self::Parameter(name) | Self::Greedy(name) => Some(name),
        }
    }

    fn check(self) -> Result<(), PathTemplateError> {
        let (Self::Literal(text) | Self::Parameter(text) | Self::Greedy(text)) = self;
        if text.contains(['{', '}']) {
            Err(PathTemplateError::PartialParameter(self.to_string()))
        } else if !within_alphabet(text) {
            Err(PathTemplateError::UnsupportedText(self.to_string()))
        } else {
            Ok(())
        }
    }
}

impl<'a> From<&'a Segment> for TemplateSegment<'a> {
    fn from(segment: &'a Segment) -> Self {
        match segment {
            Segment::Literal(text) => Self::Literal(text),
            Segment::Dynamic(name) => Self::Parameter(name),
            Segment::CatchAll(name) | Segment::OptionalCatchAll(name) => Self::Greedy(name),
        }
    }
}

impl fmt::Display for TemplateSegment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Parameter(name) => write!(f, "{{{name}}}"),
            Self::Greedy(name) => write!(f, "{{{name}+}}"),
        }
    }
}

/// Splits a path without its leading slash into segments; an empty path has none.
fn split(inner: &str) -> impl Iterator<Item = &str> {
    inner.split('/').filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_has_literals_parameters_and_a_greedy_end() {
        use TemplateSegment::{Greedy, Literal, Parameter};
        let template: PathTemplate = "/api/posts/{id}/{rest+}".parse().unwrap();
        let segments: Vec<_> = template.segments().collect();
        assert_eq!(segments, [Literal("api"), Literal("posts"), Parameter("id"), Greedy("rest")]);
        assert_eq!("/".parse::<PathTemplate>().unwrap().segments().count(), 0);
    }

    #[test]
    fn path_that_the_deployment_refuses_is_refused() {
        use PathTemplateError as E;
        for (path, error) in [
            ("", E::NoLeadingSlash(String::new())),
            ("api", E::NoLeadingSlash("api".into())),
            ("/api/", E::TrailingSlash("/api/".into())),
            ("//", E::TrailingSlash("//".into())),
            ("/api//a", E::EmptySegment("/api//a".into())),
            ("//api", E::EmptySegment("//api".into())),
            ("/api/u{id}", E::PartialParameter("u{id}".into())),
            ("/api/{a}{b}", E::PartialParameter("{a}{b}".into())),
            ("/api/{a", E::PartialParameter("{a".into())),
            ("/api/{a++}", E::UnsupportedText("{a++}".into())),
            ("/api/{}", E::UnsupportedText("{}".into())),
            ("/api/{+}", E::UnsupportedText("{+}".into())),
            ("/api/caf\u{e9}", E::UnsupportedText("caf\u{e9}".into())),
            ("/api/a b", E::UnsupportedText("a b".into())),
            ("/api/v[ver]", E::UnsupportedText("v[ver]".into())),
            ("/api/{proxy+}/x", E::GreedyNotLast("{proxy+}".into())),
            ("/api/{id}/{id}", E::RepeatedName("id".into())),
            ("/api/{id}/{id+}", E::RepeatedName("id".into())),
        ] {
            assert_eq!(path.parse::<PathTemplate>(), Err(error), "{path}");
        }
    }
}
