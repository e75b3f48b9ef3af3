//! Recorded cases: a request and the answer of Next.js.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) area: String,
    /// The file of the page that answered, or `None` if Next.js answered by itself.
    pub(crate) route: Option<String>,
    pub(crate) request: Request,
    pub(crate) response: Answer,
}

/// A request, as its client sent it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    #[serde(deserialize_with = "method")]
    pub(crate) method: Method,
    target: String,
    /// In Latin-1, where one character is one byte.
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) body: Content,
}

/// An answer that a client received or expects.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By lower-case name. Other headers may have any value.
    pub(crate) headers: BTreeMap<String, Lines>,
    /// `None` for any body: an HTML page for people.
    pub(crate) body: Option<Content>,
}

/// The lines of a header in Latin-1, as sent. Empty if the header is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines(pub(crate) Vec<String>);

/// The bytes of a body.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Content(pub(crate) Vec<u8>);

pub(crate) fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../fixtures/corpus/next.json")).unwrap()
}

impl Request {
    /// The target that is sent. A client sends nothing from `#` on
    /// (<https://www.rfc-editor.org/rfc/rfc9112#section-3.2>).
    pub(crate) fn target(&self) -> &str {
        self.target.split('#').next().unwrap_or_default()
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }
}

impl fmt::Debug for Content {
    /// Writes the start of the content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy(&self.0);
        match text.char_indices().nth(160) {
            Some((end, _)) => write!(f, "{:?}… ({} bytes)", &text[..end], self.0.len()),
            None => write!(f, "{text:?}"),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

fn method<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "one line, a list of lines, or `null` or `false` for none")]
        enum Spelled {
            None(Option<Never>),
            Not(bool),
            One(String),
            Many(Vec<String>),
        }
        match Spelled::deserialize(deserializer)? {
            Spelled::None(_) | Spelled::Not(false) => Ok(Self::default()),
            Spelled::Not(true) => Err(serde::de::Error::custom("a header is `false` or has lines")),
            Spelled::One(line) => Ok(Self(vec![line])),
            Spelled::Many(lines) => Ok(Self(lines)),
        }
    }
}

/// A type without values: an `Option` of it reads only `null`.
#[derive(Deserialize)]
enum Never {}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a text, `base64`, or a text to `repeat`")]
        enum Spelled {
            Text(String),
            Base64 {
                base64: String,
            },
            Repeated {
                repeat: String,
                times: usize,
                #[serde(default)]
                then: String,
            },
        }
        Ok(Self(match Spelled::deserialize(deserializer)? {
            Spelled::Text(text) => text.into(),
            Spelled::Base64 { base64 } => BASE64_STANDARD.decode(base64).map_err(serde::de::Error::custom)?,
            Spelled::Repeated { repeat, times, then } => (repeat.repeat(times) + &then).into(),
        }))
    }
}
