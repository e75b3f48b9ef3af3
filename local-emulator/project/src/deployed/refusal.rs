//! Interprets an error message of `aws`. The exit code only says that the program failed.

use super::StackError;

/// The maximum number of characters that are repeated of a message of `aws`.
const LONGEST: usize = 600;

/// Words of a login by IAM Identity Center: <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html>.
const SSO: [&str; 3] = ["sso login", "SSO", "from sso"];

/// Words about credentials that are missing or no longer valid.
const CREDENTIALS: [&str; 11] = [
    "Unable to locate credentials",
    "Partial credentials",
    "The config profile (",
    "(ExpiredToken",
    "(InvalidClientTokenId)",
    "(UnrecognizedClientException)",
    "(InvalidSignatureException)",
    "(SignatureDoesNotMatch)",
    "(MissingAuthenticationToken",
    "(RequestExpired)",
    "session has expired",
];

const ACCESS: [&str; 3] = ["(AccessDenied", "(UnauthorizedOperation)", "is not authorized to perform"];

/// Returns the error for a message of `aws`; `command` is the command that failed.
pub(super) fn error(command: String, stderr: &str) -> StackError {
    let words = in_one_line(stderr);
    let has = |all: &[&str]| all.iter().any(|part| words.contains(part));
    if has(&CREDENTIALS) || has(&SSO) {
        return StackError::NotLoggedIn { login: login(&words), words };
    }
    if has(&["You must specify a region"]) {
        StackError::NoRegion { words }
    } else if has(&ACCESS) {
        StackError::NoAccess { command, words }
    } else if has(&["(ValidationError)"]) && has(&["does not exist"]) {
        StackError::NoStack { command, words }
    } else if has(&["(ResourceNotFoundException)"]) {
        StackError::NoFunction { command, words }
    } else {
        StackError::Refused { command, words }
    }
}

/// Returns the login command. The message names `aws login` if the program has that verb.
fn login(words: &str) -> &'static str {
    if SSO.iter().any(|part| words.contains(part)) {
        "aws sso login"
    } else if words.contains("aws login") {
        "aws login"
    } else {
        "aws configure"
    }
}

/// Returns the message in one line, or a replacement for an empty message.
fn in_one_line(stderr: &str) -> String {
    let words = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        _ if words.is_empty() => "(nothing)".to_owned(),
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, error, in_one_line};

    /// The messages are from aws-cli 1.44 and 2.31, and from the services.
    #[test]
    fn refusal_names_the_next_step() {
        let called = |operation: &str, code: &str, words: &str| {
            format!("\nAn error occurred ({code}) when calling the {operation} operation: {words}\n")
        };
        let list = |code: &str, words: &str| called("ListStackResources", code, words);
        for (words, next) in [
            (
                "Unable to locate credentials. You can configure credentials by running \"aws configure\".".to_owned(),
                "run `aws configure`",
            ),
            (
                "Unable to locate credentials. You can configure credentials by running \"aws login\".".to_owned(),
                "run `aws login`",
            ),
            (
                "Error when retrieving token from sso: Token has expired and refresh failed".to_owned(),
                "run `aws sso login`",
            ),
            (
                "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO \
                 session run aws sso login with the corresponding profile."
                    .to_owned(),
                "run `aws sso login`",
            ),
            (list("ExpiredToken", "The security token included in the request is expired"), "run `aws configure`"),
            (list("InvalidClientTokenId", "The security token … is invalid."), "run `aws configure`"),
            ("The config profile (prod) could not be found".to_owned(), "run `aws configure`"),
            (
                "You must specify a region. You can also configure your region by running \"aws configure\".".to_owned(),
                "set `AWS_REGION`",
            ),
            (list("ValidationError", "Stack with id blog does not exist"), "describe-stacks"),
            (
                list("AccessDenied", "User: x is not authorized to perform: cloudformation:ListStackResources"),
                "needs `cloudformation:ListStackResources`",
            ),
            (
                called("GetFunctionConfiguration", "AccessDeniedException", "User: x is not authorized to perform"),
                "`lambda:GetFunctionConfiguration`",
            ),
            (
                called("GetFunctionConfiguration", "ResourceNotFoundException", "Function not found: arn:aws:…"),
                "deploy the stack again",
            ),
            (list("Throttling", "Rate exceeded"), "`aws x` failed: run it yourself"),
            (String::new(), "it says: (nothing)"),
        ] {
            let message = error("aws x".to_owned(), &words).to_string();
            assert!(message.contains(next), "{words}: {message}");
            assert!(message.contains(words.trim()), "{message}");
        }
    }

    #[test]
    fn words_are_one_line_with_an_end() {
        assert_eq!(in_one_line("\n a\n\n  b\t\n"), "a b");
        assert_eq!(in_one_line(&"ä".repeat(LONGEST + 1)), format!("{}…", "ä".repeat(LONGEST)));
    }
}
