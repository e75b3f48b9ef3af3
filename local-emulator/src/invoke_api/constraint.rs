//! The constraints of the API's model, and AWS's words about parameters that break them.

use super::function_name;

/// The most bytes of a payload whose caller waits for the answer:
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html> says 6 MB, and AWS's own error has this number:
/// <https://github.com/awslabs/aws-athena-query-federation/issues/793>.
pub(super) const LONGEST_PAYLOAD: usize = 6 * 1024 * 1024;

/// The most bytes of an asynchronous event. The limit is 1 MB; that this means 2^20 bytes is undocumented (INV-5).
pub(super) const LONGEST_EVENT: usize = 1024 * 1024;

/// A parameter that breaks a constraint of the model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Value '{value}' at '{parameter}' failed to satisfy constraint: {constraint}")]
pub(super) struct Violation {
    parameter: &'static str,
    value: String,
    constraint: Constraint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Constraint {
    #[error("Member must satisfy regular expression pattern: {0}")]
    Pattern(&'static str),
    #[error("Member must have length less than or equal to {0}")]
    AtMost(usize),
    #[error("Member must have length greater than or equal to 1")]
    NotEmpty,
    #[error("Member must satisfy enum value set: [{0}]")]
    OneOf(&'static str),
}

const LONGEST_QUALIFIER: usize = 128;
const QUALIFIER_PATTERN: &str = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";

fn violation(parameter: &'static str, value: &str, constraint: Constraint) -> Violation {
    Violation { parameter, value: value.to_owned(), constraint }
}

/// Returns the violation of a function name that does not match [`function_name::PATTERN`].
pub(super) fn function_name(value: &str) -> Violation {
    violation("functionName", value, Constraint::Pattern(function_name::PATTERN))
}

/// Returns the violation of a value that is not in an enumeration. The order in which AWS lists the enumeration is undocumented
/// (INV-3).
pub(super) fn not_one_of(parameter: &'static str, value: &str, set: &'static str) -> Violation {
    violation(parameter, value, Constraint::OneOf(set))
}

/// Returns the violation of a qualifier, if there is one.
pub(super) fn qualifier(value: &str) -> Option<Violation> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$');
    let broken = if value.is_empty() {
        Constraint::NotEmpty
    } else if value.chars().count() > LONGEST_QUALIFIER {
        Constraint::AtMost(LONGEST_QUALIFIER)
    } else if value != "$LATEST.PUBLISHED" && !value.bytes().all(fits) {
        Constraint::Pattern(QUALIFIER_PATTERN)
    } else {
        return None;
    };
    Some(violation("qualifier", value, broken))
}

#[cfg(test)]
mod tests {
    use super::qualifier;

    #[test]
    fn version_alias_and_latest_are_qualifiers() {
        for good in ["$LATEST", "$LATEST.PUBLISHED", "$latest", "7", "live", "a-b_c", &"a".repeat(128)] {
            assert_eq!(qualifier(good), None, "{good}");
        }
        for (bad, words) in [
            (
                "invalid!",
                r"Value 'invalid!' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
            ),
            (
                "",
                "Value '' at 'qualifier' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
        ] {
            assert_eq!(qualifier(bad).unwrap().to_string(), words);
        }
        let long = qualifier(&"a".repeat(129)).unwrap().to_string();
        assert!(long.ends_with("Member must have length less than or equal to 128"), "{long}");
    }
}
