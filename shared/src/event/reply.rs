//! The reply to any front door: one type for all of them, of which each uses its members.

use std::borrow::Cow;

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A reply. Three members always have a value.
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

/// Headers with one joined value for each name. HTTP reads `a, b` as two values, but not in `set-cookie`.
pub(super) struct Joined<'r> {
    pub(super) headers: &'r HeaderMap,
    /// Whether `set-cookie` has no member of its own. HTTP has a line for each, and JSON one value for each name; but
    /// HTTP ignores the case of a name, so `set-cookiE` is another name only to JSON.
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
            // In descending order, so that sorting the names keeps the order of the lines.
            for (spelling, line) in (0..lines.iter().count()).rev().zip(&lines) {
                map.serialize_entry(&set_cookie(spelling), &text(line.as_bytes()))?;
            }
        }
        map.end()
    }
}

/// The number of spellings of `set-cookie`: it has nine letters.
pub(super) const SPELLINGS: usize = 1 << 9;

/// Returns `set-cookie`, `set-cookiE`, `set-cookIe`, `set-cookIE`, …: the bits of the number are the capitals.
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

/// Headers with a list of values for each name.
pub(super) struct Lists<'r>(pub(super) &'r HeaderMap);

impl Serialize for Lists<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.keys().map(|name| (name.as_str(), ValuesOfName(self.0, name))))
    }
}

/// The `set-cookie` lines, as a member of their own.
pub(super) struct SetCookies<'r>(pub(super) &'r HeaderMap);

impl Serialize for SetCookies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ValuesOfName(self.0, &SET_COOKIE).serialize(serializer)
    }
}

/// The values of one name.
struct ValuesOfName<'r>(&'r HeaderMap, &'r HeaderName);

impl Serialize for ValuesOfName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.get_all(self.1).iter().map(|value| text(value.as_bytes())))
    }
}

/// Returns the bytes of a header as JSON text. Bytes that are not UTF-8 are read as Latin-1, which HTTP used before it
/// allowed only ASCII.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}
