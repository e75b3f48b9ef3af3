//! The name by which a caller names a function: its name, its ARN, or a part of its ARN.
//!
//! The pattern is that of `NamespacedFunctionName` in AWS's model of the API. AWS's answer to a name that does not match contains
//! the pattern.

/// The pattern of AWS's answers, captured in
/// <https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/lambda_/test_lambda_api.snapshot.json>.
pub(super) const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

/// The parts of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FunctionName<'a> {
    pub(super) region: Option<&'a str>,
    pub(super) account: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) qualifier: Option<&'a str>,
}

impl<'a> FunctionName<'a> {
    /// Parses a name. `None` if the text does not match [`PATTERN`].
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut rest = without_arn_prefix(text);
        let region = take(&mut rest, is_region);
        let account = take(&mut rest, is_account);
        take(&mut rest, |part| part == "function");
        let (name, qualifier) = match rest.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (rest, None),
        };
        let fits = is_name(name) && qualifier.is_none_or(is_qualifier);
        fits.then_some(Self { region, account, name, qualifier })
    }
}

fn without_arn_prefix(text: &str) -> &str {
    let rest = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":lambda:"));
    rest.filter(|(partition, _)| is_partition(partition)).map_or(text, |(_, rest)| rest)
}

/// Takes the part before the next colon, if it `fits`.
fn take<'a>(rest: &mut &'a str, fits: impl Fn(&str) -> bool) -> Option<&'a str> {
    let (part, behind) = rest.split_once(':').filter(|(part, _)| fits(part))?;
    *rest = behind;
    Some(part)
}

fn is_partition(text: &str) -> bool {
    let letters = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    text.is_empty() || text.strip_prefix("aws").is_some_and(letters)
}

/// Whether a text is a region, such as `us-east-1`, `us-gov-west-1`, `us-isob-east-1` or `eusc-de-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.strip_prefix("eusc-").unwrap_or(text).split('-').collect();
    let is_lower = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_kind =
        |part: &str| part == "gov" || (part.starts_with("iso") && part.len() <= 4 && is_lower(part));
    let (country, direction, number) = match parts[..] {
        [country, direction, number] => (country, direction, number),
        [country, kind, direction, number] if is_kind(kind) => (country, direction, number),
        _ => return false,
    };
    country.len() == 2 && is_lower(country) && is_lower(direction) && is_digits(number, 1)
}

fn is_account(text: &str) -> bool {
    is_digits(text, 12)
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| is_word(byte) || byte == b'.')
}

fn is_qualifier(text: &str) -> bool {
    matches!(text, "$LATEST" | "$LATEST.PUBLISHED") || (!text.is_empty() && text.bytes().all(is_word))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::FunctionName;

    fn parsed(text: &str) -> Option<[&str; 4]> {
        let FunctionName { region, account, name, qualifier } = FunctionName::parse(text)?;
        Some([region.unwrap_or_default(), account.unwrap_or_default(), name, qualifier.unwrap_or_default()])
    }

    #[test]
    fn name_arn_and_partial_arn_name_a_function() {
        const ACCOUNT: &str = "123456789012";
        for (text, parts) in [
            ("hello", ["", "", "hello", ""]),
            ("hello:$LATEST", ["", "", "hello", "$LATEST"]),
            ("hello:$LATEST.PUBLISHED", ["", "", "hello", "$LATEST.PUBLISHED"]),
            ("hello:live", ["", "", "hello", "live"]),
            ("a_b-c.d", ["", "", "a_b-c.d", ""]),
            ("function:hello", ["", "", "hello", ""]),
            ("123456789012:function:hello", ["", ACCOUNT, "hello", ""]),
            ("123456789012:hello:7", ["", ACCOUNT, "hello", "7"]),
            ("us-east-1:123456789012:function:hello", ["us-east-1", ACCOUNT, "hello", ""]),
            ("arn:aws:lambda:us-east-1:123456789012:function:hello", ["us-east-1", ACCOUNT, "hello", ""]),
            ("arn:aws-cn:lambda:cn-north-1:123456789012:function:x:1", ["cn-north-1", ACCOUNT, "x", "1"]),
            ("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:x", ["us-gov-west-1", ACCOUNT, "x", ""]),
            ("arn::lambda:us-isob-east-1:123456789012:x", ["us-isob-east-1", ACCOUNT, "x", ""]),
            ("eusc-de-east-1:x", ["eusc-de-east-1", "", "x", ""]),
            // Recorded: an ARN that ends in `function` names a function of that name.
            ("arn:aws:lambda:us-east-1:123456789012:function", ["us-east-1", ACCOUNT, "function", ""]),
        ] {
            assert_eq!(parsed(text), Some(parts), "{text}");
        }
    }

    /// The names that AWS refused when the snapshot that the pattern is from was recorded.
    #[test]
    fn names_that_aws_refuses_do_not_parse() {
        for text in [
            "",
            "*",
            "my-function!",
            "a/b",
            "é",
            "invalid-account:function:my-function",
            "arn:aws:lambda:invalid-region:123456789012:function:my-function",
            "arn:aws:ec2:us-east-1:123456789012:instance:i-1234567890abcdef0",
            "arn:aws:lambda:us-east-1:123456789012:function:my-function:1:2",
            "function:my-function:$LATEST:extra",
            "arn:aws:lambda::123456789012:function:my-function",
            "arn:aws:lambda:us-east-1::function:my-function",
            "arn:aws:lambda:us-east-1:123456789012:function:my-function:$LATES",
            "hello:",
            ":hello",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
