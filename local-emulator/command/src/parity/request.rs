//! A request that is sent to both destinations, and the parts of its answers that may differ.

use std::str::FromStr;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use regex_lite::Regex;

use super::pointer::PointerPattern;

/// A request, which is the same for both destinations.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The name of the request, which no other request of the run has.
    pub(crate) name: String,
    pub(crate) method: Method,
    /// Path and query, as they are sent.
    pub(crate) target: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
    /// The parts of its answers that may differ.
    pub(crate) ignore: Ignore,
    pub(crate) expect: Expected,
}

/// The text that replaces ignored values in reports.
pub(crate) const IGNORED: &str = "<ignored>";

/// The parts of an answer that may differ, since they are made anew for each request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignore {
    /// Headers that may have any value, or be missing.
    pub(crate) headers: Vec<HeaderName>,
    /// Names of cookies whose value and `Expires` may differ. Their other attributes are compared.
    pub(crate) cookies: Vec<String>,
    /// Members of a JSON body that may have any value.
    pub(crate) json: Vec<PointerPattern>,
    /// Parts of a text body that may differ.
    pub(crate) text: Vec<Regex>,
}

/// The answer that the emulator must give, whatever the deployment answers: two servers that fail in the same way would
/// otherwise compare as equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<String>,
}

/// A header of the command line: `authorization: Bearer abc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderLine {
    name: HeaderName,
    value: HeaderValue,
}

/// A text that is not a [`HeaderLine`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a name and a value, `authorization: Bearer abc`")]
pub(crate) struct NoHeaderLine;

impl FromStr for HeaderLine {
    type Err = NoHeaderLine;

    fn from_str(line: &str) -> Result<Self, NoHeaderLine> {
        let (name, value) = line.split_once(':').ok_or(NoHeaderLine)?;
        let name = name.parse().map_err(|_| NoHeaderLine)?;
        let mut value: HeaderValue = value.trim().parse().map_err(|_| NoHeaderLine)?;
        // The value may be a password; `Debug` does not show sensitive values.
        value.set_sensitive(true);
        Ok(Self { name, value })
    }
}

impl HeaderLine {
    pub(crate) fn name(&self) -> &HeaderName {
        &self.name
    }

    pub(crate) fn value(&self) -> &HeaderValue {
        &self.value
    }
}

impl Request {
    /// Makes a request without headers and body, named by method and target.
    pub(crate) fn plain(method: Method, target: impl Into<String>) -> Self {
        let target = target.into();
        Self {
            name: format!("{method} {target}"),
            method,
            target,
            headers: Vec::new(),
            body: Bytes::new(),
            ignore: Ignore::default(),
            expect: Expected::default(),
        }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// Adds the headers of `lines` whose names the request does not have.
    pub(crate) fn add_missing(&mut self, lines: &[HeaderLine]) {
        let own: Vec<_> = self.headers.iter().map(|(name, _)| name.clone()).collect();
        let missing = lines.iter().filter(|line| !own.contains(&line.name));
        self.headers.extend(missing.map(|line| (line.name.clone(), line.value.clone())));
    }

    /// Returns method and target, then the name if it is another text.
    pub(crate) fn title(&self) -> String {
        let Self { name, method, target, .. } = self;
        let plain = format!("{method} {target}");
        if *name == plain { plain } else { format!("{plain} ({name})") }
    }
}

impl Ignore {
    /// Returns the parts that `self` or `other` ignores.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.headers.extend_from_slice(&other.headers);
        self.cookies.extend_from_slice(&other.cookies);
        self.json.extend_from_slice(&other.json);
        self.text.extend_from_slice(&other.text);
        self
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::ACCEPT;

    use super::{HeaderLine, Request};

    fn line(line: &str) -> HeaderLine {
        line.parse().unwrap()
    }

    #[test]
    fn a_request_keeps_the_headers_that_it_has() {
        let mut request = Request::plain(Method::GET, "/").with_header(ACCEPT, "a/b");
        request.add_missing(&[line("Accept: c/d"), line("x-a: 1"), line("X-A:2"), line("x-b:")]);
        let lines: Vec<_> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(lines, [("accept", "a/b"), ("x-a", "1"), ("x-a", "2"), ("x-b", "")]);
    }

    #[test]
    fn a_line_is_a_name_and_a_value() {
        for text in ["", "accept", ": a", "a b: c", "a: b\nc: d"] {
            assert!(text.parse::<HeaderLine>().is_err(), "{text}");
        }
        assert!(!format!("{:?}", line("authorization: Bearer abc")).contains("abc"));
    }
}
