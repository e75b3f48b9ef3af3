//! A text as a scalar that every reader takes for that text.

use super::node::Quotes;

/// The context of a new scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalarContext {
    /// Below a key, with the rest of the line to itself.
    Block,
    /// A value between braces or brackets.
    Flow,
    /// A value between braces or brackets where each text has double quotes.
    Json,
}

/// Writes a text in the requested quotes, if they are possible.
pub(super) fn scalar(text: &str, quotes: Quotes, context: ScalarContext) -> String {
    let is_printable = text.chars().all(|c| !c.is_control());
    match quotes {
        _ if context == ScalarContext::Json || !is_printable => double_quoted(text),
        Quotes::Double => double_quoted(text),
        Quotes::Plain if is_plain(text, context) => text.to_owned(),
        _ => format!("'{}'", text.replace('\'', "''")),
    }
}

/// Writes a text in double quotes. JSON's escapes are valid in YAML.
fn double_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn is_plain(text: &str, context: ScalarContext) -> bool {
    let is_indicator = |c: char| "{}[],".contains(c);
    is_text(text)
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || "/$.".contains(c))
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/_.:+-$*{}[],".contains(c))
        && !text.ends_with(':')
        && (context == ScalarContext::Block || !text.contains(is_indicator))
}

/// Whether no reader takes the text for a number, a date, a boolean or null. YAML 1.1, which SAM reads, has more words
/// for those than YAML 1.2: <https://yaml.org/type/bool.html>, <https://yaml.org/type/float.html>.
pub(super) fn is_text(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ".inf", ".nan", "<<"];
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    let first = text.strip_prefix(['+', '-', '.']).unwrap_or(text);
    !(text.is_empty() || is_word || first.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::{Quotes, ScalarContext, scalar};

    #[test]
    fn scalar_has_quotes_where_it_needs_them() {
        use ScalarContext::{Block, Flow, Json};
        for (text, context, expected) in [
            ("/api/posts/{id}", Block, "/api/posts/{id}"),
            ("/api/posts/{id}", Flow, "'/api/posts/{id}'"),
            ("/api/a:b", Block, "/api/a:b"),
            ("AWS::Serverless::Function", Flow, "AWS::Serverless::Function"),
            ("/api/docs/{slug+}", Json, "\"/api/docs/{slug+}\""),
            ("api-user", Flow, "api-user"),
            ("$default", Block, "$default"),
            ("no", Block, "'no'"),
            ("Y", Block, "'Y'"),
            ("1e3", Block, "'1e3'"),
            ("2001-01-01", Block, "'2001-01-01'"),
            ("", Block, "''"),
            ("it's", Block, "'it''s'"),
            ("a\nb", Block, "\"a\\nb\""),
            ("é", Block, "'é'"),
        ] {
            assert_eq!(scalar(text, Quotes::Plain, context), expected, "{text}");
        }
        assert_eq!(scalar("a", Quotes::Single, Block), "'a'");
        assert_eq!(scalar("a", Quotes::Double, Flow), "\"a\"");
        assert_eq!(scalar("a", Quotes::Block, Block), "'a'");
    }
}
