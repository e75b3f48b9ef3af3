//! Route keys as API Gateway writes them: `GET /posts/{id}`, `ANY /docs/{slug+}`, `$default`.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use http::Method;

const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];

/// The methods and paths that a route takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteKey {
    text: Box<str>,
    /// `None` is `$default`.
    pub(super) route: Option<Route>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// `None` is `ANY`.
    pub(super) method: Option<Method>,
    /// One per slash; `/` alone has one, empty and literal.
    pub(super) segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Literal(Box<str>),
    /// `{id}`
    Parameter(Box<str>),
    /// `{proxy+}`, always the last.
    Greedy(Box<str>),
}

impl RouteKey {
    /// The key as it was written, which is how events carry it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RouteKey {
    type Err = InvalidRouteKey;

    fn from_str(text: &str) -> Result<Self, InvalidRouteKey> {
        let route = if text == "$default" { None } else { Some(text.parse()?) };
        Ok(Self { text: text.into(), route })
    }
}

impl FromStr for Route {
    type Err = InvalidRouteKey;

    fn from_str(text: &str) -> Result<Self, InvalidRouteKey> {
        let invalid = |problem| InvalidRouteKey { key: text.to_owned(), problem };
        let (method, path) = text.split_once(' ').ok_or_else(|| invalid(Problem::Form))?;
        let method = parse_method(method).map_err(invalid)?;
        let segments = parse_path(path).map_err(invalid)?;
        Ok(Self { method, segments })
    }
}

/// `None` is `ANY`.
fn parse_method(method: &str) -> Result<Option<Method>, Problem> {
    if method == "ANY" {
        return Ok(None);
    }
    METHODS.into_iter().find(|known| known == method).map(Some).ok_or(Problem::Method)
}

fn parse_path(path: &str) -> Result<Vec<Segment>, Problem> {
    let rest = path.strip_prefix('/').ok_or(Problem::Form)?;
    if rest.is_empty() {
        return Ok(vec![Segment::Literal("".into())]);
    }
    let segments = rest.split('/').map(parse_segment).collect::<Result<Vec<_>, _>>()?;
    check_names(&segments)?;
    Ok(segments)
}

fn parse_segment(segment: &str) -> Result<Segment, Problem> {
    let variable = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let name = variable.map(|name| name.strip_suffix('+').unwrap_or(name));
    match (variable, name) {
        (None, _) if segment.is_empty() => Err(Problem::EmptySegment),
        (None, _) if segment.contains(['{', '}']) => Err(Problem::PartialVariable),
        (None, _) => Ok(Segment::Literal(segment.into())),
        (_, None | Some("")) => Err(Problem::UnnamedVariable),
        (Some(variable), Some(name)) if variable.ends_with('+') => Ok(Segment::Greedy(name.into())),
        (_, Some(name)) => Ok(Segment::Parameter(name.into())),
    }
}

/// Two variables of one name would be one member of `pathParameters`.
fn check_names(segments: &[Segment]) -> Result<(), Problem> {
    let mut names = HashSet::new();
    for (index, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Greedy(_) if index + 1 < segments.len() => return Err(Problem::GreedyNotLast),
            Segment::Parameter(name) | Segment::Greedy(name) if !names.insert(name) => {
                return Err(Problem::RepeatedVariable);
            }
            _ => {}
        }
    }
    Ok(())
}

/// A text that API Gateway would not take as a route key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid route key `{key}`: {problem}")]
pub struct InvalidRouteKey {
    key: String,
    problem: Problem,
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("write a method and a path, as in `GET /posts/{{id}}`, or `$default`")]
    Form,
    #[error("the method must be `ANY`, `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS`")]
    Method,
    #[error("a path has no empty segment and no slash at its end")]
    EmptySegment,
    #[error("a variable must be a whole segment, as in `/{{id}}`")]
    PartialVariable,
    #[error("a variable needs a name, as in `{{id}}`")]
    UnnamedVariable,
    #[error("two variables have one name: rename one of them")]
    RepeatedVariable,
    #[error("only the last segment can be greedy, as in `/docs/{{slug+}}`")]
    GreedyNotLast,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_as_it_was_written() {
        for key in ["$default", "GET /", "ANY /api/posts/{id}", "DELETE /docs/{slug+}"] {
            assert_eq!(key.parse::<RouteKey>().unwrap().to_string(), key);
        }
    }

    #[test]
    fn what_api_gateway_refuses_is_refused_with_its_reason() {
        for (key, problem) in [
            ("", Problem::Form),
            ("$other", Problem::Form),
            ("GET", Problem::Form),
            ("GET posts", Problem::Form),
            ("get /posts", Problem::Method),
            ("TRACE /posts", Problem::Method),
            ("GET /posts/", Problem::EmptySegment),
            ("GET /a//b", Problem::EmptySegment),
            ("GET /u{id}", Problem::PartialVariable),
            ("GET /{id", Problem::PartialVariable),
            ("GET /{}", Problem::UnnamedVariable),
            ("GET /{+}", Problem::UnnamedVariable),
            ("GET /{id}/{id}", Problem::RepeatedVariable),
            ("GET /{proxy+}/x", Problem::GreedyNotLast),
        ] {
            assert_eq!(key.parse::<RouteKey>().unwrap_err().problem, problem, "{key}");
        }
    }

    #[test]
    fn the_error_names_the_key_and_the_next_step() {
        assert_eq!(
            "GET /{proxy+}/x".parse::<RouteKey>().unwrap_err().to_string(),
            "invalid route key `GET /{proxy+}/x`: only the last segment can be greedy, as in `/docs/{slug+}`"
        );
    }
}
