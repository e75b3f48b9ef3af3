//! HTTP/1.1 at a listener: a front door, and the inspector beside it.

use std::convert::Infallible;
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

use crate::connections;
use crate::door::Door;
use crate::gateway::{AnswerBody, http_api};
use crate::inspector::{self, Inspector, InspectorBody};
use crate::printer::Printer;

/// More headers than this, of ten bytes or more each, are over the gateway's own limit, which is in bytes and
/// answered as AWS does. Only a flood of shorter ones, a target over 64 KiB or a head over 400 KiB is refused by
/// hyper itself, with a 431 or 414 that has no body (ALB-19, URL-21).
///
/// Not more, since hyper allocates 64 bytes for each of them with each request: from 2,000 on, glibc gives
/// the memory back to the kernel after each request, which then clears it for the next one.
const MAX_HEADERS: usize = http_api::HEAD / 10;

/// How long a client may take for its request line and headers.
pub(crate) const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything that answers at a listener.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) door: Arc<Door>,
    /// Absent if nothing is recorded: then its addresses are those of the front door, as on AWS.
    pub(crate) inspector: Option<Arc<Inspector>>,
    pub(crate) printer: Printer,
    /// How long a client may take for its request line and headers.
    pub(crate) head_timeout: Duration,
}

/// Answers whoever connects to `listener`. Dropped, it hangs up on all of them.
pub(crate) async fn serve(listener: TcpListener, server: Server) -> Infallible {
    connections::each(listener, &server.printer, |stream, peer| connection(stream, peer, server.clone()))
        .await
}

async fn connection(stream: TcpStream, peer: SocketAddr, server: Server) {
    let answer = service_fn(|request| {
        let server = &server;
        async move { Ok::<_, Infallible>(server.answer(request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(server.head_timeout)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), answer);
    // A client that hangs up is no matter of ours.
    let _ = connection.await;
}

impl Server {
    async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Response<Either<AnswerBody, InspectorBody>> {
        if let Some(inspector) = &self.inspector
            && inspector::is_inspectors(request.uri().path())
        {
            return inspector.answer(request).await.map(Either::Right);
        }
        let (head, body) = request.into_parts();
        let recording = self.door.record(&head, None);
        self.door.answer(Request::from_parts(head, body), peer, recording).await.map(Either::Left)
    }
}
