//! The stage with which a path begins.

use crate::gateway::error::GatewayError;

/// The stage of an API that has only one.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) name: String,
    /// False behind a custom domain name, whose base path mapping names the stage.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html>
    pub(super) is_in_path: bool,
}

impl Default for Stage {
    /// The stage of SAM's implicit REST API.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html>
    fn default() -> Self {
        Self { name: "Prod".to_owned(), is_in_path: true }
    }
}

/// A path, encoded as the client sent it, in the two forms that an event has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Addressed<'a> {
    /// `path`: without the stage.
    pub(super) path: &'a str,
    /// `requestContext.path`: with the stage, if the client sent it.
    pub(super) full: &'a str,
}

impl Stage {
    /// Splits `sent` after the stage. Several slashes at the beginning become one, and so do several slashes after the stage in
    /// `path`, as in
    /// `tests/aws/services/apigateway/test_apigateway_lambda.snapshot.json` of
    /// <https://github.com/localstack/localstack>, recorded against AWS.
    pub(super) fn address<'a>(&self, sent: &'a str) -> Result<Addressed<'a>, GatewayError> {
        let full = with_one_slash(sent);
        if !self.is_in_path {
            return Ok(Addressed { path: full, full });
        }
        let behind = full.strip_prefix('/').and_then(|full| full.strip_prefix(&*self.name));
        let behind = behind.filter(|behind| behind.is_empty() || behind.starts_with('/'));
        let behind = behind.ok_or_else(|| GatewayError::NoStage(self.name.clone()))?;
        Ok(Addressed { path: with_one_slash(behind), full })
    }
}

/// Reduces the slashes at the beginning to one. A path without a slash is empty, or the `*` of `OPTIONS *`.
fn with_one_slash(path: &str) -> &str {
    let trimmed = path.trim_start_matches('/');
    (path.len() - trimmed.len()).checked_sub(1).map_or("/", |at| &path[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addressed(stage: &Stage, sent: &str) -> Option<(String, String)> {
        let Addressed { path, full } = stage.address(sent).ok()?;
        Some((path.to_owned(), full.to_owned()))
    }

    #[test]
    fn the_stage_is_cut_off_as_measured() {
        let stage = Stage { name: "stage".to_owned(), is_in_path: true };
        for (sent, path, full) in [
            ("/stage/proxy-value", "/proxy-value", "/stage/proxy-value"),
            ("/stage/proxy-value/", "/proxy-value/", "/stage/proxy-value/"),
            ("/stage/a//double-slash", "/a//double-slash", "/stage/a//double-slash"),
            ("//stage/proxy-value", "/proxy-value", "/stage/proxy-value"),
            ("/stage//proxy-value", "/proxy-value", "/stage//proxy-value"),
            (
                "/stage/test%2Balias@x/test+alias",
                "/test%2Balias@x/test+alias",
                "/stage/test%2Balias@x/test+alias",
            ),
            ("/stage", "/", "/stage"),
            ("/stage/", "/", "/stage/"),
        ] {
            assert_eq!(addressed(&stage, sent), Some((path.to_owned(), full.to_owned())), "{sent}");
        }
    }

    #[test]
    fn a_path_of_another_stage_has_no_resource() {
        let stage = Stage { name: "stage".to_owned(), is_in_path: true };
        for sent in ["/", "", "*", "/hello", "/stages/a", "/Stage/a", "/a/stage/b", "/st%61ge/a"] {
            assert_eq!(stage.address(sent), Err(GatewayError::NoStage("stage".to_owned())), "{sent}");
        }
    }

    #[test]
    fn custom_domain_name_keeps_the_path() {
        let stage = Stage { name: "stage".to_owned(), is_in_path: false };
        for (sent, path) in
            [("/a/b/", "/a/b/"), ("//a", "/a"), ("/stage/a", "/stage/a"), ("/", "/"), ("*", "/")]
        {
            assert_eq!(addressed(&stage, sent), Some((path.to_owned(), path.to_owned())), "{sent}");
        }
    }
}
