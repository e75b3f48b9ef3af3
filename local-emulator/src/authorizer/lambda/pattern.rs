//! The wildcards of IAM, in actions and in ARNs.

use std::borrow::Cow;

/// The number of colons in an ARN before its resource.
const COLONS: usize = 5;

/// Whether `text` matches `pattern`, in which `*` matches any characters, including `/` and `:`, and `?` matches one.
///
/// Only the last `*` is ever retried: an earlier `*` that matched more would leave less for the rest. So the time is at
/// most the product of the two lengths.
pub(super) fn is_match(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut again) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(b'?') => {
                p += 1;
                t += character_length(text, t);
            }
            Some(byte) if *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = again else { return false };
                again = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Whether the resource of a statement matches `arn`. AWS completes an ARN with too few fields by a `*` for each
/// missing field: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.
pub(super) fn is_arn_match(pattern: &str, arn: &str) -> bool {
    pattern == "*" || is_match(&completed(pattern), arn)
}

fn completed(pattern: &str) -> Cow<'_, str> {
    let missing = COLONS.saturating_sub(pattern.matches(':').count());
    if missing == 0 { pattern.into() } else { format!("{pattern}{}", ":*".repeat(missing)).into() }
}

/// Returns the number of bytes of the character that begins at `at`.
fn character_length(text: &[u8], at: usize) -> usize {
    1 + text[at + 1..].iter().take_while(|byte| **byte & 0xc0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn asterisk_stands_for_any_and_question_mark_for_one() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("*", "", true),
            ("*", "a/b:c", true),
            ("a*", "a", true),
            ("a*c", "a/b/c", true),
            ("a*c", "a/b/d", false),
            ("a?c", "abc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("a?c", "a/c", true),
            ("*b*b", "abab", true),
            ("*ab", "aab", true),
            ("a**", "ab", true),
            ("ab", "aB", false),
            ("?", "", false),
            ("a", "ab", false),
            ("*é", "aé", true),
        ] {
            assert_eq!(is_match(pattern, text), matches, "{pattern} {text}");
        }
    }

    const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/a:b";

    /// The first four rows are the examples of
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

    proptest! {
        #[test]
        fn every_pattern_ends(pattern in "[a*?é]{0,12}", text in "[aé:/]{0,12}") {
            let matches = is_match(&pattern, &text);
            prop_assert!(matches || pattern != "*");
            prop_assert!(is_match(&text, &text));
        }
    }
}
