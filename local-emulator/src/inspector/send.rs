//! Sends new requests, and recorded requests again.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header::HOST;
use http_body_util::{BodyExt, Full};
use tokio::time::timeout;

use super::Inspector;
use super::draft::{Draft, PEER, Sendable, host_of, host_of_url};
use super::error::InspectorError;
use crate::door::Door;
use crate::record::{Record, RequestStage};

/// How long an answer of the API waits for the end of the invocation. Work after the response may take longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A request that was sent.
pub(super) struct SentRequest {
    pub(super) record: Arc<Record>,
    /// The body of the response beyond what a record keeps, if the client wants it.
    pub(super) whole_body: Option<Vec<u8>>,
}

impl Inspector {
    pub(super) async fn send_new(
        &self,
        draft: Draft,
        wants_body: bool,
    ) -> Result<SentRequest, InspectorError> {
        let door = self.door(draft.front_door.as_deref())?;
        let request = draft.into_new(door)?.into_request(door)?;
        Ok(self.send(door, request, None, wants_body).await)
    }

    pub(super) async fn send_again(
        &self,
        record: &Record,
        edits: Draft,
        wants_body: bool,
    ) -> Result<SentRequest, InspectorError> {
        let mut sendable = Sendable::from_record(record, !edits.has_body())?;
        let from = self.door(Some(&sendable.door))?;
        let to = edits.front_door.as_deref().map_or(Ok(from), |name| self.door(Some(name)))?;
        if !Arc::ptr_eq(from, to) {
            let function = record.read(|exchange, _, _| exchange.function().map(str::to_owned));
            let declared = to.current.declared();
            let own_host = function.as_deref().zip(declared.as_ref().as_ref());
            let own_host =
                own_host.and_then(|(function, declared)| host_of_url(declared, function, to.address.port()));
            sendable.lead_to(from, to, edits.has_target());
            if !edits.has_headers()
                && let Some(host) = own_host.or_else(|| host_of(to))
            {
                // `insert` replaces the old host in its place.
                sendable.headers.insert(HOST, host);
            }
        }
        let request = edits.apply_to(sendable)?.into_request(to)?;
        Ok(self.send(to, request, Some(record.id()), wants_body).await)
    }

    async fn send(
        &self,
        door: &Door,
        request: Request<Full<Bytes>>,
        from: Option<u64>,
        wants_body: bool,
    ) -> SentRequest {
        let (head, body) = request.into_parts();
        let recording = door.record(&head, from);
        let record = Arc::clone(recording.record());
        let mut body = door.answer(Request::from_parts(head, body), PEER, recording).await.into_body();
        // A stream that breaks off is recorded up to that point.
        let mut whole_body = wants_body.then(Vec::new);
        while let Some(Ok(frame)) = body.frame().await {
            if let (Some(whole), Ok(data)) = (&mut whole_body, frame.into_data()) {
                whole.extend_from_slice(&data);
            }
        }
        drop(body);
        // If the invocation goes on, so does the record.
        let _ = timeout(PATIENCE, self.is_done(&record)).await;
        SentRequest { record, whole_body }
    }

    async fn is_done(&self, record: &Record) {
        loop {
            let change = self.store.next_change();
            tokio::pin!(change);
            change.as_mut().enable();
            if record.read(|_, _, stage| stage == RequestStage::Done) {
                return;
            }
            change.await;
        }
    }
}
