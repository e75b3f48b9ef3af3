//! A whole route, in the spelling of its folder.

use std::fmt;
use std::str::FromStr;

use super::error::PatternError;
use super::key::RouteKey;
use super::segment::{Segment, within_alphabet};
use super::template::PathTemplate;

/// A route in the spelling of Next.js: `/api/posts/[id]`.
///
/// ```
/// use api_routes_routing::Pattern;
///
/// let pattern = Pattern::from_folder("api/shop/[[...slug]]")?;
/// assert_eq!(pattern.to_string(), "/api/shop/[[...slug]]");
/// let keys: Vec<_> = pattern.route_keys().iter().map(ToString::to_string).collect();
/// assert_eq!(keys, ["ANY /api/shop", "ANY /api/shop/{slug+}"]);
/// # Ok::<(), api_routes_routing::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    segments: Vec<Segment>,
}

impl Pattern {
    /// Reads a route in the form of Next.js: `/api/docs/[...slug]`, or `/` alone.
    ///
    /// # Errors
    /// If Next.js refuses the route, or API Gateway refuses the name of a parameter. A literal may hold anything,
    /// because a Function URL and an ALB carry it; see [`deployable`](Self::deployable).
    pub fn parse(route: &str) -> Result<Self, PatternError> {
        let path = route.strip_prefix('/').ok_or_else(|| PatternError::NoLeadingSlash(route.into()))?;
        let mut pattern = Self { segments: Vec::new() };
        if path.is_empty() {
            return Ok(pattern);
        }
        for text in path.split('/') {
            if text.is_empty() {
                return Err(PatternError::EmptySegment(route.into()));
            }
            pattern.push(text)?;
        }
        Ok(pattern)
    }

    /// Reads a folder below `functions/`, its parts separated by `/`: `api/posts/[id]`.
    ///
    /// A last part `index` stands for the folder above it, like a file `index.js` in Next.js: `api/index` is `/api`.
    /// Only the last part does: `api/index/index` is `/api/index`.
    ///
    /// # Errors
    /// Returns the errors of [`parse`](Self::parse).
    pub fn from_folder(folder: &str) -> Result<Self, PatternError> {
        let route = format!("/{folder}");
        match route.strip_suffix("/index") {
            Some("") => Self::parse("/"),
            Some(above) => Self::parse(above),
            None => Self::parse(&route),
        }
    }

    fn push(&mut self, text: &str) -> Result<(), PatternError> {
        if self.catch_all().is_some() {
            return Err(PatternError::CatchAllNotLast);
        }
        let segment = Segment::parse(text)?;
        if let Some(name) = segment.name() {
            self.segments.iter().filter_map(Segment::name).try_for_each(|other| differ(other, name))?;
        }
        self.segments.push(segment);
        Ok(())
    }

    /// Returns the segments in their order; empty for `/`.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Returns the catch-all at the end, optional or not.
    pub fn catch_all(&self) -> Option<&Segment> {
        self.segments.last().filter(|last| last.is_catch_all())
    }

    /// Returns the segments before the catch-all, each of which matches exactly one segment of a path.
    pub(super) fn fixed(&self) -> &[Segment] {
        &self.segments[..self.segments.len() - usize::from(self.catch_all().is_some())]
    }

    /// Returns the route of the first `level` segments.
    pub(super) fn above(&self, level: usize) -> Self {
        Self { segments: self.segments[..level].to_vec() }
    }

    /// Whether the route has no parameters, so that the function ignores the path.
    pub fn is_static(&self) -> bool {
        self.segments.iter().all(|segment| segment.name().is_none())
    }

    /// Returns the route keys by which API Gateway reaches this route, for any method.
    ///
    /// There is one key, or two for an optional catch-all, since `{slug+}` needs at least one segment. API Gateway
    /// accepts the keys if the pattern is [`deployable`](Self::deployable).
    pub fn route_keys(&self) -> Vec<RouteKey> {
        let bare = matches!(self.catch_all(), Some(Segment::OptionalCatchAll(_))).then(|| self.fixed());
        let templates = bare.into_iter().chain([self.segments()]).map(PathTemplate::from_segments);
        templates.map(|path| RouteKey::Path { method: None, path }).collect()
    }

    /// Checks that API Gateway can write this route.
    ///
    /// The check is separate from [`parse`](Self::parse): a function parses its own route at start, behind any front
    /// door, and only a deployment behind API Gateway needs this check.
    ///
    /// # Errors
    /// [`PatternError::UnsupportedLiteral`] for a literal such as `v[ver]` or `naïve`.
    pub fn deployable(&self) -> Result<(), PatternError> {
        self.segments.iter().try_for_each(|segment| match segment {
            Segment::Literal(text) if !within_alphabet(text) => {
                Err(PatternError::UnsupportedLiteral(text.clone()))
            }
            _ => Ok(()),
        })
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(route: &str) -> Result<Self, PatternError> {
        Self::parse(route)
    }
}

/// Prints the route in the form of Next.js; [`Pattern::parse`] reads it back.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return f.write_str("/");
        }
        self.segments.iter().try_for_each(|segment| write!(f, "/{segment}"))
    }
}

/// Refuses names that differ only in symbols, as Next.js does, because Next.js names the groups of its regular
/// expressions only with word characters.
fn differ(first: &str, second: &str) -> Result<(), PatternError> {
    if first == second {
        Err(PatternError::RepeatedName(second.into()))
    } else if word_characters(first).eq(word_characters(second)) {
        Err(PatternError::NamesDifferBySymbols(first.into(), second.into()))
    } else {
        Ok(())
    }
}

fn word_characters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests;
