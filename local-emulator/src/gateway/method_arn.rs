//! The ARN of a method or a route, which an authorizer is told, and which its policy names.

use http::Method;

use super::Api;

/// `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{method}/{path}`, whose path has no slash at its beginning and no
/// stage.
///
/// The path is that of the request and not that of the resource: `GET/pets/7`
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

    /// The second is of `README.md` in <https://github.com/chrispsheehan/lambda-ssr-react-app>.
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
