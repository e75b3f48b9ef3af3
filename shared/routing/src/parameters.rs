//! Reads the parameters of a route from the path of a request.

use std::borrow::Cow;
use std::vec;

use http::StatusCode;
use percent_encoding::percent_decode_str;

use super::pattern::Pattern;
use super::segment::Segment;

/// The encoding of the path that a front door sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a path is decoded or it is not")]
pub enum PathEncoding {
    /// Percent-encoded as the client wrote it, `a%20b`: REST API, Function URL, ALB.
    Percent,
    /// Decoded, `a b`: HTTP API, despite the name `rawPath`. An encoded slash then looks like a real one.
    Decoded,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a route of Next.js has these two kinds of value")]
pub enum Parameter<'a> {
    /// The segment of `[id]`.
    One(Cow<'a, str>),
    /// The segments of `[...slug]` or `[[...slug]]`, at least one.
    Many(Vec<Cow<'a, str>>),
}

/// The parameters that a path gives, in the order of the route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters<'a>(Vec<(&'a str, Parameter<'a>)>);

/// The reasons why a path gives no parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParametersError {
    /// The path does not fit the route, or leaves a required segment empty.
    #[error("the path does not fit the route")]
    NoMatch,
    /// A parameter holds a broken percent-escape, or bytes that are not UTF-8.
    #[error("a path parameter is not percent-encoded UTF-8")]
    Encoding,
}

impl ParametersError {
    /// Returns the status of Next.js's response: 404, or 400 for a path that cannot be decoded.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NoMatch => StatusCode::NOT_FOUND,
            Self::Encoding => StatusCode::BAD_REQUEST,
        }
    }
}

impl Pattern {
    /// Reads the parameters of this route from a path without the stage.
    ///
    /// The path is first split at its slashes, as in Next.js, and each value is then decoded exactly once: `%2F` is a
    /// slash within a value, `%252F` is `%2F`, `+` stays `+`. An optional catch-all without segments is absent.
    /// Literals are decoded before they are compared, while Next.js compares them as they are written. Otherwise a
    /// folder `café` could not be reached, and an HTTP API decodes the path before any function sees it.
    ///
    /// A slash at the end does not count: Next.js redirects to the path without it, a REST API ignores it, and the
    /// `{slug+}` of an HTTP API keeps it as a last, empty segment.
    ///
    /// A static route ignores the path, which may contain a prefix that only the front door knows, such as the mapping
    /// of a custom domain.
    ///
    /// # Errors
    /// If the path does not fit, or a value cannot be decoded; [`ParametersError::status`] distinguishes them.
    pub fn parameters<'a>(
        &'a self,
        path: &'a str,
        encoding: PathEncoding,
    ) -> Result<Parameters<'a>, ParametersError> {
        if self.is_static() {
            return Ok(Parameters::default());
        }
        let mut rest = Rest { path: path.strip_suffix('/').unwrap_or(path), encoding };
        let mut parameters = Parameters::default();
        for segment in self.segments() {
            parameters.0.extend(rest.take(segment)?);
        }
        if rest.path.is_empty() { Ok(parameters) } else { Err(ParametersError::NoMatch) }
    }
}

impl Pattern {
    /// Reads the parameters from those of the front door, for a request whose path does not fit the route, because API
    /// Gateway was configured to send another path.
    ///
    /// There, a catch-all is a single value with slashes.
    ///
    /// # Errors
    /// A required parameter is not among them, or cannot be decoded.
    pub fn parameters_among<'a>(
        &'a self,
        found: &'a [(String, String)],
        encoding: PathEncoding,
    ) -> Result<Parameters<'a>, ParametersError> {
        let mut parameters = Parameters::default();
        for segment in self.segments() {
            let value = found.iter().find(|(name, _)| Some(name.as_str()) == segment.name());
            parameters.0.extend(named(segment, value.map(|(_, value)| value.as_str()), encoding)?);
        }
        Ok(parameters)
    }
}

fn named<'a>(
    segment: &'a Segment,
    value: Option<&'a str>,
    encoding: PathEncoding,
) -> Result<Option<(&'a str, Parameter<'a>)>, ParametersError> {
    match (segment, value.filter(|value| !value.is_empty())) {
        (Segment::Literal(_), _) | (Segment::OptionalCatchAll(_), None) => Ok(None),
        (_, None) => Err(ParametersError::NoMatch),
        (Segment::Dynamic(name), Some(value)) => Ok(Some((name, Parameter::One(decode(value, encoding)?)))),
        (Segment::CatchAll(name) | Segment::OptionalCatchAll(name), Some(value)) => {
            Ok(Some((name, Parameter::Many(decode_segments(value, encoding)?))))
        }
    }
}

/// The part of a path that is still to be matched: empty, or with a leading slash.
struct Rest<'a> {
    path: &'a str,
    encoding: PathEncoding,
}

impl<'a> Rest<'a> {
    fn take(&mut self, segment: &'a Segment) -> Result<Option<(&'a str, Parameter<'a>)>, ParametersError> {
        match segment {
            Segment::Literal(text) => match self.next().map(|found| decode(found, self.encoding)) {
                Some(Ok(found)) if found == **text => Ok(None),
                _ => Err(ParametersError::NoMatch),
            },
            Segment::Dynamic(name) => Ok(Some((name, Parameter::One(self.one()?)))),
            Segment::CatchAll(name) | Segment::OptionalCatchAll(name) => match self.many()? {
                values if !values.is_empty() => Ok(Some((name, Parameter::Many(values)))),
                _ if matches!(segment, Segment::OptionalCatchAll(_)) => Ok(None),
                _ => Err(ParametersError::NoMatch),
            },
        }
    }

    fn one(&mut self) -> Result<Cow<'a, str>, ParametersError> {
        let text = self.next().filter(|text| !text.is_empty()).ok_or(ParametersError::NoMatch)?;
        decode(text, self.encoding)
    }

    /// Reads the segments of a catch-all. A rest of slashes alone has no segment.
    fn many(&mut self) -> Result<Vec<Cow<'a, str>>, ParametersError> {
        let Some(segments) = self.path.strip_prefix('/') else { return Ok(Vec::new()) };
        self.path = "";
        if segments.bytes().all(|b| b == b'/') {
            return Ok(Vec::new());
        }
        decode_segments(segments, self.encoding)
    }

    fn next(&mut self) -> Option<&'a str> {
        let path = self.path.strip_prefix('/')?;
        let (text, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        self.path = rest;
        Some(text)
    }
}

/// Decodes the values of a catch-all, which slashes separate.
fn decode_segments(segments: &str, encoding: PathEncoding) -> Result<Vec<Cow<'_, str>>, ParametersError> {
    let mut values = Vec::new();
    for text in segments.split('/') {
        values.push(decode(text, encoding)?);
    }
    Ok(values)
}

/// Decodes as JavaScript's `decodeURIComponent` does, which refuses a broken escape.
fn decode(text: &str, encoding: PathEncoding) -> Result<Cow<'_, str>, ParametersError> {
    match encoding {
        PathEncoding::Decoded => Ok(text.into()),
        PathEncoding::Percent if escapes_are_whole(text) => {
            percent_decode_str(text).decode_utf8().map_err(|_| ParametersError::Encoding)
        }
        PathEncoding::Percent => Err(ParametersError::Encoding),
    }
}

fn escapes_are_whole(text: &str) -> bool {
    let is_escape = |after: &str| {
        after.as_bytes().first_chunk::<2>().is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    text.split('%').skip(1).all(is_escape)
}

impl<'a> Parameters<'a> {
    /// Returns the value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Parameter<'a>> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Whether the route has no parameters, or only an optional catch-all that matched nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for Parameters<'a> {
    type Item = (&'a str, Parameter<'a>);
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests;
