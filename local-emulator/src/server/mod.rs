//! HTTP/1.1 in front of the gateway, and of Lambda's Invoke API.

mod build_error;

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::ORIGIN;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, Uri};
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

/// What one listener has.
#[derive(Clone, Debug)]
pub(crate) struct Doors {
    pub(crate) access: Access,
    pub(crate) front_door: FrontDoor,
    pub(crate) invoke_api: Arc<InvokeApi<Local>>,
    pub(crate) printer: Printer,
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
        let (head, body) = request.into_parts();
        if let Err(refused) = self.access.check_host(&head) {
            return self.refuse(&head, refused);
        }
        if invoke_api::is_lambdas(head.uri.path()) {
            return self.invoke(head, body).await;
        }
        let (asked, caller) = (Asked::of(&head), Caller::new(&self.access, &head));
        let request = Request::from_parts(head, body);
        let mut response = self.front_door.current().handle(request, peer).await;
        asked.tell(&response, &self.printer);
        if let Some(NotReady(words)) = response.extensions_mut().remove() {
            build_error::present(&mut response, &words, &caller);
        }
        response
    }

    /// Lambda's API answers with the developer's credentials, whatever the event, so that no page of another site may call
    /// it. Front doors answer such pages, as on AWS.
    async fn invoke(&self, head: Parts, body: Incoming) -> Response<AnswerBody> {
        if let Err(refused) = self.access.check_sender(&head) {
            return self.refuse(&head, refused);
        }
        if let Some(response) = access::preflight(&head) {
            return response;
        }
        let origin = head.headers.get(ORIGIN).cloned();
        let mut response = self.invoke_api.handle(Request::from_parts(head, body)).await;
        access::add_cors(origin, response.headers_mut());
        response
    }

    fn refuse(&self, head: &Parts, refused: Refused) -> Response<AnswerBody> {
        let asked = Asked::of(head);
        self.printer.line(asked.line(StatusCode::FORBIDDEN, &refused));
        refused.into_response()
    }
}

/// What a line in the log would say of a request, if there is more to say of it than stands in the log of its
/// function: the gateway answers by itself, or not with all that the function said.
struct Asked {
    method: Method,
    /// Shared with the request, since most requests are not told of.
    uri: Uri,
}

impl Asked {
    fn of(head: &Parts) -> Self {
        Self { method: head.method.clone(), uri: head.uri.clone() }
    }

    fn tell<B>(&self, response: &Response<B>, printer: &Printer) {
        if let Some(error) = response.extensions().get::<GatewayError>() {
            printer.line(self.line(response.status(), error));
        } else if let Some(note) = response.extensions().get::<Note>() {
            printer.line(self.line(response.status(), note));
        }
    }

    /// A terminal obeys no client.
    fn line(&self, status: StatusCode, words: impl fmt::Display) -> String {
        let (method, path, status) = (&self.method, self.uri.path(), status.as_u16());
        format!("{method} {path} {status}: {words}").replace(char::is_control, " ")
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};

    use super::Asked;
    use crate::gateway::{GatewayError, Note};
    use crate::printer::Printer;

    fn told(target: &[u8], response: &Response<()>) -> String {
        let (printer, log) = Printer::recorded();
        Asked::of(&Request::get(target).body(()).unwrap().into_parts().0).tell(response, &printer);
        log.text()
    }

    #[test]
    fn a_line_says_what_the_log_of_the_function_does_not() {
        let mut response = Response::new(());
        assert_eq!(told(b"/a?b", &response), "");
        response.extensions_mut().insert(Note::StreamLost);
        let line = told(b"/a?b", &response);
        assert!(line.starts_with("GET /a 200: the function streams and its integration does not"), "{line}");
        response.extensions_mut().insert(GatewayError::NoRoute);
        assert_eq!(told(b"/a?b", &response), "GET /a 200: no route takes this method and path\n");
    }

    #[test]
    fn a_terminal_gets_no_control_characters_of_a_client() {
        let mut response = Response::new(());
        response.extensions_mut().insert(GatewayError::BrokenBody("\x1b[2J".to_owned()));
        let line = told("/a\u{9b}2J".as_bytes(), &response);
        assert_eq!(line, "GET /a 2J 200: the body broke off:  [2J\n");
    }
}
