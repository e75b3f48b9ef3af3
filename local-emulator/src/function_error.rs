//! A function's error, in one line for its developer. No client ever sees that line.

use std::fmt::Display;

use serde::Deserialize;

use crate::printer::Printer;

/// The longest summary, in characters; the rest is cut off. A stack trace belongs in the function's own log.
const LIMIT: usize = 1_000;

/// An error as [runtimes post it](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror).
/// A runtime may leave out both members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: Option<String>,
    error_message: Option<String>,
}

/// Prints why the function of `route` failed.
pub(crate) fn explain(printer: &Printer, route: &str, reason: impl Display) {
    printer.warning(format_args!("`{route}` failed: {reason}"));
}

/// Returns `errorType: errorMessage`, or the posted text if it has neither.
pub(crate) fn summary(posted: &[u8]) -> String {
    let words =
        serde_json::from_slice::<FunctionError>(posted).map(|error| [error.error_type, error.error_message]);
    let words: Vec<_> = words.into_iter().flatten().flatten().collect();
    if words.is_empty() { one_line(&String::from_utf8_lossy(posted)) } else { one_line(&words.join(": ")) }
}

/// Returns `errorMessage`, if the error has one.
pub(crate) fn message(posted: &[u8]) -> Option<String> {
    serde_json::from_slice::<FunctionError>(posted).ok()?.error_message
}

/// Returns the text in one line, without control characters.
fn one_line(text: &str) -> String {
    let text = text.trim();
    let line: String = text.chars().take(LIMIT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.len() {
        0 => "it does not say why".to_owned(),
        length if length < text.len() => format!("{line}…"),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, summary};

    #[test]
    fn summary_has_the_type_and_the_message() {
        for (posted, line) in [
            (r#"{"errorType":"Sad","errorMessage":"no\nmore","stackTrace":[]}"#, "Sad: no more"),
            (r#"{"errorMessage":"no"}"#, "no"),
            (r#"{"errorType":"Sad","errorMessage":null}"#, "Sad"),
            (r#"{"errorType":7}"#, r#"{"errorType":7}"#),
            ("{}", "{}"),
            ("\x1b[2Jplain words\r\n", " [2Jplain words"),
            ("", "it does not say why"),
        ] {
            assert_eq!(summary(posted.as_bytes()), line, "{posted}");
        }
    }

    #[test]
    fn long_error_is_cut_off_between_two_characters() {
        let line = summary("é".repeat(LIMIT + 1).as_bytes());
        assert_eq!(line, format!("{}…", "é".repeat(LIMIT)));
        assert_eq!(summary("é".repeat(LIMIT).as_bytes()).chars().count(), LIMIT);
    }
}
