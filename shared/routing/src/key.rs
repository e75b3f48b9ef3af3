//! Route keys, by which API Gateway chooses.

use std::fmt;
use std::str::FromStr;

use http::Method;

use super::template::{PathTemplate, PathTemplateError};

/// The methods that a route of API Gateway can have, in addition to `ANY`.
const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];

/// A route key, by which an HTTP API chooses a route for each request.
///
/// ```
/// use api_routes_routing::RouteKey;
///
/// let key: RouteKey = "GET /api/posts/{id}".parse()?;
/// assert_eq!(key.to_string(), "GET /api/posts/{id}");
/// assert_eq!("$default".parse(), Ok(RouteKey::Default));
/// # Ok::<(), api_routes_routing::RouteKeyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "API Gateway has these two forms, and a caller must handle both")]
pub enum RouteKey {
    /// `GET /api/posts/{id}`.
    Path {
        /// The method; `None` is `ANY`: every method that no other key names for the same path.
        method: Option<Method>,
        /// The path without the stage.
        path: PathTemplate,
    },
    /// `$default`: every request that no other key takes.
    Default,
}

/// The reasons why a text is not a [`RouteKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RouteKeyError {
    /// The text is neither `$default` nor two words.
    #[error("the route key `{0}` is not a method and a path: write `ANY /path`, or `$default`")]
    NotTwoWords(String),
    /// The first word is not a method that a route can have.
    #[error(
        "`{0}` is not a method of a route: write `ANY`, `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS`"
    )]
    UnknownMethod(String),
    /// API Gateway refuses the path.
    #[error(transparent)]
    Path(#[from] PathTemplateError),
}

impl RouteKey {
    /// Creates a key from the two properties of a SAM event, `Method` and `Path`.
    ///
    /// SAM accepts methods in upper and lower case; a route key has them in upper case.
    ///
    /// # Errors
    /// The method is not an HTTP token, or API Gateway refuses the path.
    pub fn new(method: &str, path: &str) -> Result<Self, RouteKeyError> {
        Ok(Self::Path { method: method_of(&method.to_ascii_uppercase())?, path: path.parse()? })
    }
}

impl FromStr for RouteKey {
    type Err = RouteKeyError;

    fn from_str(key: &str) -> Result<Self, RouteKeyError> {
        if key == "$default" {
            return Ok(Self::Default);
        }
        let (method, path) = key.split_once(' ').ok_or_else(|| RouteKeyError::NotTwoWords(key.into()))?;
        Ok(Self::Path { method: method_of(method)?, path: path.parse()? })
    }
}

/// Prints the key in the form of API Gateway, which is also the `routeKey` of an event.
impl fmt::Display for RouteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { method, path } => {
                write!(f, "{} {path}", method.as_ref().map_or("ANY", Method::as_str))
            }
            Self::Default => f.write_str("$default"),
        }
    }
}

fn method_of(word: &str) -> Result<Option<Method>, RouteKeyError> {
    let unknown = || RouteKeyError::UnknownMethod(word.into());
    if word == "ANY" {
        return Ok(None);
    }
    METHODS.into_iter().find(|method| method == word).map(Some).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_written_as_it_was_read() {
        for key in ["$default", "ANY /", "GET /a/{b}", "DELETE /a/{b}/{c+}", "ANY /a.b:c_d-e"] {
            assert_eq!(key.parse::<RouteKey>().unwrap().to_string(), key);
        }
    }

    #[test]
    fn sam_event_may_write_its_method_in_any_case() {
        for (method, key) in [("get", "GET /a"), ("Any", "ANY /a"), ("PATCH", "PATCH /a")] {
            assert_eq!(RouteKey::new(method, "/a").unwrap().to_string(), key);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        use RouteKeyError as E;
        for (key, error) in [
            ("", E::NotTwoWords(String::new())),
            ("$Default", E::NotTwoWords("$Default".into())),
            ("/a", E::NotTwoWords("/a".into())),
            (" /a", E::UnknownMethod(String::new())),
            ("get /a", E::UnknownMethod("get".into())),
            ("TRACE /a", E::UnknownMethod("TRACE".into())),
            ("GET  /a", E::Path(PathTemplateError::NoLeadingSlash(" /a".into()))),
            ("GET /a/", E::Path(PathTemplateError::TrailingSlash("/a/".into()))),
        ] {
            assert_eq!(key.parse::<RouteKey>(), Err(error), "{key}");
        }
    }
}
