//! Connections of an HTTP client. With the feature `tls` they trust the certificates that this machine trusts.

use hyper_util::client::legacy::connect::HttpConnector;

/// Whether this program can open `https` URLs.
pub const HAS_TLS: bool = cfg!(feature = "tls");

/// Opens connections, over TLS for `https` URLs.
#[cfg(feature = "tls")]
pub type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
/// Opens connections without TLS.
#[cfg(not(feature = "tls"))]
pub type Connector = HttpConnector;

/// Returns a connector over `tcp`. It trusts the certificates that this machine trusts, since a company's proxy has its own
/// certificate. If the machine trusts none, the connector trusts the list of browsers.
#[cfg(feature = "tls")]
pub fn connector(tcp: HttpConnector) -> Connector {
    use hyper_rustls::HttpsConnectorBuilder;

    let roots = HttpsConnectorBuilder::new().with_native_roots();
    let roots = roots.unwrap_or_else(|_| HttpsConnectorBuilder::new().with_webpki_roots());
    roots.https_or_http().enable_http1().wrap_connector(tcp)
}

/// Returns a connector over `tcp`.
#[cfg(not(feature = "tls"))]
pub fn connector(tcp: HttpConnector) -> Connector {
    tcp
}
