//! Reads JSON and forms into types, and reports the place of a value that does not fit.

use http::StatusCode;
use serde::de::value::Error as Mismatch;
use serde::de::{DeserializeOwned, IgnoredAny, IntoDeserializer};
use serde_json::json;

use crate::claims::Claim;
use crate::error::ApiError;
use crate::form::{Form, Misfit, NOT_A_LIST};

/// A mistake in an input: its form as a whole, or one field.
pub(crate) enum Fault {
    Syntax(String),
    Field { path: String, message: String },
}

impl Fault {
    /// Makes a 400: `malformed` if the input cannot be read, or `misfit` and the field if a value does not fit.
    fn answer(self, malformed: &'static str, misfit: &'static str) -> ApiError {
        match self {
            Self::Syntax(cause) => ApiError::new(StatusCode::BAD_REQUEST, malformed).caused_by(cause),
            Self::Field { path, message } => ApiError::new(StatusCode::BAD_REQUEST, misfit)
                .with_details(json!([{ "path": path, "message": message }])),
        }
    }

    pub(crate) fn named(self, what: &'static str) -> ApiError {
        self.answer(what, what)
    }

    /// Returns the mistake as text, for the log.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Syntax(cause) => cause,
            Self::Field { path, message } if path.is_empty() => message,
            Self::Field { path, message } => format!("`{path}`: {message}"),
        }
    }

    pub(crate) fn in_json(self) -> ApiError {
        self.answer("Invalid JSON", "Invalid body")
    }
}

/// Reads JSON to its end. An empty input is `{}`, as in Next.js.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let bytes = without_bom(bytes);
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    // Tracking the place costs a fifth of the time, so the place is searched only after a mistake.
    serde_json::from_slice(bytes).or_else(|_| json_with_place(bytes))
}

fn json_with_place<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| json_fault(&error, bytes))?;
    json.end().map_err(|error| Fault::Syntax(error.to_string()))?;
    Ok(value)
}

/// Removes a byte order mark, which Windows programs write before text.
/// <https://www.rfc-editor.org/rfc/rfc8259#section-8.1> lets a parser of JSON ignore it, and Next.js does.
pub(crate) fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads `application/x-www-form-urlencoded`. Repeated keys fill a `Vec`.
pub(crate) fn form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    pairs(Form::new(form_urlencoded::parse(without_bom(bytes))))
}

/// Reads keys and values that are already decoded.
pub(crate) fn pairs<T: DeserializeOwned>(form: Form<'_>) -> Result<T, Fault> {
    T::deserialize(form).map_err(|Misfit { path, message }| field(path, &message))
}

/// Reads the claims of a caller.
pub(crate) fn claims<T: DeserializeOwned>(claims: Claim<'_>) -> Result<T, Fault> {
    T::deserialize(claims).map_err(|Misfit { path, message }| field(path, &message))
}

/// Reads a string, or a type that serde makes from a string.
pub(crate) fn text<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    T::deserialize(text.into_deserializer())
        .map_err(|error: Mismatch| field(String::new(), &error.to_string()))
}

fn json_fault(error: &serde_path_to_error::Error<serde_json::Error>, bytes: &[u8]) -> Fault {
    let message = error.inner().to_string();
    // The path describes the place better than the line and column of serde_json.
    let short = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let is_whole = || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    match short {
        _ if error.inner().is_data() => field(error.path().to_string(), short),
        // serde_json reports these as bad syntax, although the JSON is complete: a list that is too long for its type,
        // and a key that is not a number.
        "trailing characters" if is_whole() => field(error.path().to_string(), "expected fewer values"),
        "invalid value: expected key to be a number in quotes" if is_whole() => {
            field(error.path().to_string(), short)
        }
        _ => Fault::Syntax(message),
    }
}

/// Makes a fault of the message of serde, without the value that did not fit: it may be a password, and responses end
/// up in logs.
fn field(path: String, message: &str) -> Fault {
    let unexpected = if message.starts_with("invalid type: sequence,") { NOT_A_LIST } else { "" };
    let message = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "]
        .into_iter()
        .find_map(|kind| message.strip_prefix(kind)?.rsplit_once("expected ").map(|(_, expected)| expected))
        .map_or_else(|| message.to_owned(), |expected| format!("expected {expected}{unexpected}"));
    let path = if path == "." { String::new() } else { path };
    let path = missing(&message).map_or_else(|| path.clone(), |name| under(&path, name));
    Fault::Field { path: shortened(path), message: shortened(message) }
}

/// Shortens a name of the client, which may be as long as its body: a response that repeats the name has to fit a
/// reply.
fn shortened(text: String) -> String {
    match text.char_indices().nth(1000) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Returns the field that is missing. serde reports the place of the object that lacks it.
fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

fn under(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::{Fault, form, json};
    use serde::Deserialize;
    use std::collections::BTreeMap;
    use std::num::NonZeroU16;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Signup {
        name: String,
        age: u8,
        #[serde(default)]
        tags: Vec<Tag>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Tag {
        New,
    }

    fn described<T: std::fmt::Debug>(result: Result<T, Fault>) -> (String, String) {
        match result.unwrap_err() {
            Fault::Syntax(message) => ("syntax".to_owned(), message),
            Fault::Field { path, message } => (path, message),
        }
    }

    /// A query and a form have text where JSON has numbers. The messages are the same.
    #[test]
    fn form_and_json_report_a_misfit_in_the_same_words() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Size {
            #[default]
            Small,
            Large,
        }
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only whether it can be read matters")]
        struct Order {
            name: String,
            #[serde(default)]
            age: u8,
            #[serde(default)]
            port: Option<NonZeroU16>,
            #[serde(default)]
            ratio: f64,
            #[serde(default)]
            gift: bool,
            #[serde(default)]
            letter: char,
            #[serde(default)]
            size: Size,
            #[serde(default)]
            lines: Vec<i8>,
            #[serde(default)]
            range: (i8, i8),
            #[serde(default)]
            ids: BTreeMap<u8, u8>,
        }
        let unknown = "unknown field `nmae`, expected one of `name`, `age`, `port`, `ratio`, `gift`, `letter`, `size`, \
                       `lines`, `range`, `ids`";
        for (form_text, json_text, path, message) in [
            ("age=1", r#"{"age":1}"#, "name", "missing field `name`"),
            ("name=a&name=b", r#"{"name":["a","b"]}"#, "name", "expected a string, not a list"),
            ("age=x", r#"{"age":"x"}"#, "age", "expected u8"),
            ("age=", r#"{"age":""}"#, "age", "expected u8"),
            ("age=300", r#"{"age":300}"#, "age", "expected u8"),
            ("age=-1", r#"{"age":-1}"#, "age", "expected u8"),
            ("age=1.5", r#"{"age":1.5}"#, "age", "expected u8"),
            ("age=1&age=2", r#"{"age":[1,2]}"#, "age", "expected u8, not a list"),
            ("port=0", r#"{"port":0}"#, "port", "expected a nonzero u16"),
            ("port=x", r#"{"port":"x"}"#, "port", "expected a nonzero u16"),
            ("ratio=x", r#"{"ratio":"x"}"#, "ratio", "expected f64"),
            ("gift=yes", r#"{"gift":"yes"}"#, "gift", "expected a boolean"),
            ("letter=ab", r#"{"letter":"ab"}"#, "letter", "expected a character"),
            ("size=huge", r#"{"size":"huge"}"#, "size", "expected `small` or `large`"),
            ("lines=1&lines=x", r#"{"lines":[1,"x"]}"#, "lines[1]", "expected i8"),
            ("range=1&range=2&range=3", r#"{"range":[1,2,3]}"#, "range", "expected fewer values"),
            ("range=1", r#"{"range":[1]}"#, "range", "expected a tuple of size 2"),
            ("ids=1", r#"{"ids":"1"}"#, "ids", "expected a map"),
            ("nmae=a", r#"{"nmae":"a"}"#, "nmae", unknown),
        ] {
            let expected = (path.to_owned(), message.to_owned());
            assert_eq!(described(form::<Order>(form_text.as_bytes())), expected, "{form_text}");
            assert_eq!(described(json::<Order>(json_text.as_bytes())), expected, "{json_text}");
        }
    }

    #[test]
    fn misfit_names_its_field_and_not_the_value() {
        let cases = [
            (r#"{"name":7,"age":1}"#, "name", "expected a string"),
            (r#"{"name":"a","age":300}"#, "age", "expected u8"),
            (r#"{"name":"a","age":"s3cret, expected"}"#, "age", "expected u8"),
            (r#"{"name":"a"}"#, "age", "missing field `age`"),
            (r#"{"name":"a","age":1,"tags":["new","s3cret"]}"#, "tags[1]", "expected `new`"),
            (r#"["s3cret"]"#, "[0]", "expected u8"),
        ];
        for (input, path, message) in cases {
            let found = if input.starts_with('[') {
                described(json::<Vec<u8>>(input.as_bytes()))
            } else {
                described(json::<Signup>(input.as_bytes()))
            };
            assert_eq!(found, (path.to_owned(), message.to_owned()), "{input}");
        }
    }

    #[test]
    fn missing_field_is_named_by_its_whole_path() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only whether it can be read matters")]
        struct Order {
            lines: Vec<Line>,
        }
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only whether it can be read matters")]
        struct Line {
            sku: String,
        }
        for (found, path) in [
            (described(json::<Order>(b"")), "lines"),
            (described(json::<Order>(br#"{"lines":[{"sku":"a"},{}]}"#)), "lines[1].sku"),
            (described(json::<Vec<Line>>(b"[{}]")), "[0].sku"),
            (described(form::<Order>(b"page=1")), "lines"),
        ] {
            let name = path.rsplit('.').next().unwrap_or_default();
            assert_eq!(found, (path.to_owned(), format!("missing field `{name}`")));
        }
    }

    #[test]
    fn complete_json_is_not_called_malformed() {
        for (found, path, message) in [
            (described(json::<[u8; 2]>(b"[1,2,3]")), "", "expected fewer values"),
            (
                described(json::<BTreeMap<u8, u8>>(br#"{"x":1}"#)),
                "?",
                "expected key to be a number in quotes",
            ),
            (described(json::<Vec<(u8, u8)>>(b"[[1,2],[3,4,5]]")), "[1]", "expected fewer values"),
        ] {
            assert_eq!(found, (path.to_owned(), message.to_owned()));
        }
        assert_eq!(described(json::<[u8; 2]>(b"[1,2,3")).0, "syntax");
        assert_eq!(described(json::<[u8; 2]>(b"[1,2] 3")).0, "syntax");
    }

    #[test]
    fn long_name_of_the_client_is_shortened() {
        let name = "é".repeat(500_000);
        let (path, _) = described(json::<BTreeMap<String, u8>>(format!(r#"{{"{name}":"x"}}"#).as_bytes()));
        assert_eq!(path, format!("{}…", "é".repeat(1000)));
    }

    #[test]
    fn no_reader_repeats_a_value() {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Size {
            Small,
        }
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only whether it can be read matters")]
        struct Form {
            #[serde(default)]
            size: Option<Size>,
            #[serde(default)]
            page: Option<u8>,
            #[serde(default)]
            on: bool,
            #[serde(default)]
            letter: Option<char>,
        }
        for (form_text, path) in [
            ("size=s3cret", "size"),
            ("page=s3cret", "page"),
            ("page=300", "page"),
            ("on=s3cret", "on"),
            ("letter=s3cret", "letter"),
            ("page=1&page=s3cret", "page"),
        ] {
            let (found, message) = described(form::<Form>(form_text.as_bytes()));
            assert_eq!(found, path, "{form_text}: {message}");
            assert!(!message.contains("s3cret") && !message.contains("300"), "{form_text}: {message}");
        }
        assert_eq!(described(super::text::<Size>("s3cret")), (String::new(), "expected `small`".to_owned()));
    }

    #[test]
    fn malformed_json_has_no_field() {
        for input in ["{", " ", "{} x", "{\"name\":}", "\u{feff} "] {
            assert_eq!(
                described(json::<BTreeMap<String, String>>(input.as_bytes())).0,
                "syntax",
                "{input:?}"
            );
        }
    }

    #[test]
    fn empty_json_is_an_empty_object() {
        assert_eq!(json::<BTreeMap<String, String>>(b"").unwrap_or_default(), BTreeMap::new());
    }

    #[test]
    fn a_form_fills_numbers_and_lists() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Form {
            page: u32,
            tag: Vec<String>,
        }
        let parsed = form::<Form>(b"tag=a&page=2&tag=b+c").ok();
        assert_eq!(parsed, Some(Form { page: 2, tag: vec!["a".into(), "b c".into()] }));
        assert_eq!(described(form::<Form>(b"page=x&tag=a")).0, "page");
        let twice = described(form::<Form>(b"page=1&page=2&tag=a"));
        assert_eq!(twice, ("page".to_owned(), "expected u32, not a list".to_owned()));
    }
}
