//! HTTP/1.1 in front of the gateway, and of Lambda's Invoke API.

mod build_error;
mod routes_page;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api_routes_project::front_doors::{self as project, Listing};
use http::header::ORIGIN;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use self::build_error::Caller;
use crate::access::{self, Access, Refused};
use crate::connections;
use crate::deployment::{FrontDoor, Local};
use crate::gateway::{AnswerBody, GatewayError, NotReady, Note, http_api};
use crate::invoke_api::{self, InvokeApi, RefusalWords};
use crate::printer::Printer;
use crate::record::{Recorder, Unanswered};

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
pub(crate) struct Doors {
    pub(crate) access: Access,
    pub(crate) front_door: FrontDoor,
    pub(crate) address: SocketAddr,
    pub(crate) invoke_api: Arc<InvokeApi<Local>>,
    /// The front door's name in the log, where there are several.
    pub(crate) name: Option<&'static str>,
    pub(crate) printer: Printer,
    pub(crate) recorder: Recorder,
    /// How long a client may take for its request line and headers.
    pub(crate) head_timeout: Duration,
}

/// Serves the functions behind `doors` to whoever connects to `listener`. Dropped, it hangs up on all
/// of them.
pub(crate) async fn serve(listener: TcpListener, doors: Doors) -> Infallible {
    connections::each(listener, &doors.printer, |stream, peer| connection(stream, peer, doors.clone())).await
}

async fn connection(stream: TcpStream, peer: SocketAddr, doors: Doors) {
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
    async fn handle(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<AnswerBody> {
        let (mut head, body) = request.into_parts();
        let recording = self.recorder.request(&head, self.name);
        head.extensions.insert(recording.clone());
        let unanswered = Unanswered::new(recording);
        let (mut response, words) = match self.access.check_host(&head) {
            Err(refused) => refuse(refused),
            Ok(()) if invoke_api::is_lambdas(head.uri.path()) => self.invoke(head, body).await,
            Ok(()) => self.call(head, body, peer).await,
        };
        let status = response.status().as_u16();
        match response.body_mut() {
            AnswerBody::Whole(_) => unanswered.answered(status, words),
            AnswerBody::Stream(stream) => stream.at_end(move || unanswered.answered(status, words)),
        }
        response
    }

    async fn call(&self, head: Parts, body: Incoming, peer: SocketAddr) -> Answered {
        let caller = Caller::new(&self.access, &head);
        let listed = self.listed(&head);
        let mut response = self.front_door.current().handle(Request::from_parts(head, body), peer).await;
        let words = words(&response);
        if let Some(NotReady(words)) = response.extensions_mut().remove() {
            build_error::present(&mut response, &words, &caller);
        }
        if let Some(door) = listed.as_deref().and_then(Option::as_ref) {
            let with_stage = self.front_door.with_stage();
            routes_page::present(&mut response, Listing { door, address: Some(self.address), with_stage });
        }
        (response, words)
    }

    /// Returns the front door whose routes a browser should see if none of them answers.
    fn listed(&self, head: &Parts) -> Option<Arc<Option<project::FrontDoor>>> {
        if !routes_page::is_for_browser(head) {
            return None;
        }
        let declared = self.front_door.declared();
        let stage = declared.as_ref().as_ref().map(project::FrontDoor::stage_path).unwrap_or_default();
        routes_page::is_address(head.uri.path(), &stage).then_some(declared)
    }

    /// Lambda's API answers with the developer's credentials, whatever the event, so that no page of another site may call
    /// it. Front doors answer such pages, as on AWS.
    async fn invoke(&self, head: Parts, body: Incoming) -> Answered {
        if let Err(refused) = self.access.check_sender(&head) {
            return refuse(refused);
        }
        if let Some(response) = access::preflight(&head) {
            return (response, None);
        }
        let origin = head.headers.get(ORIGIN).cloned();
        let mut response = self.invoke_api.handle(Request::from_parts(head, body)).await;
        access::add_cors(origin, response.headers_mut());
        let words = words(&response);
        (response, words)
    }
}

/// A response, and words for the log.
type Answered = (Response<AnswerBody>, Option<String>);

fn refuse(refused: Refused) -> Answered {
    let words = refused.to_string();
    (refused.into_response(), Some(words))
}

/// Returns the reason why the emulator answered by itself, or without a part of what the function said: the function's own
/// log does not have it.
fn words<B>(response: &Response<B>) -> Option<String> {
    let extensions = response.extensions();
    let error = extensions.get::<GatewayError>().map(ToString::to_string);
    let note = || extensions.get::<Note>().map(ToString::to_string);
    let refusal = || extensions.get::<RefusalWords>().map(|RefusalWords(words)| words.clone());
    let build = || extensions.get::<NotReady>().map(|_| "the function does not build".to_owned());
    error.or_else(note).or_else(refusal).or_else(build)
}
