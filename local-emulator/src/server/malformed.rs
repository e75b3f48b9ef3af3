//! The log line of a request that hyper refused because it is not HTTP/1.1. No front door has seen it.

use std::fmt;
use std::net::SocketAddr;

/// A request that could not be read.
pub(super) struct MalformedRequest<'a> {
    pub(super) client: SocketAddr,
    pub(super) error: &'a hyper::Error,
}

impl<'a> MalformedRequest<'a> {
    /// Returns `None` for other errors of a connection, such as a client that has left.
    pub(super) fn from_error(client: SocketAddr, error: &'a hyper::Error) -> Option<Self> {
        error.is_parse().then_some(Self { client, error })
    }
}

impl fmt::Display for MalformedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, error } = self;
        let words = error.to_string();
        // hyper says so only in its message: the older versions that the workspace allows have no method for it.
        if words.contains("HTTP2") {
            return write!(
                f,
                "a client ({client}) began with HTTP/2 and got no answer: let it use HTTP/1.1, the only version served here"
            );
        }
        let status = match error.is_parse_too_large() {
            false => 400,
            true if words.contains("URI") => 414,
            true => 431,
        };
        write!(f, "a request of {client} is not HTTP/1.1, and got a {status} without a body: {words}")?;
        if words.contains("method") {
            f.write_str("; if the client has a URL with `https://`, use `http://`: the emulator has no TLS")?;
        }
        Ok(())
    }
}
