//! Serves HTTP/1.1 at a listener: a front door, and the inspector beside it.

mod socket;

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use self::socket::{Socket, UnreadBodies, WatchedBody};
use crate::access;
use crate::connections;
use crate::door::Door;
use crate::gateway::{AnswerBody, http_api};
use crate::inspector::{self, Inspector, InspectorBody};
use crate::printer::Printer;

/// The most headers of a request. More headers of at least ten bytes each exceed the gateway's own limit, which is in bytes
/// and answered as on AWS. hyper itself refuses only a flood of shorter headers, a target over 64 KiB, or a head over
/// 400 KiB, with a 431 or 414 without a body (ALB-19, URL-21).
///
/// The number is not higher because hyper allocates 64 bytes for each header with each request. From 2,000 headers on, glibc
/// returns the memory to the kernel after each request, and the kernel clears it for the next.
const MAX_HEADERS: usize = http_api::HEAD / 10;

/// The parts that answer at a listener.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) door: Arc<Door>,
    /// `None` if requests are not recorded. The front door then answers at the inspector's addresses, as on AWS.
    pub(crate) inspector: Option<Arc<Inspector>>,
    pub(crate) printer: Printer,
    /// How long a client may take for its request line and headers.
    pub(crate) head_timeout: Duration,
}

/// Answers the clients that connect to `listener`. Dropping the future closes all connections.
pub(crate) async fn serve(listener: TcpListener, server: Server) -> Infallible {
    connections::serve_each(listener, &server.printer, |stream, peer| {
        connection(stream, peer, server.clone())
    })
    .await
}

async fn connection(stream: TcpStream, client: SocketAddr, server: Server) {
    let socket = Socket::new(stream);
    let unread = UnreadBodies::default();
    let answer = service_fn(|request: Request<Incoming>| {
        let (server, socket, unread) = (&server, &socket, &unread);
        async move {
            tokio::select! {
                biased;
                response = server.answer(request.map(|body| unread.watch(body)), client) => {
                    Ok(unread.announce_close(response))
                }
                () = socket.wait_until_left(client) => Err(ClientLeft),
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(server.head_timeout)
        .max_headers(MAX_HEADERS)
        // A client may close its sending half after its request.
        .half_close(true)
        .serve_connection(TokioIo::new(socket.clone()), answer);
    let end = connection.await;
    // A client may hang up at any time, which is not worth a line.
    let malformed = end.as_ref().err().and_then(|error| MalformedRequest::from_error(client, error));
    if let Some(malformed) = &malformed {
        server.printer.warning(malformed);
    }
    if malformed.is_some() || unread.is_set() {
        socket.linger().await;
    }
}

/// The error that ends a connection whose client does not wait for its answer.
#[derive(Debug, thiserror::Error)]
#[error("the client has left")]
struct ClientLeft;

impl Server {
    async fn answer(
        &self,
        request: Request<WatchedBody>,
        peer: SocketAddr,
    ) -> Response<Either<AnswerBody, InspectorBody>> {
        let (mut head, body) = request.into_parts();
        let host = access::settle_host(&mut head);
        if let Some(inspector) = &self.inspector
            && inspector::is_inspector_path(head.uri.path())
        {
            return match host {
                Ok(()) => inspector.answer(Request::from_parts(head, body)).await.map(Either::Right),
                Err(refused) => refused.into_response().map(Either::Left),
            };
        }
        let recording = self.door.record(&head, None);
        let response = match host {
            Ok(()) => self.door.answer(Request::from_parts(head, body), peer, recording).await,
            Err(refused) => Door::refuse(refused, recording),
        };
        response.map(Either::Left)
    }
}

/// The log line of a request that hyper refused because it is not HTTP/1.1. No front door has seen it.
struct MalformedRequest<'a> {
    client: SocketAddr,
    error: &'a hyper::Error,
}

impl<'a> MalformedRequest<'a> {
    /// Returns `None` for other errors of a connection, such as a client that has left.
    fn from_error(client: SocketAddr, error: &'a hyper::Error) -> Option<Self> {
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
