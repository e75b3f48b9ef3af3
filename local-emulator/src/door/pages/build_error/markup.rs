//! The page of a function that does not build. It shows the compiler's message in colour, and reloads when the function builds.

use std::fmt::Write as _;

use crate::door::pages::{INSPECTOR_PATH, escape_html};

/// Follows the function in the inspector's stream. The script finds the function by the compiler's message.
const SCRIPT: &str = include_str!("page.js");

const STYLE: &str = include_str!("page.css");

/// The CSS class of a part of the compiler's message, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Plain,
    Error,
    Warning,
    /// Notes and help.
    Note,
    /// Arrows, line numbers and bars.
    Gutter,
    /// A file with its line.
    Place,
    Strong,
}

/// A page, and the content security policy that it needs.
pub(super) struct Page {
    pub(super) html: String,
    pub(super) policy: String,
}

impl Page {
    /// Builds a page. `nonce` is a new word for each page, and marks style and script as the emulator's.
    pub(super) fn new(words: &str, nonce: &str, has_inspector: bool) -> Self {
        let place = place(words).map(escape_html).unwrap_or_default();
        let (script, foot) = if has_inspector {
            let path = INSPECTOR_PATH;
            let foot = format!(
                "<p id=\"state\" role=\"status\">This page reloads when the function builds.</p>\
                 <p><a href=\"{path}#/functions\">Functions and requests</a></p>"
            );
            (format!("<script nonce=\"{nonce}\" data-stream=\"{path}/api/stream\">{SCRIPT}</script>"), foot)
        } else {
            (String::new(), "<p>Reload the page when the function builds.</p>".to_owned())
        };
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>The function does not build</title>\
             <style nonce=\"{nonce}\">{STYLE}</style><main><h1>The function does not build</h1>\
             <p class=\"place\">{place}</p><pre id=\"words\" tabindex=\"0\">{}</pre>{foot}</main>{script}</html>\n",
            coloured(words)
        );
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self { html, policy }
    }
}

/// Returns the first file that the message names, with line and column.
fn place(words: &str) -> Option<&str> {
    words.lines().find_map(|line| line.trim_start().strip_prefix("--> "))
}

fn coloured(words: &str) -> String {
    let mut html = String::new();
    for line in words.lines() {
        for (class, text) in parts(line) {
            let text = escape_html(text);
            // Writing to a string does not fail.
            let _ = match class.name() {
                Some(name) => write!(html, "<span class=\"{name}\">{text}</span>"),
                None => write!(html, "{text}"),
            };
        }
        html.push('\n');
    }
    html
}

/// Splits a line of a diagnostic into its parts, as rustc lays it out.
fn parts(line: &str) -> Vec<(Class, &str)> {
    let text = line.trim_start();
    if let Some(heading) = heading(line) {
        return heading;
    }
    if let Some(place) = text.strip_prefix("--> ").or_else(|| text.strip_prefix("::: ")) {
        return vec![(Class::Gutter, &line[..line.len() - place.len()]), (Class::Place, place)];
    }
    if let Some(note) = text.strip_prefix("= ") {
        let (gutter, length) =
            (&line[..line.len() - note.len()], note.find(':').map_or(0, |colon| colon + 1));
        return vec![
            (Class::Gutter, gutter),
            (Class::Strong, &note[..length]),
            (Class::Plain, &note[length..]),
        ];
    }
    let digits = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if let Some(code) = digits.trim_start().strip_prefix('|') {
        let gutter = (Class::Gutter, &line[..line.len() - code.len()]);
        let has_marks = digits.len() == text.len() && code.contains(['^', '-', '+', '~']);
        return vec![gutter, (if has_marks { Class::Error } else { Class::Plain }, code)];
    }
    vec![(Class::Plain, line)]
}

/// Returns the parts of a line such as `error[E0425]: cannot find value`.
fn heading(line: &str) -> Option<Vec<(Class, &str)>> {
    let (level, message) = line.split_once(": ")?;
    let class = match level.split('[').next()? {
        "error" => Class::Error,
        "warning" => Class::Warning,
        "note" | "help" => Class::Note,
        _ => return None,
    };
    Some(vec![
        (class, level),
        (Class::Strong, &line[level.len()..line.len() - message.len()]),
        (Class::Strong, message),
    ])
}

impl Class {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Error => Some("error"),
            Self::Warning => Some("warning"),
            Self::Note => Some("note"),
            Self::Gutter => Some("gutter"),
            Self::Place => Some("file"),
            Self::Strong => Some("strong"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Page, coloured, parts};

    const WORDS: &str = "error[E0425]: cannot find value `nothing` in this scope\n \
                         --> functions/api/user/src/main.rs:7:5\n  |\n7 |     nothing<T>\n  |     ^^^^^^^ not found\n  |\n  \
                         = note: see https://example.com\n";

    #[test]
    fn lines_of_a_diagnostic_have_their_colours() {
        for (line, expected) in [
            (
                "error[E0425]: oops",
                vec![(Class::Error, "error[E0425]"), (Class::Strong, ": "), (Class::Strong, "oops")],
            ),
            (" --> a/b.rs:7:5", vec![(Class::Gutter, " --> "), (Class::Place, "a/b.rs:7:5")]),
            ("7 |     a - b", vec![(Class::Gutter, "7 |"), (Class::Plain, "     a - b")]),
            ("  |  ^^ not found", vec![(Class::Gutter, "  |"), (Class::Error, "  ^^ not found")]),
            ("  = note: x", vec![(Class::Gutter, "  = "), (Class::Strong, "note:"), (Class::Plain, " x")]),
            ("something: else", vec![(Class::Plain, "something: else")]),
            ("", vec![(Class::Plain, "")]),
        ] {
            assert_eq!(parts(line), expected, "{line}");
            assert_eq!(parts(line).iter().map(|(_, text)| *text).collect::<String>(), line);
        }
    }

    #[test]
    fn markup_in_the_message_is_escaped() {
        let html = coloured("error: <script>alert(\"1\")</script>");
        assert!(html.contains("&lt;script&gt;alert(&quot;1&quot;)") && !html.contains("<script"), "{html}");
    }

    #[test]
    fn page_has_a_script_only_with_a_stream() {
        let page = Page::new(WORDS, "abc", true);
        assert!(
            page.html.contains("<p class=\"place\">functions/api/user/src/main.rs:7:5</p>"),
            "{}",
            page.html
        );
        assert!(
            page.html.contains("<script nonce=\"abc\"") && page.policy.contains("script-src 'nonce-abc'")
        );
        assert!(!Page::new(WORDS, "abc", false).html.contains("<script"));
    }
}
