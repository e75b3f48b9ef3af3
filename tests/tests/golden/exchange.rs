//! A fixture's request and response through its front door.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use serde_json::Value;

use crate::backend::{Events, Function};
use crate::fixture::{Fixture, Request};
use crate::front_door;

/// The address of the client, from a range that is reserved for documentation.
const CLIENT: ([u8; 4], u16) = ([203, 0, 113, 7], 50_000);

/// The event and the answer of a request.
pub(crate) struct Exchange {
    /// The event, if the function was invoked.
    pub(crate) event: Option<Value>,
    pub(crate) response: ClientResponse,
}

/// The answer that the client received.
pub(crate) struct ClientResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(fixture: &Fixture) -> Exchange {
    let events = Events::default();
    let function = Function { reply: fixture.reply.clone(), events: events.clone() };
    let front_door = front_door::new(fixture.door, &fixture.settings, function);
    let response = front_door.handle(request(&fixture.request), CLIENT.into()).await;
    let (head, body) = response.into_parts();
    let headers = head.headers.iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let event = events.lock().unwrap().pop().map(|event| serde_json::from_slice(&event).unwrap());
    Exchange { event, response: ClientResponse { status: head.status.as_u16(), headers, body } }
}

fn request(Request { method, target, headers, body, body_base64 }: &Request) -> http::Request<Full<Bytes>> {
    let body = body_base64.as_ref().map_or_else(|| body.clone().into(), |it| STANDARD.decode(it).unwrap());
    let mut request = http::Request::builder().method(&**method).uri(target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Full::new(Bytes::from(body))).unwrap()
}
