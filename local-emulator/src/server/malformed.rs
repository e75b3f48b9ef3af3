//! The log line of a request that hyper refused, because it is not HTTP/1.1: no front door has seen it.

use std::fmt;
use std::net::SocketAddr;

/// A request that could not be read.
pub(super) struct MalformedRequest<'a> {
    pub(super) client: SocketAddr,
    pub(super) error: &'a hyper::Error,
}

impl<'a> MalformedRequest<'a> {
    /// Returns nothing for other errors of a connection, such as a client that has left.
    pub(super) fn from_error(client: SocketAddr, error: &'a hyper::Error) -> Option<Self> {
        error.is_parse().then_some(Self { client, error })
    }
}

impl fmt::Display for MalformedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, error } = self;
        let words = error.to_string();
        // hyper's own words: older versions that the workspace allows have no other sign.
        if words.contains("HTTP2") {
            return write!(
                f,
                "a client ({client}) speaks HTTP/2 from its first byte on, and got no answer: only HTTP/1.1 is served here"
            );
        }
        let status = match error.is_parse_too_large() {
            false => 400,
            true if words.contains("URI") => 414,
            true => 431,
        };
        write!(f, "a request of {client} is not HTTP/1.1, and got a {status} without a body: {words}")?;
        if words.contains("method") {
            f.write_str(
                "; there is no TLS here: if the client was given a URL with `https://`, use `http://`",
            )?;
        }
        Ok(())
    }
}
