//! The socket of a connection, which hyper reads and writes while the server watches two facts: whether the client has left, and
//! whether the client may still be sending a body that nobody reads.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::header::{CONNECTION, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use rustix::net::Shutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::sandbox::peer;

/// How often a client that has closed its sending half is checked.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The limits for a refused client that goes on sending: the whole time, the time between two pieces, and the bytes. The times
/// are those of nginx: <https://nginx.org/en/docs/http/ngx_http_core_module.html#lingering_close>.
const LINGER: Duration = Duration::from_secs(30);
const LINGER_IDLE: Duration = Duration::from_secs(5);
const LINGER_BYTES: usize = 64 << 20;

/// A connection to a client. Clones are the same connection.
#[derive(Clone, Debug)]
pub(super) struct Socket(Arc<TcpStream>);

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(stream))
    }

    /// Waits until the client has left. On Linux, a client of this machine has left when it has closed its socket. A client that
    /// has only closed its sending half still waits for its answer. Elsewhere the two cases look the same until something is
    /// sent, so the client is assumed to wait.
    pub(super) async fn wait_until_left(&self, client: SocketAddr) {
        let Ok(server) = self.0.local_addr() else { return };
        loop {
            match self.0.peek(&mut [0]).await {
                Ok(0) if peer::is_connected(client, server).await == Some(false) => return,
                Ok(_) => sleep(LOOK_EVERY).await,
                Err(_) => return,
            }
        }
    }

    /// Ends a connection whose client may still be sending. Closing a socket with unread bytes resets the connection, and the
    /// client may lose the answer. So the bytes are read and dropped, up to a limit.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc9112#section-9.6>
    pub(super) async fn linger(&self) {
        // An error means that the client has closed the connection.
        if rustix::net::shutdown(&*self.0, Shutdown::Write).is_ok() {
            let _ = timeout(LINGER, self.drain()).await;
        }
    }

    async fn drain(&self) {
        let mut buffer = vec![0; 64 * 1024];
        let mut left = LINGER_BYTES;
        while left > 0 {
            if !matches!(timeout(LINGER_IDLE, self.0.readable()).await, Ok(Ok(()))) {
                return;
            }
            match self.0.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => left = left.saturating_sub(read),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            match self.0.try_read_buf(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(drop)),
            }
        }
    }
}

impl Socket {
    fn poll_try_write(
        &self,
        context: &mut Context<'_>,
        try_write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match try_write(&self.0) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_try_write(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_try_write(context, |stream| stream.try_write_vectored(pieces))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Does nothing, since a socket has no buffer.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(rustix::net::shutdown(&*self.0, Shutdown::Write)?))
    }
}

/// Whether a body of the connection was dropped before its end. Its client may still be sending ([`Socket::linger`]).
#[derive(Clone, Debug, Default)]
pub(super) struct UnreadBodies(Arc<AtomicBool>);

/// A body that reports if it is dropped before its end.
#[derive(Debug)]
pub(super) struct WatchedBody {
    body: Incoming,
    has_ended: bool,
    unread: UnreadBodies,
}

impl UnreadBodies {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Adds `connection: close` if a body of the connection was not read. Without it, a client would send its next request
    /// on a connection that hyper closes: <https://www.rfc-editor.org/rfc/rfc9112#section-9.6>.
    pub(super) fn announce_close<B>(&self, mut response: Response<B>) -> Response<B> {
        if self.is_set() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    pub(super) fn watch(&self, body: Incoming) -> WatchedBody {
        WatchedBody { body, has_ended: false, unread: self.clone() }
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        if !self.has_ended && !self.body.is_end_stream() {
            self.unread.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.has_ended |= frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
