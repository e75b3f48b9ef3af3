//! The stream of changes, as server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout_at};

use super::Inspector;
use super::response::InspectorBody;
use super::view::Summary;
use crate::record::{Record, SOON, Sequence};

/// How often functions and sandboxes are polled, since they do not report changes.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The longest silence before a comment is sent, so that clients do not consider the connection dead.
const SILENCE: Duration = Duration::from_secs(15);

/// The position of one client.
struct StreamClient {
    inspector: Arc<Inspector>,
    is_greeted: bool,
    seen: Sequence,
    /// The functions as the client knows them.
    functions: String,
    next_look: Instant,
    spoke: Instant,
}

#[derive(Serialize)]
struct Hello<'a> {
    emulator: String,
    version: &'a str,
}

impl Inspector {
    /// Returns the stream of changes. A client that reconnects gets the changes after its `Last-Event-ID`.
    pub(super) fn stream(self: &Arc<Self>, head: &Parts) -> Response<InspectorBody> {
        let last = head.headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
        let now = self.store.changes(Sequence(u64::MAX)).until;
        let client = StreamClient {
            inspector: Arc::clone(self),
            is_greeted: false,
            seen: last.map_or(now, Sequence).min(now),
            functions: String::new(),
            next_look: Instant::now(),
            spoke: Instant::now(),
        };
        let pieces = stream::unfold(client, |mut client| async move {
            let piece = client.next().await;
            Some((Ok::<_, Infallible>(Frame::data(Bytes::from(piece))), client))
        });
        let mut response = Response::new(StreamBody::new(pieces).boxed_unsync());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl StreamClient {
    /// Waits for news, and returns them as a piece of the stream.
    async fn next(&mut self) -> String {
        let mut text = String::new();
        if !std::mem::replace(&mut self.is_greeted, true) {
            let hello = Hello { emulator: self.inspector.id.to_string(), version: env!("CARGO_PKG_VERSION") };
            text.push_str("retry: 1000\n\n");
            event(&mut text, "hello", self.seen, &hello);
        }
        loop {
            self.look(&mut text);
            self.requests(&mut text);
            if text.is_empty() && self.spoke.elapsed() >= SILENCE {
                text.push_str(":\n\n");
            }
            if !text.is_empty() {
                self.spoke = Instant::now();
                return text;
            }
            self.change().await;
        }
    }

    /// Waits for a change of the store, or for the next look at the functions.
    async fn change(&self) {
        let change = self.inspector.store.next_change();
        tokio::pin!(change);
        change.as_mut().enable();
        if self.inspector.store.changes(self.seen).until > self.seen
            || timeout_at(self.next_look, change).await.is_ok()
        {
            // Under load, a client gets few large pieces with only the last state of each request.
            sleep(SOON).await;
        }
    }

    fn requests(&mut self, text: &mut String) {
        let changes = self.inspector.store.changes(self.seen);
        if let Some(cleared) = changes.cleared {
            event(text, "cleared", cleared, &serde_json::json!({}));
        }
        for (changed, record) in &changes.records {
            request(text, *changed, record);
        }
        self.seen = changes.until;
    }

    fn look(&mut self, text: &mut String) {
        if Instant::now() < self.next_look {
            return;
        }
        self.next_look = Instant::now() + LOOK_EVERY;
        let functions = serde_json::to_string(&self.inspector.functions()).unwrap_or_default();
        if functions != self.functions {
            self.functions = functions;
            // Writing to a string does not fail.
            let _ = write!(text, "event: functions\nid: {}\ndata: {}\n\n", self.seen.0, self.functions);
        }
    }
}

fn request(text: &mut String, changed: Sequence, record: &Record) {
    record.read(|exchange, _, stage| event(text, "request", changed, &Summary::new(record, exchange, stage)));
}

/// Appends an event. Its JSON has no line breaks, so one line of data is enough.
fn event(text: &mut String, name: &str, sequence: Sequence, data: &impl Serialize) {
    let data = serde_json::to_string(data).unwrap_or_default();
    let _ = write!(text, "event: {name}\nid: {}\ndata: {data}\n\n", sequence.0);
}
