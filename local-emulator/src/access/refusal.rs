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
pub(crate) enum Refused {
    /// A host that a public site can have.
    ForeignHost(String),
    /// A page of another site.
    ForeignOrigin(String),
    /// A page of another site, which asks the inspector.
    ForeignToInspector(String),
    /// A page of another site, which does not say which.
    CrossSite,
}

impl Refused {
    /// The refusal of the inspector, which has no `--allowed-origin`.
    pub(crate) fn of_inspector(self) -> Self {
        match self {
            Self::ForeignOrigin(origin) => Self::ForeignToInspector(origin),
            other => other,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::ForeignHost(_) => "foreign-host",
            Self::ForeignOrigin(_) | Self::ForeignToInspector(_) | Self::CrossSite => "foreign-origin",
        }
    }

    /// A 403 that names the option with which the request is answered.
    pub(crate) fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let mut response = Response::new(B::from(format!("{self}\n").into()));
        *response.status_mut() = StatusCode::FORBIDDEN;
        let headers = [
            (CONTENT_TYPE, "text/plain; charset=utf-8"),
            (EMULATOR_ERROR, self.name()),
            (HeaderName::from_static("x-content-type-options"), "nosniff"),
        ];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        response.headers_mut().extend(headers);
        response
    }
}

impl fmt::Display for Refused {
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
