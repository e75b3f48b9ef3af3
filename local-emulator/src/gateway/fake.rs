//! A backend for tests of front doors, and their answers.

use std::convert::Infallible;
use std::error::Error;
use std::future::pending;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::{AnswerBody, Backend, GatewayError, NotReady, Note, RequestBody};
use crate::invocation::{Invocation, Outcome, ReplyStream, ResponseMode, StreamError, Throttle};

/// A backend whose functions all behave alike. Clones share their invocations.
#[derive(Clone, Debug)]
pub(crate) struct FakeBackend {
    behavior: Behavior,
    invocations: Arc<Mutex<Vec<Invocation>>>,
}

const EXIT: &str = r#"{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}"#;

#[derive(Clone, Debug)]
pub(crate) enum Behavior {
    Reply(&'static str),
    /// Streams these pieces, and breaks off after them if the flag is set. A caller that takes no stream gets one piece.
    Stream(&'static [&'static str], bool),
    /// Streams these pieces with this `Content-Type`, without a prelude.
    RawStream(Option<&'static str>, &'static [&'static str]),
    Fail,
    Hang,
    NotBuild,
    Throttle,
}

impl FakeBackend {
    pub(crate) fn new(behavior: Behavior) -> Self {
        Self { behavior, invocations: Arc::default() }
    }

    /// Returns the last event.
    pub(crate) fn event(&self) -> serde_json::Value {
        serde_json::from_slice(&self.invocations.lock().unwrap().last().unwrap().event).unwrap()
    }

    /// Returns all invocations in the order in which they came.
    pub(crate) fn invocations(&self) -> Vec<Invocation> {
        self.invocations.lock().unwrap().clone()
    }

    pub(crate) fn events(&self) -> usize {
        self.invocations.lock().unwrap().len()
    }
}

impl Backend for FakeBackend {
    type Function = ();
    type Version = ();

    async fn ready(&self, (): &()) -> Result<(), NotReady> {
        match self.behavior {
            Behavior::NotBuild => Err(NotReady("error[E0425]: cannot find `x`".into())),
            _ => Ok(()),
        }
    }

    async fn invoke(&self, (): &(), (): (), invocation: Invocation) -> Result<Outcome, NotReady> {
        let mode = invocation.mode;
        self.invocations.lock().unwrap().push(invocation);
        match self.behavior {
            Behavior::Reply(payload) => Ok(Outcome::Reply(payload.into())),
            Behavior::Stream(pieces, _) if mode == ResponseMode::Buffered => {
                Ok(Outcome::Reply(pieces.concat().into()))
            }
            Behavior::Stream(pieces, breaks_off) => {
                Ok(Outcome::Stream(streamed(Some(super::prelude::CONTENT_TYPE), pieces, breaks_off)))
            }
            Behavior::RawStream(content_type, pieces) => {
                Ok(Outcome::Stream(streamed(content_type, pieces, false)))
            }
            Behavior::Fail => Ok(Outcome::FunctionError(EXIT.into())),
            Behavior::Throttle => Ok(Outcome::Throttled(Throttle::Function(10))),
            Behavior::Hang | Behavior::NotBuild => pending().await,
        }
    }
}

fn streamed(
    content_type: Option<&'static str>,
    pieces: &'static [&'static str],
    breaks_off: bool,
) -> ReplyStream {
    let (stream, writer, end) = ReplyStream::new(content_type.map(HeaderValue::from_static));
    tokio::spawn(async move {
        for piece in pieces {
            writer.write(Bytes::from_static(piece.as_bytes())).await;
        }
        drop(writer);
        let broken = StreamError { error_type: "Runtime.StreamError".to_owned(), error: EXIT.into() };
        let _ = end.send(if breaks_off { Err(broken) } else { Ok(()) });
    });
    stream
}

/// The response that a client gets, and what its developer sees.
#[derive(Debug)]
pub(crate) struct ClientResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The bytes that arrived.
    pub(crate) body: String,
    pub(crate) broke_off: bool,
    pub(crate) refusal: Option<GatewayError>,
    pub(crate) note: Option<Note>,
}

impl ClientResponse {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// The address of the client.
pub(crate) const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);

/// Builds a `GET` request without a body.
pub(crate) fn get(target: &str) -> Request<Empty<Bytes>> {
    asked(Method::GET, target)
}

/// Builds a request without a body.
pub(crate) fn asked(method: Method, target: &str) -> Request<Empty<Bytes>> {
    Request::builder().method(method).uri(target).body(Empty::new()).unwrap()
}

/// A body in `pieces`, of unknown length.
pub(crate) fn pieces<E: Into<Box<dyn Error + Send + Sync>> + Send>(
    pieces: impl IntoIterator<Item = Result<Bytes, E>, IntoIter: Send>,
) -> impl RequestBody + Send {
    StreamBody::new(stream::iter(pieces.into_iter().map(|piece| piece.map(Frame::data))))
}

/// A body of `count` megabytes. Reading more than eleven of them panics.
pub(crate) fn megabytes(count: usize) -> impl RequestBody + Send {
    let megabyte = Bytes::from(vec![b'x'; 1024 * 1024]);
    pieces((0..count).map(move |n| {
        assert!(n <= 10, "read on after the limit");
        Ok::<_, Infallible>(megabyte.clone())
    }))
}

/// A body whose client hangs up in the middle.
pub(crate) fn broken_off() -> impl RequestBody + Send {
    pieces([Ok("half".into()), Err(io::Error::from(io::ErrorKind::ConnectionReset))])
}

/// A body that never ends and has no bytes.
pub(crate) fn stalled() -> impl RequestBody + Send {
    StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>())
}

/// Sends `request` over a connection in memory, which hyper serves, and returns the bytes of the response.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn on_the_wire(
    handle: impl AsyncFn(Request<Incoming>) -> Response<AnswerBody>,
    request: &str,
) -> String {
    let (mut client, server) = duplex(64 * 1024);
    let service = service_fn(async |request| Ok::<_, Infallible>(handle(request).await));
    client.write_all(request.as_bytes()).await.unwrap();
    // A stream that breaks off, or a malformed body, is an error of the connection.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(server), service).await;
    let mut response = String::new();
    client.read_to_string(&mut response).await.unwrap();
    response
}

/// Runs `handled` to its end, with a clock that goes on whenever nothing else does. The future must be `Send`, as a server's
/// task must be.
#[tokio::main(flavor = "current_thread", start_paused = true)]
pub(crate) async fn answered(
    handled: Pin<Box<dyn Future<Output = Response<AnswerBody>> + Send + '_>>,
) -> ClientResponse {
    let (head, body) = handled.await.into_parts();
    let (body, broke_off) = collect(body).await;
    let (refusal, note) = (head.extensions.get().cloned(), head.extensions.get().copied());
    ClientResponse { status: head.status, headers: head.headers, body, broke_off, refusal, note }
}

async fn collect<B>(body: B) -> (String, bool)
where
    B: Body<Data = Bytes>,
    B::Error: Error,
{
    let (mut body, mut read) = (Box::pin(body), Vec::new());
    let mut broke_off = false;
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => read.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Err(_) => broke_off = true,
        }
    }
    (String::from_utf8(read).unwrap(), broke_off)
}
