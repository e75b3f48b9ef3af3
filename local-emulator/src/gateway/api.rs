//! An API as its events, its ARNs and its routes describe it.

use std::time::Duration;

use api_routes_project::aws::PayloadFormat;
use http::Method;

use super::Guard;

/// The ids of an API, as events and ARNs name them.
#[derive(Clone, Debug)]
pub struct Api {
    /// The account of the API: twelve digits.
    pub account_id: String,
    /// The id of the API: ten letters and digits.
    pub api_id: String,
    /// The region that ARNs name.
    pub region: String,
}

impl Default for Api {
    /// The account of AWS's own examples, and an id of AWS's form.
    fn default() -> Self {
        Self {
            account_id: "123456789012".to_owned(),
            api_id: "localhost0".to_owned(),
            region: "us-east-1".to_owned(),
        }
    }
}

/// The integration of a route with a Lambda function.
#[derive(Clone, Debug)]
pub struct Integration<F> {
    /// The function that the route invokes.
    pub function: F,
    /// The format of its events; an HTTP API has both.
    pub payload_format: PayloadFormat,
    /// The time limit for an answer, or for the beginning of a stream. `None` means the limit of the front door.
    pub timeout: Option<Duration>,
    /// Whether a REST API sends the function's stream to the client: `ResponseTransferMode: RESPONSE_STREAM`.
    pub streams: bool,
    /// The authorization of the route.
    pub guard: Guard<F>,
}

impl<F> From<F> for Integration<F> {
    /// Invokes the function with the defaults of its front door.
    fn from(function: F) -> Self {
        Self {
            function,
            payload_format: PayloadFormat::default(),
            timeout: None,
            streams: false,
            guard: Guard::default(),
        }
    }
}

/// Returns the ARN of a method or a route, which authorizers get and policies name:
/// `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}`, whose path has no slash at its beginning and no
/// stage.
///
/// The path is the path of the request, not of the resource: `GET/pets/7`
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html>).
pub(super) fn method_arn(region: &str, api: &Api, stage: &str, method: &Method, path: &str) -> String {
    let Api { account_id, api_id, .. } = api;
    let path = path.strip_prefix('/').unwrap_or(path);
    format!("arn:{}:execute-api:{region}:{account_id}:{api_id}/{stage}/{method}/{path}", partition(region))
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html#arns-syntax>
fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second ARN is from `README.md` in <https://github.com/chrispsheehan/lambda-ssr-react-app>.
    #[test]
    fn path_follows_the_method_without_its_slash() {
        let api =
            Api { account_id: "123456789012".to_owned(), api_id: "abcdef123".to_owned(), ..Api::default() };
        for (region, stage, path, arn) in [
            (
                "us-east-1",
                "test",
                "/request",
                "arn:aws:execute-api:us-east-1:123456789012:abcdef123/test/GET/request",
            ),
            ("eu-west-2", "dev", "/", "arn:aws:execute-api:eu-west-2:123456789012:abcdef123/dev/GET/"),
            (
                "us-east-1",
                "$default",
                "/a/b/",
                "arn:aws:execute-api:us-east-1:123456789012:abcdef123/$default/GET/a/b/",
            ),
            ("us-east-1", "dev", "//a", "arn:aws:execute-api:us-east-1:123456789012:abcdef123/dev/GET//a"),
            ("cn-north-1", "dev", "/a", "arn:aws-cn:execute-api:cn-north-1:123456789012:abcdef123/dev/GET/a"),
            (
                "us-gov-west-1",
                "dev",
                "/a",
                "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abcdef123/dev/GET/a",
            ),
        ] {
            assert_eq!(method_arn(region, &api, stage, &Method::GET, path), arn);
        }
    }
}
