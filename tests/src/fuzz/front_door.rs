//! Requests to front doors, and replies of functions.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use api_routes::{ApiRequest, ApiResponse, Result, Route, test};
use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use api_routes_routing::RouteKey;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use local_emulator::gateway::alb::{Alb, Rules};
use local_emulator::gateway::function_url::{FunctionUrl, InvokeMode, Url, Urls};
use local_emulator::gateway::http_api::HttpApi;
use local_emulator::gateway::rest_api::RestApi;
use local_emulator::gateway::{Backend, FrontDoor, Integration, NotReady};
use local_emulator::invocation::{Invocation, Outcome, ReplyStream, ResponseMode};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::lines;

/// Takes the reply of a function. Each front door makes a response of it.
pub fn reply(bytes: &[u8]) {
    let reply = Arc::new(Function { reply: vec![Bytes::copy_from_slice(bytes)], ..Function::default() });
    for front_door in front_doors(&reply) {
        let _ = response(&front_door, request_to("/api/x"));
    }
}

/// Takes a stream, behind each front door that streams. The response does not depend on how the stream is cut; the
/// first byte says where it is cut.
pub fn prelude(bytes: &[u8]) {
    let Some((cut, bytes)) = bytes.split_first() else { return };
    let bytes = Bytes::copy_from_slice(bytes);
    let size = usize::from(*cut).max(bytes.len() / 15 + 1);
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| bytes.slice_ref(piece)).collect();
    let responses = [vec![bytes.clone()], pieces].map(|reply| {
        let function = Arc::new(Function { reply, ..Function::default() });
        streaming_front_doors(&function).map(|front_door| response(&front_door, request_to("/api/x")))
    });
    assert_eq!(responses[0], responses[1]);
}

/// Takes a request: method, target, headers and body, each in a line of its own. Each front door refuses the request,
/// or writes an event that the library reads.
pub fn request(bytes: &[u8]) {
    let Some(request) = read_request(bytes) else { return };
    let function = Arc::new(Function { reply: vec!["{\"statusCode\":200}".into()], ..Function::default() });
    let route = Route::new("/[[...path]]", method).panics_fail_the_invocation();
    for front_door in front_doors(&function) {
        let _ = response(&front_door, request.clone());
        if let Some(event) = function.events.lock().unwrap().pop() {
            let answer = test::TestEvent::new(&event).try_reply(&route);
            let answer =
                answer.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&event)));
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            let is_method = answer["body"] == request.method().as_str() || *request.method() == Method::HEAD;
            assert!(answer["statusCode"] != 200 || is_method, "{answer}");
        }
    }
}

async fn method(req: ApiRequest, res: ApiResponse) -> Result {
    res.send(req.method().as_str())
}

/// A function that always replies the same.
#[derive(Debug, Default)]
struct Function {
    /// The pieces of a stream; joined, the reply where nothing streams.
    reply: Vec<Bytes>,
    events: Mutex<Vec<Bytes>>,
}

#[derive(Clone, Debug)]
struct Fake(Arc<Function>);

impl Backend for Fake {
    type Function = ();
    type Version = ();

    async fn ready(&self, (): &()) -> std::result::Result<(), NotReady> {
        Ok(())
    }

    async fn invoke(
        &self,
        (): &(),
        (): (),
        invocation: Invocation,
    ) -> std::result::Result<Outcome, NotReady> {
        self.0.events.lock().unwrap().push(invocation.event);
        let reply = self.0.reply.clone();
        if invocation.mode == ResponseMode::Buffered {
            return Ok(Outcome::Reply(reply.concat().into()));
        }
        let content_type = HeaderValue::from_static("application/vnd.awslambda.http-integration-response");
        let (stream, writer, end) = ReplyStream::new(Some(content_type));
        tokio::spawn(async move {
            for piece in reply {
                writer.write(piece).await;
            }
            drop(writer);
            let _ = end.send(Ok(()));
        });
        Ok(Outcome::Stream(stream))
    }
}

/// Makes each front door to the function.
fn front_doors(function: &Arc<Function>) -> [FrontDoor<Fake>; 6] {
    let fake = || Fake(Arc::clone(function));
    let http = RouteTable::new(keys().map(|key| (key, Integration::from(())))).unwrap();
    let rules = Rules::for_routes([("/[[...path]]".parse().unwrap(), ())]).unwrap();
    let [streaming_rest, streaming_url] = streaming_front_doors(function);
    [
        FrontDoor::HttpApi(HttpApi::new(fake(), http)),
        rest(fake(), false),
        streaming_rest,
        FrontDoor::Alb(Alb::new(fake(), rules)),
        url(fake(), InvokeMode::Buffered),
        streaming_url,
    ]
}

/// Makes each front door that passes a stream on.
fn streaming_front_doors(function: &Arc<Function>) -> [FrontDoor<Fake>; 2] {
    let fake = || Fake(Arc::clone(function));
    [rest(fake(), true), url(fake(), InvokeMode::ResponseStream)]
}

fn keys() -> [RouteKey; 2] {
    ["ANY /", "ANY /{path+}"].map(|key| key.parse().unwrap())
}

fn rest(fake: Fake, streams: bool) -> FrontDoor<Fake> {
    let integration = || Integration { streams, ..Integration::from(()) };
    let table = ResourceTable::new(keys().map(|key| (key, integration().into()))).unwrap();
    FrontDoor::RestApi(RestApi::new(fake, table).without_stage_in_path())
}

fn url(fake: Fake, invoke_mode: InvokeMode) -> FrontDoor<Fake> {
    let mut urls = Urls::default();
    urls.add([""; 0], keys(), Url { invoke_mode, ..Url::from(()) });
    FrontDoor::FunctionUrl(FunctionUrl::new(fake, urls))
}

fn request_to(path: &str) -> Request<Full<Bytes>> {
    Request::get(path).header("host", "localhost:3000").body(Full::default()).unwrap()
}

fn read_request(bytes: &[u8]) -> Option<Request<Full<Bytes>>> {
    let mut lines = lines(bytes);
    let method = Method::from_bytes(lines.next()?).ok()?;
    let target = lines.next()?;
    let mut request = Request::builder().method(method).uri(target);
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let at = line.iter().position(|byte| *byte == b':')?;
        let (name, value) =
            (HeaderName::from_bytes(&line[..at]).ok()?, HeaderValue::from_bytes(&line[at + 1..]).ok()?);
        request = request.header(name, value);
    }
    let body: Vec<_> = lines.collect::<Vec<_>>().join(&b'\n');
    request.body(Full::from(body)).ok()
}

/// Returns the status, headers and body, without the headers that differ each time, and whether the body is complete.
fn response(
    front_door: &FrontDoor<Fake>,
    request: Request<Full<Bytes>>,
) -> (StatusCode, HeaderMap, Vec<u8>, bool) {
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000));
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let (mut head, mut body) = front_door.handle(request, peer).await.into_parts();
            for name in ["apigw-requestid", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id", "date"] {
                head.headers.remove(name);
            }
            let (mut read, mut whole) = (Vec::new(), true);
            while let Some(frame) = body.frame().await {
                match frame {
                    Ok(frame) => read.extend_from_slice(&frame.into_data().unwrap_or_default()),
                    Err(_) => whole = false,
                }
            }
            (head.status, head.headers, read, whole)
        })
    })
}

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().unwrap();
}
