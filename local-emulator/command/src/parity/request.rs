//! What is sent to both.

use std::str::FromStr;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};

use super::ignore::Ignore;

/// One request, the same for both.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// What it is known by; no two have the same.
    pub(crate) name: String,
    pub(crate) method: Method,
    /// Path and query, as they go over the wire.
    pub(crate) target: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
    /// What may differ in its answers.
    pub(crate) ignore: Ignore,
    pub(crate) expect: Expected,
}

/// What the emulator must answer whatever the other says: two servers that fail alike have not been compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<String>,
}

/// A header of every request: `authorization: Bearer abc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderLine {
    name: HeaderName,
    value: HeaderValue,
}

/// A text that is no [`HeaderLine`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a name and a value, `authorization: Bearer abc`")]
pub(crate) struct NoHeaderLine;

impl FromStr for HeaderLine {
    type Err = NoHeaderLine;

    fn from_str(line: &str) -> Result<Self, NoHeaderLine> {
        let (name, value) = line.split_once(':').ok_or(NoHeaderLine)?;
        let name = name.parse().map_err(|_| NoHeaderLine)?;
        let mut value: HeaderValue = value.trim().parse().map_err(|_| NoHeaderLine)?;
        // It may be a password, and `Debug` does not show it then.
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
    /// A request without headers and body, named by what it is.
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

    /// Adds those of `lines` whose names it does not have itself.
    pub(crate) fn add_missing(&mut self, lines: &[HeaderLine]) {
        let own: Vec<_> = self.headers.iter().map(|(name, _)| name.clone()).collect();
        let missing = lines.iter().filter(|line| !own.contains(&line.name));
        self.headers.extend(missing.map(|line| (line.name.clone(), line.value.clone())));
    }

    /// Its name, with method and target if the name does not tell them.
    pub(crate) fn title(&self) -> String {
        let Self { name, method, target, .. } = self;
        let plain = format!("{method} {target}");
        if *name == plain { plain } else { format!("{plain} ({name})") }
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
