//! Fetches a document of an issuer, with limits of time and size, and without redirects.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::uri::{Scheme, Uri};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::access;
use crate::http_client::{Connector, HAS_TLS, connector};

/// The time limit for each document. AWS waits 1.5 s, in a data center; on a laptop a lookup of a name and a proxy may take
/// longer (JWT-5).
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The largest document. The sets of large issuers have some 10 KB.
pub(super) const LARGEST: usize = 512 * 1024;

/// A client for issuers.
#[derive(Debug, Default)]
pub(super) struct Fetcher {
    client: OnceLock<legacy::Client<Connector, Empty<Bytes>>>,
}

/// The reason why a document cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("`{0}` is not a URL")]
    Url(String),
    /// The URL is not `https` (JWT-6).
    #[error("`{0}` is not an `https` URL, which AWS wants; `http` is for issuers on this machine")]
    NotHttps(String),
    #[error(
        "`{0}` needs TLS, and this program was built without it: install it with the feature `tls`, `cargo install \
         --locked cargo-api-routes --features tls`"
    )]
    NoTls(String),
    #[error("cannot connect to `{url}`: {cause}")]
    Connect { url: String, cause: String },
    #[error("`{url}` did not answer within {patience:?}", patience = PATIENCE)]
    TimedOut { url: String },
    #[error("`{url}` answered with {status}")]
    Status { url: String, status: StatusCode },
    /// The answer is a redirect (JWT-7).
    #[error(
        "`{url}` answered with {status}, a redirect, which is not followed: name the issuer by its final URL"
    )]
    Redirect { url: String, status: StatusCode },
    #[error("the answer of `{url}` has more than {LARGEST} bytes")]
    TooLarge { url: String },
    #[error("the answer of `{url}` broke off: {cause}")]
    Broken { url: String, cause: String },
}

impl Fetcher {
    /// Returns the body of a successful answer to `GET url`.
    ///
    /// # Errors
    /// Any [`FetchError`].
    pub(super) async fn get(&self, url: &str) -> Result<Bytes, FetchError> {
        let uri = checked(url)?;
        let fetched = tokio::time::timeout(PATIENCE, self.fetch(uri, url)).await;
        fetched.unwrap_or_else(|_| Err(FetchError::TimedOut { url: url.to_owned() }))
    }

    async fn fetch(&self, uri: Uri, url: &str) -> Result<Bytes, FetchError> {
        let request = request(uri).map_err(|_| FetchError::Url(url.to_owned()))?;
        let url = url.to_owned();
        let response = match self.client().request(request).await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                return Err(FetchError::Connect { url, cause: innermost(&error) });
            }
            Err(error) => return Err(FetchError::Broken { url, cause: innermost(&error) }),
        };
        match response.status() {
            StatusCode::OK => {}
            status if status.is_redirection() => return Err(FetchError::Redirect { url, status }),
            status => return Err(FetchError::Status { url, status }),
        }
        match Limited::new(response.into_body(), LARGEST).collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(FetchError::TooLarge { url }),
            Err(error) => Err(FetchError::Broken { url, cause: innermost(error.as_ref()) }),
        }
    }

    /// Returns the client, which is made on first use, since reading the certificates of a machine takes a moment.
    fn client(&self) -> &legacy::Client<Connector, Empty<Bytes>> {
        self.client.get_or_init(|| {
            let mut tcp = HttpConnector::new();
            tcp.enforce_http(false);
            // Keys are fetched so rarely that an idle connection is not worth keeping.
            legacy::Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector(tcp))
        })
    }
}

/// Checks a URL. Only issuers on this machine may use `http`: anybody on the network could replace the keys.
fn checked(url: &str) -> Result<Uri, FetchError> {
    let uri: Uri = url.parse().map_err(|_| FetchError::Url(url.to_owned()))?;
    let Some(authority) = uri.authority() else { return Err(FetchError::Url(url.to_owned())) };
    if uri.scheme() == Some(&Scheme::HTTPS) {
        return if HAS_TLS { Ok(uri) } else { Err(FetchError::NoTls(url.to_owned())) };
    }
    let is_here = uri.scheme() == Some(&Scheme::HTTP) && access::is_private_to_machine(authority.as_str());
    if is_here { Ok(uri) } else { Err(FetchError::NotHttps(url.to_owned())) }
}

fn request(uri: Uri) -> Result<Request<Empty<Bytes>>, http::Error> {
    let host = uri.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
    Request::get(uri)
        .header(HOST, host.rsplit_once('@').map_or(host.as_str(), |(_, host)| host))
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("cargo-api-routes/", env!("CARGO_PKG_VERSION")))
        .body(Empty::new())
}

/// Returns the innermost cause; the outer errors have no details.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
