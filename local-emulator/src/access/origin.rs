//! The web page that a request came from.

use std::fmt;
use std::str::FromStr;

use http::header::ORIGIN;
use http::{HeaderMap, HeaderName};

use super::host::RequestHost;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The site of a page over HTTP. Its scheme and port do not matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) host: RequestHost,
}

/// An origin whose pages may call the Invoke API, as browsers write it: `https://app.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedOrigin(String);

/// A text that is not an [`AllowedOrigin`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write an origin as browsers do, scheme and host without a path: `https://app.example.com`")]
pub struct InvalidOrigin;

impl Origin {
    /// Reads an origin of HTTP or HTTPS. `None` for `null`, which sandboxed pages and files have, and for extensions of
    /// browsers, whose hosts are ids.
    pub(super) fn parse(origin: &str) -> Option<Self> {
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))?;
        let is_host_alone = !host.contains(['/', '@', '?', '#']);
        RequestHost::parse(host).filter(|_| is_host_alone).map(|host| Self { host })
    }
}

/// Returns the values of `Origin`. A value that is not text becomes `?`, which is foreign.
pub(super) fn headers(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(ORIGIN).iter().map(|origin| origin.to_str().unwrap_or("?"))
}

/// Whether a browser says that a page of another site sent the request.
///
/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>
pub(super) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get_all(FETCH_SITE).iter().any(|site| site == "cross-site")
}

/// Whether a browser sent the request.
pub(super) fn is_of_browser(headers: &HeaderMap) -> bool {
    headers.contains_key(FETCH_SITE)
}

impl AllowedOrigin {
    pub(super) fn matches(&self, origin: &str) -> bool {
        self.0.eq_ignore_ascii_case(origin)
    }
}

impl FromStr for AllowedOrigin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let (scheme, host) = text.split_once("://").ok_or(InvalidOrigin)?;
        let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let is_valid =
            !scheme.is_empty() && scheme.bytes().all(is_scheme) && RequestHost::parse(host).is_some();
        if is_valid && !host.contains('@') { Ok(Self(text.to_owned())) } else { Err(InvalidOrigin) }
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{AllowedOrigin, InvalidOrigin, Origin};

    #[test]
    fn origin_is_a_site_over_http() {
        for origin in ["http://localhost:5173", "https://evil.com", "http://[::1]:3000"] {
            assert!(Origin::parse(origin).is_some(), "{origin}");
        }
        let others = [
            "null",
            "",
            "evil.com",
            "file://",
            "chrome-extension://abc",
            "http://a/b",
            "http://a@b",
            "http://",
        ];
        for origin in others {
            assert_eq!(Origin::parse(origin), None, "{origin}");
        }
    }

    #[test]
    fn allowed_origin_has_no_path() {
        for origin in ["https://app.example.com", "http://localhost:5173", "tauri://localhost"] {
            assert_eq!(origin.parse::<AllowedOrigin>().unwrap().to_string(), origin);
        }
        for invalid in ["", "null", "*", "app.example.com", "https://app.example.com/", "https://a@b", "://a"]
        {
            assert_eq!(invalid.parse::<AllowedOrigin>(), Err(InvalidOrigin), "{invalid}");
        }
    }
}
