//! HTTP/1.1 in front of the gateway, and of Lambda's Invoke API.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::deployment::{FrontDoor, Local};
use crate::gateway::{AnswerBody, GatewayError, http_api};
use crate::invoke_api::{self, InvokeApi};
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

/// After a failure to accept, most likely for want of file descriptors, which come back as clients leave.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// What one listener has.
#[derive(Clone, Debug)]
pub(crate) struct Doors {
    pub(crate) front_door: FrontDoor,
    pub(crate) invoke_api: Arc<InvokeApi<Local>>,
    pub(crate) printer: Printer,
    /// How long a client may take for its request line and headers.
    pub(crate) head_timeout: Duration,
}

/// Serves the functions behind `doors` to whoever connects to `listener`. Dropped, it hangs up on all
/// of them.
pub(crate) async fn serve(listener: TcpListener, doors: Doors) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection(stream, peer, doors.clone()));
                }
                Err(_) => sleep(ACCEPT_AGAIN).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, doors: Doors) {
    // Answers are small, and each is waited for.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| {
        let doors = &doors;
        async move { Ok::<_, Infallible>(doors.handle(request, peer).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(doors.head_timeout)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), answer);
    // A client that hangs up is no matter of ours.
    let _ = served.await;
}

impl Doors {
    async fn handle(&self, request: http::Request<Incoming>, peer: SocketAddr) -> http::Response<AnswerBody> {
        if invoke_api::is_lambdas(request.uri().path()) {
            return self.invoke_api.handle(request).await;
        }
        let asked = Asked::of(&request);
        let response = self.front_door.current().handle(request, peer).await;
        asked.tell(&response, &self.printer);
        response
    }
}

/// What a line in the log would say of a request, if the gateway answers it by itself. Requests that
/// reach their function are in its own log.
struct Asked {
    method: http::Method,
    path: String,
}

impl Asked {
    fn of<B>(request: &http::Request<B>) -> Self {
        Self { method: request.method().clone(), path: request.uri().path().to_owned() }
    }

    fn tell<B>(&self, response: &http::Response<B>, printer: &Printer) {
        if let Some(error) = response.extensions().get::<GatewayError>() {
            let Self { method, path } = self;
            printer.line(format_args!("{method} {path} {}: {error}", response.status().as_u16()));
        }
    }
}
