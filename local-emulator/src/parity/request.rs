//! What is sent to both.

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

    /// Its name, with method and target if the name does not tell them.
    pub(crate) fn title(&self) -> String {
        let Self { name, method, target, .. } = self;
        let plain = format!("{method} {target}");
        if *name == plain { plain } else { format!("{plain} ({name})") }
    }
}
