//! Reads a file of requests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, StatusCode};
use regex_lite::Regex;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::file::{FileError, SourceFile};
use super::pointer::PointerPattern;
use super::request::Ignore;
use super::request::{Expected, Request};

/// The maximum size of a repeated body in bytes, which is over the limit of every front door.
const LARGEST: usize = 64 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestFile {
    #[serde(default)]
    ignore: IgnoreTable,
    request: Vec<Spanned<RequestRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RequestRow {
    name: Option<String>,
    method: Option<Spanned<String>>,
    path: Spanned<String>,
    #[serde(default)]
    headers: BTreeMap<String, Spanned<HeaderValues>>,
    body: Option<String>,
    body_base64: Option<Spanned<String>>,
    json: Option<Value>,
    body_repeat: Option<Spanned<usize>>,
    #[serde(default)]
    ignore: IgnoreTable,
    #[serde(default)]
    expect: ExpectTable,
}

/// The values of a header, each of which becomes a line.
#[derive(Deserialize)]
#[serde(untagged)]
enum HeaderValues {
    One(String),
    Several(Vec<String>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreTable {
    #[serde(default)]
    headers: Vec<Spanned<String>>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    json: Vec<Spanned<String>>,
    #[serde(default)]
    text: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectTable {
    status: Option<Spanned<u16>>,
    body: Option<String>,
}

/// Returns the requests of a file, in its order.
///
/// # Errors
/// If the file cannot be read, or something in it is wrong.
pub(crate) fn read_file(file: &Path) -> Result<Vec<Request>, FileError> {
    read(&SourceFile::read(file)?)
}

fn read(source: &SourceFile) -> Result<Vec<Request>, FileError> {
    let RequestFile { ignore, request: rows } = source.parse()?;
    let reader = Reader { source };
    let everywhere = reader.ignore(ignore)?;
    let mut names = BTreeSet::new();
    let mut requests = Vec::new();
    for row in rows {
        let span = row.span();
        let request = reader.request(row.into_inner(), &span, &everywhere)?;
        if !names.insert(request.name.clone()) {
            let words =
                format!("two requests have the name `{}`: give one of them another `name`", request.name);
            return Err(source.wrong(&span, words));
        }
        requests.push(request);
    }
    Ok(requests)
}

struct Reader<'a> {
    source: &'a SourceFile,
}

impl Reader<'_> {
    fn request(
        &self,
        row: RequestRow,
        span: &Range<usize>,
        everywhere: &Ignore,
    ) -> Result<Request, FileError> {
        let method = row.method.as_ref().map_or(Ok(Method::GET), |method| self.method(method))?;
        let target = self.target(&row.path)?;
        let mut headers = self.headers(&row.headers)?;
        if row.json.is_some() && !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
            headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
        }
        Ok(Request {
            name: row.name.clone().unwrap_or_else(|| format!("{method} {target}")),
            method,
            target,
            headers,
            body: self.body(&row, span)?,
            ignore: self.ignore(row.ignore)?.and(everywhere),
            expect: self.expected(row.expect)?,
        })
    }

    fn method(&self, method: &Spanned<String>) -> Result<Method, FileError> {
        let wrong = |_| {
            self.source.wrong(
                &method.span(),
                format!("`{}` is not an HTTP method: write one such as `POST`", method.as_ref()),
            )
        };
        method.as_ref().parse().map_err(wrong)
    }

    fn target(&self, path: &Spanned<String>) -> Result<String, FileError> {
        let target = path.as_ref();
        let wrong = |words| self.source.wrong(&path.span(), format!("`{target}` cannot be sent: {words}"));
        if !target.starts_with('/') {
            return Err(wrong("begin the path with a slash".to_owned()));
        }
        if target.contains('#') {
            return Err(wrong("a browser does not send `#` and the text after it: remove them".to_owned()));
        }
        let sent: PathAndQuery =
            target.parse().map_err(|error| wrong(format!("{error}; escape the character with `%`")))?;
        Ok(sent.to_string())
    }

    fn headers(
        &self,
        table: &BTreeMap<String, Spanned<HeaderValues>>,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, FileError> {
        let mut headers = Vec::new();
        for (name, lines) in table {
            let wrong =
                |words: &str| self.source.wrong(&lines.span(), format!("the header `{name}` {words}"));
            let header = name
                .parse::<HeaderName>()
                .map_err(|_| wrong("is not a valid name: use letters, digits and `-`"))?;
            for value in lines.as_ref().all() {
                let value = value.parse().map_err(|_| {
                    wrong("has a value that a header cannot carry: remove line ends and control characters")
                })?;
                headers.push((header.clone(), value));
            }
        }
        Ok(headers)
    }

    fn body(&self, row: &RequestRow, span: &Range<usize>) -> Result<Bytes, FileError> {
        let body = match (&row.body, &row.body_base64, &row.json) {
            (None, None, None) => Vec::new(),
            (Some(text), None, None) => text.clone().into_bytes(),
            (None, Some(text), None) => self.bytes(text)?,
            (None, None, Some(value)) => json(value).to_string().into_bytes(),
            _ => {
                return Err(self
                    .source
                    .wrong(span, "give a request only one of `body`, `body-base64` and `json`"));
            }
        };
        let Some(repeat) = &row.body_repeat else { return Ok(body.into()) };
        let wrong = |words: &str| Err(self.source.wrong(&repeat.span(), words));
        match *repeat.as_ref() {
            _ if row.json.is_some() => {
                wrong("a repeated JSON body would not be JSON: use `body` instead of `json`")
            }
            times if body.len().saturating_mul(times) > LARGEST => {
                wrong("the body would be larger than 64 MB: lower `body-repeat`")
            }
            times => Ok(body.repeat(times).into()),
        }
    }

    fn bytes(&self, text: &Spanned<String>) -> Result<Vec<u8>, FileError> {
        BASE64_STANDARD
            .decode(text.as_ref())
            .map_err(|error| self.source.wrong(&text.span(), format!("`body-base64` is not base64: {error}")))
    }

    fn ignore(&self, table: IgnoreTable) -> Result<Ignore, FileError> {
        Ok(Ignore {
            headers: self.each::<HeaderName>(&table.headers)?,
            cookies: table.cookies,
            json: self.each::<PointerPattern>(&table.json)?,
            text: self.each::<Regex>(&table.text)?,
        })
    }

    fn each<T: std::str::FromStr<Err: fmt::Display>>(
        &self,
        texts: &[Spanned<String>],
    ) -> Result<Vec<T>, FileError> {
        let parse = |text: &Spanned<String>| {
            text.as_ref()
                .parse()
                .map_err(|error| self.source.wrong(&text.span(), format!("`{}`: {error}", text.as_ref())))
        };
        texts.iter().map(parse).collect()
    }

    fn expected(&self, table: ExpectTable) -> Result<Expected, FileError> {
        let status = table.status.map(|status| {
            let is_one = StatusCode::from_u16(*status.as_ref()).is_ok();
            is_one
                .then(|| *status.as_ref())
                .ok_or_else(|| self.source.wrong(&status.span(), "write an HTTP status, from 100 to 999"))
        });
        Ok(Expected { status: status.transpose()?, body: table.body })
    }
}

impl HeaderValues {
    fn all(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Several(values) => values,
        }
    }
}

/// Converts TOML to JSON. The times of TOML become strings.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Datetime(time) => time.to_string().into(),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Table(members) => members.iter().map(|(name, member)| (name.clone(), json(member))).collect(),
    }
}

#[cfg(test)]
mod tests;
