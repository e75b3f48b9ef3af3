//! The stage of an HTTP API.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html>

use std::borrow::Cow;

use api_routes_project::aws::path::{decode, split_segment};

/// The name of a deployment, which is the beginning of the paths of its requests. Paths of `$default` have no stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    name: Cow<'static, str>,
    is_in_path: bool,
}

const DEFAULT: &str = "$default";

impl Stage {
    /// Returns the name that events have.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes the stage out of the paths, as a custom domain does whose mapping leads to the stage.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html>
    #[must_use]
    pub fn out_of_path(self) -> Self {
        Self { is_in_path: false, ..self }
    }

    /// Returns the path without the stage, by which routes are chosen. `None` means that the path does not begin with the
    /// stage.
    ///
    /// Undocumented (HTTP-1): the path `/prod` is `/` to the routes of the stage `prod`. An encoded stage, `/pro%64`, is that
    /// stage, as an encoded segment of a route is that segment.
    pub(super) fn rest<'a>(&self, path: &'a str) -> Option<&'a str> {
        if !self.is_in_path {
            return Some(path);
        }
        let (segment, rest) = split_segment(path.strip_prefix('/')?);
        if decode(segment) != self.name {
            return None;
        }
        Some(if rest.is_some() { &path["/".len() + segment.len()..] } else { "/" })
    }
}

impl Default for Stage {
    /// The stage `$default`.
    fn default() -> Self {
        Self { name: DEFAULT.into(), is_in_path: false }
    }
}

impl From<String> for Stage {
    fn from(name: String) -> Self {
        Self { is_in_path: name != DEFAULT, name: name.into() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Stage;

    #[test]
    fn routes_see_what_follows_a_named_stage() {
        let stage = Stage::from("prod".to_owned());
        for (path, rest) in [
            ("/prod/api/user", Some("/api/user")),
            ("/prod/", Some("/")),
            ("/prod", Some("/")),
            ("/prod//a", Some("//a")),
            ("/pro%64/a%2Fb", Some("/a%2Fb")),
            ("/prod/prod", Some("/prod")),
            ("/production/a", None),
            ("/Prod/a", None),
            ("/", None),
            ("", None),
            ("//prod/a", None),
            ("*", None),
        ] {
            assert_eq!(stage.rest(path), rest, "{path}");
        }
    }

    #[test]
    fn custom_domain_has_no_stage_in_the_path() {
        let stage = Stage::from("prod".to_owned()).out_of_path();
        assert_eq!(stage.rest("/api/user"), Some("/api/user"));
        assert_eq!(stage.name(), "prod");
    }

    #[test]
    fn the_default_stage_has_no_prefix() {
        for path in ["/api/user", "/", "/$default/a", "*"] {
            assert_eq!(Stage::default().rest(path), Some(path));
        }
        assert_eq!(Stage::from("$default".to_owned()), Stage::default());
    }

    proptest! {
        #[test]
        fn rest_after_the_stage_is_the_end_of_the_path(path in "/?[a-b%/é0-9]{0,8}", name in "[ab]{1,2}") {
            let rest = Stage::from(name).rest(&path).map(ToOwned::to_owned);
            prop_assert!(rest.is_none_or(|rest| rest == "/" || path.ends_with(&rest) && rest.starts_with('/')));
        }
    }
}
