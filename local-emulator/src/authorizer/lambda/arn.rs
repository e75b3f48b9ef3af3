//! ARNs with the wildcards of IAM.

use std::borrow::Cow;

use crate::wildcard::is_match;

/// The number of colons in an ARN before its resource.
const COLONS: usize = 5;

/// Whether the resource of a statement means `arn`. AWS completes an ARN with too few fields by `*` for the others:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
pub(super) fn is_arn_match(pattern: &str, arn: &str) -> bool {
    pattern == "*" || is_match(&completed(pattern), arn)
}

fn completed(pattern: &str) -> Cow<'_, str> {
    let missing = COLONS.saturating_sub(pattern.matches(':').count());
    if missing == 0 { pattern.into() } else { format!("{pattern}{}", ":*".repeat(missing)).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/a:b";

    /// The first four are the examples of
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html>.
    #[test]
    fn incomplete_arn_means_all_of_the_rest() {
        for (pattern, matches) in [
            ("arn:aws:execute-api:*:*:*", true),
            ("arn:aws:execute-api:us-east-1:*:*", true),
            ("arn:aws:execute-api:us-east-1:*:a1b2c3d4e5/*", true),
            ("arn:aws:execute-api:us-east-1:*:a1b2c3d4e5/test/*", false),
            ("*", true),
            ("arn:aws:execute-api", true),
            ("arn:aws:execute-api:*", true),
            ("arn:aws:execute-api:**", true),
            ("arn:aws:execute-api:us-west-2:*", false),
            ("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*/GET/pets/*", true),
            ("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET", false),
            ("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/???/pets/a:b", true),
            ("arn:aws:execute-api:us-east-1:123456789012:A1B2C3D4E5/*", false),
            ("arn:aws:execute-api:*/dev/*", false),
            ("arn:aws:lambda:*", false),
            ("", false),
            ("pets", false),
        ] {
            assert_eq!(is_arn_match(pattern, ARN), matches, "{pattern}");
        }
    }
}
