//! What any front door wants back: one shape for all of them, of which each takes its members.

use std::borrow::Cow;

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A reply in the making. The three that are always there are set from the start.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reply<'r> {
    pub(super) status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) headers: Option<Joined<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) multi_value_headers: Option<Lists<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cookies: Option<SetCookies<'r>>,
    pub(super) is_base64_encoded: bool,
    pub(super) body: &'r str,
}

impl<'r> Reply<'r> {
    pub(super) fn new(status: StatusCode, body: &'r str, is_base64_encoded: bool) -> Self {
        Self {
            status_code: status.as_u16(),
            status_description: None,
            headers: None,
            multi_value_headers: None,
            cookies: None,
            is_base64_encoded,
            body,
        }
    }
}

/// Headers as one value a name. HTTP reads `a, b` as two values, but not in `set-cookie`.
pub(super) struct Joined<'r> {
    pub(super) headers: &'r HeaderMap,
    /// Where `set-cookie` has no member of its own. HTTP has one line for each, and JSON one value for each
    /// name; but HTTP reads a name in any letters, so `set-cookiE` is another name to JSON alone.
    pub(super) with_cookie: bool,
}

impl Serialize for Joined<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in self.headers.keys().filter(|name| **name != SET_COOKIE) {
            map.serialize_entry(name.as_str(), &joined(self.headers, name))?;
        }
        if self.with_cookie {
            let lines = self.headers.get_all(&SET_COOKIE);
            // Downwards, so that names in order of the alphabet are in order of the lines as well.
            for (spelling, line) in (0..lines.iter().count()).rev().zip(&lines) {
                map.serialize_entry(&set_cookie(spelling), &text(line.as_bytes()))?;
            }
        }
        map.end()
    }
}

/// In how many ways `set-cookie` can be written: it has nine letters.
pub(super) const SPELLINGS: usize = 1 << 9;

/// `set-cookie`, `set-cookiE`, `set-cookIe`, `set-cookIE`, …: the bits of the number are its capitals.
fn set_cookie(spelling: usize) -> String {
    let mut bit = SPELLINGS;
    let letter = |letter: char| {
        bit >>= usize::from(letter != '-');
        if spelling & bit == 0 { letter } else { letter.to_ascii_uppercase() }
    };
    SET_COOKIE.as_str().chars().map(letter).collect()
}

fn joined<'r>(headers: &'r HeaderMap, name: &HeaderName) -> Cow<'r, str> {
    let mut values = headers.get_all(name).iter().map(|value| text(value.as_bytes()));
    let first = values.next().unwrap_or_default();
    values.fold(first, |all, value| Cow::Owned(format!("{all}, {value}")))
}

/// Headers as a list of values a name.
pub(super) struct Lists<'r>(pub(super) &'r HeaderMap);

impl Serialize for Lists<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.keys().map(|name| (name.as_str(), Values(self.0, name))))
    }
}

/// The `set-cookie` lines as a member of their own.
pub(super) struct SetCookies<'r>(pub(super) &'r HeaderMap);

impl Serialize for SetCookies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Values(self.0, &SET_COOKIE).serialize(serializer)
    }
}

/// The values of one name.
struct Values<'r>(&'r HeaderMap, &'r HeaderName);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.get_all(self.1).iter().map(|value| text(value.as_bytes())))
    }
}

/// A header's bytes as JSON text: what is no UTF-8 is read as latin-1, as HTTP did when it allowed more
/// than ASCII.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}
