//! The answer to a request that nobody here should have sent.

use std::fmt;

use api_routes_project::tool;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// The header by which a client knows an answer of the emulator from one that AWS would give.
pub(crate) const EMULATOR_ERROR: HeaderName = HeaderName::from_static("x-emulator-error");

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccessRefusal {
    /// A host that a public site can have.
    ForeignHost(String),
    /// A page of another site.
    ForeignOrigin(String),
    /// A page of another site, which asks the inspector.
    ForeignToInspector(String),
    /// A page of another site, which does not say which.
    CrossSite,
    /// A request of HTTP/1.1 without a host.
    NoHost,
    /// So many `Host` headers.
    SeveralHosts(usize),
    /// Claims that cannot be read, in words for the developer.
    Claims(String),
}

impl AccessRefusal {
    /// The refusal of the inspector, which has no `--allowed-origin`.
    pub(crate) fn of_inspector(self) -> Self {
        match self {
            Self::ForeignOrigin(origin) => Self::ForeignToInspector(origin),
            other => other,
        }
    }

    /// The value of [`EMULATOR_ERROR`], if AWS would not refuse the request.
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

    /// A 403 that names the option with which the request is answered, or a 400.
    ///
    /// Undocumented (HTTP-33): the body of the 400.
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
    /// With the name as a word for a shell: a host is the client's text, and the line is made to be pasted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignHost(host) => write!(
                f,
                "the emulator does not answer for the host {host:?}, under which a foreign web page could reach it; if it \
                 is yours, start `{}`",
                tool::command(&format!("dev --allowed-host {}", option(host)))
            ),
            Self::ForeignOrigin(origin) => write!(
                f,
                "the emulator does not answer a web page of {origin:?} here; if it is yours, start `{}`",
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

/// A host or an origin as an argument, or a placeholder for what neither can be.
fn option(text: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/[]".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text } else { "NAME" }
}
