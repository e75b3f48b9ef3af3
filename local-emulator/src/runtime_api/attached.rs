//! The Runtime API for the processes that the developer starts: one port for all processes of a function.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::process::Pid;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OnceCell;

use super::call::Call;
use super::reply::{self, RuntimeReply};
use super::upload::{self, Upload};
use super::{answer_in_any_phase, error, error_type, extension, response};
use crate::access;
use crate::connections;
use crate::invocation::MAX_PAYLOAD;
use crate::sandbox::{Attachment, Refusal, peer};

/// A connection of a process to its Runtime API.
struct AttachedConnection {
    attachment: Arc<Attachment>,
    address: SocketAddr,
    server: SocketAddr,
    /// The process, which is looked up when it first asks for an event.
    process: OnceCell<Option<Pid>>,
}

/// Answers the processes of a function until dropped, which closes their connections too.
pub(crate) async fn serve_attached(listener: TcpListener, attachment: Arc<Attachment>) -> Infallible {
    let printer = attachment.printer().clone();
    connections::serve_each(listener, &printer, |stream, address| {
        connection(stream, address, Arc::clone(&attachment))
    })
    .await
}

async fn connection(stream: TcpStream, address: SocketAddr, attachment: Arc<Attachment>) {
    // An error means that the process has hung up.
    let Ok(server) = stream.local_addr() else { return };
    let client = Arc::new(AttachedConnection { attachment, address, server, process: OnceCell::new() });
    let service = service_fn(move |request| {
        let client = Arc::clone(&client);
        async move { Ok::<_, Infallible>(client.answer(request).await) }
    });
    // An error ends this connection only: the runtime opens another, or is gone.
    let _ = http1::Builder::new().half_close(false).serve_connection(TokioIo::new(stream), service).await;
}

impl AttachedConnection {
    async fn answer(&self, request: Request<Incoming>) -> RuntimeReply {
        let (head, mut body) = request.into_parts();
        if let Err(refused) = access::check_runtime(&head) {
            return refused.into_response();
        }
        let attachment = &self.attachment;
        let answered = match (Call::parse(&head.method, head.uri.path()), attachment.held()) {
            (Call::Next, _) => self.next().await,
            (Call::Response(id), Some(sandbox)) => response(&sandbox, id, &head.headers, &mut body).await,
            (Call::Error(id), Some(sandbox)) => error(&sandbox, id, &head.headers, &mut body).await,
            // The invocation has failed with the end of another process.
            (Call::Response(_) | Call::Error(_), None) => Err(Refusal::InvalidRequestId),
            (Call::InitError | Call::RestoreError, _) => Ok(self.init_error(&head.headers, &mut body).await),
            // A process that the developer starts has no snapshot.
            (Call::RestoreNext, _) => Ok(reply::restored()),
            (Call::Extension(call), _) => {
                Ok(extension::answer(&attachment.sandbox().await, call, &head.headers, &mut body).await)
            }
            (other, _) => Ok(answer_in_any_phase(other)),
        };
        upload::discard(&mut body).await;
        answered.unwrap_or_else(reply::refused)
    }

    async fn next(&self) -> Result<RuntimeReply, Refusal> {
        let process = self.process.get_or_init(|| {
            let known = self.attachment.processes();
            peer::owner(self.address, self.server, known)
        });
        let process = *process.await;
        let (event, sandbox) = self.attachment.next(process).await?;
        Ok(reply::event(event, sandbox.spec()))
    }

    async fn init_error(&self, headers: &HeaderMap, body: &mut Incoming) -> RuntimeReply {
        match upload::receive(body).await {
            Upload::Whole(body, _) => {
                self.attachment.init_failed(&body, &error_type(headers));
                reply::accepted()
            }
            Upload::TooLarge => reply::too_large(MAX_PAYLOAD),
            Upload::Truncated => reply::truncated(),
        }
    }
}
