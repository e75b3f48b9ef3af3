//! The URL of a server: a scheme, a host, and the beginning of its paths.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, InvalidUri, Scheme};

/// The URL below which the routes answer: `https://abc.execute-api.eu-central-1.amazonaws.com/prod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
    /// The stage, such as `/prod`; empty if paths begin with none.
    prefix: String,
}

/// A text that is not a [`BaseUrl`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BaseUrlError {
    /// Not a URL, or a URL without a host.
    #[error("write a URL such as `https://abc.execute-api.eu-central-1.amazonaws.com/prod`")]
    NoUrl,
    /// `ftp://…`.
    #[error("write a URL with `https://` or `http://`, not `{0}://`")]
    Scheme(String),
    /// `https://somebody@…`.
    #[error("remove the user and the password from the URL: they are not sent")]
    User,
    /// `https://…`, in a program without TLS.
    #[error(
        "this program was built without TLS: install it with the feature `tls`, \
         `cargo install --locked cargo-api-routes --features tls`"
    )]
    NoTls,
    /// `https://…/prod?a=b`.
    #[error("remove the query from the URL: each request has its own")]
    Query,
}

impl BaseUrl {
    /// Makes the URL of a server on this machine, whose paths begin with `prefix`.
    pub(crate) fn local(address: SocketAddr, prefix: String) -> Result<Self, InvalidUri> {
        Ok(Self { scheme: Scheme::HTTP, authority: address.to_string().parse()?, prefix })
    }

    /// Returns whether the paths begin with a prefix, such as a stage.
    pub(crate) fn has_prefix(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// Returns the beginning of all paths, such as the stage `/prod`; it may be empty.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns the same server without a prefix.
    pub(crate) fn root(&self) -> Self {
        Self { prefix: String::new(), ..self.clone() }
    }

    /// Returns the port, unless it is the default of the scheme.
    pub(crate) fn port(&self) -> Option<u16> {
        self.authority.port_u16()
    }

    /// Returns the host, port and stage.
    pub(crate) fn without_scheme(&self) -> String {
        format!("{}{}", self.authority, self.prefix)
    }

    /// Returns the URL of a request. The target stays as it is written.
    pub(crate) fn to(&self, target: &str) -> Result<Uri, http::Error> {
        let target = format!("{}{target}", self.prefix);
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target)
            .build()
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(url: &str) -> Result<Self, BaseUrlError> {
        let parts = url.parse::<Uri>().map_err(|_| BaseUrlError::NoUrl)?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(BaseUrlError::NoUrl);
        };
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(BaseUrlError::Scheme(scheme.as_str().to_owned()));
        }
        if scheme == Scheme::HTTPS && cfg!(not(feature = "tls")) {
            return Err(BaseUrlError::NoTls);
        }
        if authority.as_str().contains('@') {
            return Err(BaseUrlError::User);
        }
        // The parser accepts an invalid port such as 99999, and a client would use the port of the scheme instead.
        if authority.port().is_none() && authority.as_str() != authority.host() {
            return Err(BaseUrlError::NoUrl);
        }
        let path = parts.path_and_query;
        if path.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err(BaseUrlError::Query);
        }
        let prefix = path.map(|path| path.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        Ok(Self { scheme, authority, prefix })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.without_scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::{BaseUrl, BaseUrlError};

    #[test]
    fn stage_stays_before_each_target() {
        for (base, target, sent) in [
            ("https://a.example/prod", "/api/user?a=b", "https://a.example/prod/api/user?a=b"),
            ("https://a.example/prod/", "/", "https://a.example/prod/"),
            ("http://a.example:8080", "/api/a%20b/", "http://a.example:8080/api/a%20b/"),
            ("http://[::1]:3000/", "/a//b?%zz", "http://[::1]:3000/a//b?%zz"),
        ] {
            let base: BaseUrl = base.parse().unwrap();
            assert_eq!(base.to(target).unwrap().to_string(), sent);
        }
    }

    #[test]
    fn invalid_base_url_is_refused() {
        for (url, error) in [
            ("", BaseUrlError::NoUrl),
            ("a.example", BaseUrlError::NoUrl),
            ("/prod", BaseUrlError::NoUrl),
            ("http://a.example:99999", BaseUrlError::NoUrl),
            ("http://[::1]:", BaseUrlError::NoUrl),
            ("ftp://a.example", BaseUrlError::Scheme("ftp".to_owned())),
            ("https://a:b@a.example", BaseUrlError::User),
            ("https://a.example/?a=b", BaseUrlError::Query),
        ] {
            assert_eq!(url.parse::<BaseUrl>(), Err(error), "{url}");
        }
    }
}
