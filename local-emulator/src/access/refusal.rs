//! The answer to a request that is refused before a front door sees it.

use std::fmt;

use api_routes_project::tool;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// The header that marks an answer of the emulator that AWS would not give.
pub(crate) const EMULATOR_ERROR: HeaderName = HeaderName::from_static("x-emulator-error");

/// The reason why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccessRefusal {
    /// The request names a host that a public site can have.
    ForeignHost(String),
    /// A web page of another site sent the request.
    ForeignOrigin(String),
    /// A web page of another site sent the request to the inspector.
    ForeignToInspector(String),
    /// A web page of another site sent the request, without its origin.
    CrossSite,
    /// The request of HTTP/1.1 names no host.
    NoHost,
    /// The request has this number of `Host` headers.
    SeveralHosts(usize),
    /// The developer's claims cannot be read, for this reason.
    Claims(String),
}

impl AccessRefusal {
    /// Turns the refusal into the inspector's, which has no `--allowed-origin`.
    pub(crate) fn of_inspector(self) -> Self {
        match self {
            Self::ForeignOrigin(origin) => Self::ForeignToInspector(origin),
            other => other,
        }
    }

    /// Returns the value of [`EMULATOR_ERROR`], unless AWS would refuse the request as well.
    fn name(&self) -> Option<&'static str> {
        match self {
            Self::ForeignHost(_) => Some("foreign-host"),
            Self::ForeignOrigin(_) | Self::ForeignToInspector(_) | Self::CrossSite => Some("foreign-origin"),
            Self::Claims(_) => Some("claims"),
            Self::NoHost | Self::SeveralHosts(_) => None,
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoHost | Self::SeveralHosts(_) | Self::Claims(_) => StatusCode::BAD_REQUEST,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// Returns a 403 that names the option which allows the request, or a 400. The body of the 400 is undocumented (HTTP-33).
    pub(crate) fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let mut response = Response::new(B::from(format!("{self}\n").into()));
        let (name, status) = (self.name(), self.status());
        *response.status_mut() = status;
        let headers = [
            (CONTENT_TYPE, Some("text/plain; charset=utf-8")),
            (EMULATOR_ERROR, name),
            (HeaderName::from_static("x-content-type-options"), Some("nosniff")),
        ];
        let headers = headers.map(|(name, value)| Some((name, HeaderValue::from_static(value?))));
        response.headers_mut().extend(headers.into_iter().flatten());
        response
    }
}

impl fmt::Display for AccessRefusal {
    /// Writes the reason. The host is the client's text, and it goes into a command to paste: it is written as one word of a
    /// shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignHost(host) => write!(
                f,
                "the emulator does not answer for the host {host:?}, since a foreign web page could use that name; if the \
                 host is yours, start `{}`",
                tool::command(&format!("dev --allowed-host {}", option(host)))
            ),
            Self::ForeignOrigin(origin) => write!(
                f,
                "the emulator does not answer a web page of {origin:?} here; if the page is yours, start `{}`",
                tool::command(&format!("dev --allowed-origin {}", option(origin)))
            ),
            Self::ForeignToInspector(origin) => write!(
                f,
                "the inspector does not answer a web page of {origin:?}; if its host is yours, start `{}`",
                tool::command(&format!("dev --allowed-host {}", option(host_of(origin))))
            ),
            Self::CrossSite => f.write_str("the emulator does not answer a web page of another site here"),
            Self::NoHost => f.write_str("the request has no `Host` header, which HTTP/1.1 requires"),
            Self::Claims(words) => f.write_str(words),
            Self::SeveralHosts(count) => {
                write!(f, "the request has {count} `Host` headers, and HTTP/1.1 allows one")
            }
        }
    }
}

fn host_of(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

/// Returns a host or an origin as an argument for a shell, or a placeholder if the text cannot be one.
fn option(text: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/[]".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text } else { "NAME" }
}
