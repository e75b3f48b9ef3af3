//! The record of one request, from its arrival to the end of its invocation.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::detail::Detail;
use super::exchange::{Exchange, Subject};
use crate::timestamp::Timestamp;

/// A request, or an event without an HTTP request, as the emulator remembers it.
pub(crate) struct Record {
    id: u64,
    received: Timestamp,
    began: Instant,
    /// The id of the recorded request that this request sends again, perhaps edited.
    sent_from: Option<u64>,
    /// The id of the request that an authorizer is asked about.
    authorizes: Option<u64>,
    state: Mutex<RecordState>,
}

/// The part of a record that changes while the request goes on.
pub(super) struct RecordState {
    pub(super) exchange: Exchange,
    pub(super) detail: Detail,
    /// Whether an invocation is under way.
    pub(super) is_running: bool,
    /// Whether the line about the request was logged.
    pub(super) is_logged: bool,
}

/// The steps of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestStage {
    /// The front door reads the request.
    Receiving,
    /// The function is being built.
    Building,
    /// The event waits for a sandbox, or for its init.
    Queued,
    /// The function handles the event.
    Running,
    /// The client has its answer, and the invocation is over.
    Done,
}

impl Record {
    /// Begins the record of `subject`, which arrives now. `offset` is the difference between local time and UTC.
    pub(super) fn new(subject: Subject, detail: Detail, offset: time::UtcOffset) -> Self {
        let received = Timestamp::now();
        let exchange = Exchange::new(subject, received.to_offset(offset));
        Self {
            id: 0,
            received,
            began: Instant::now(),
            sent_from: None,
            authorizes: None,
            state: Mutex::new(RecordState { exchange, detail, is_running: false, is_logged: false }),
        }
    }

    pub(super) fn with_sent_from(self, sent_from: Option<u64>) -> Self {
        Self { sent_from, ..self }
    }

    pub(super) fn with_authorizes(self, authorizes: Option<u64>) -> Self {
        Self { authorizes, ..self }
    }

    pub(super) fn with_id(self, id: u64) -> Self {
        Self { id, ..self }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn received_at(&self) -> Timestamp {
        self.received
    }

    /// Returns the time since the request arrived.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Returns the id of the recorded request that this request sends again.
    pub(crate) fn sent_from(&self) -> Option<u64> {
        self.sent_from
    }

    /// Returns the id of the request that an authorizer is asked about.
    pub(crate) fn authorizes(&self) -> Option<u64> {
        self.authorizes
    }

    /// Reads the current state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Exchange, &Detail, RequestStage) -> T) -> T {
        let state = self.state();
        read(&state.exchange, &state.detail, state.stage())
    }

    /// Returns the size of the record in bytes.
    pub(super) fn size(&self) -> usize {
        self.state().size()
    }

    /// Returns memory for another record.
    pub(super) fn into_reusable(self) -> Vec<u8> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).detail.into_reusable()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, RecordState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordState {
    fn stage(&self) -> RequestStage {
        let times = &self.detail.times;
        match () {
            () if self.is_over() => RequestStage::Done,
            () if times.started.is_some() => RequestStage::Running,
            () if times.ready.is_some() => RequestStage::Queued,
            () if times.event.is_some() => RequestStage::Building,
            () => RequestStage::Receiving,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        !self.is_running && self.exchange.is_answered()
    }

    /// Returns the size of the whole record in bytes.
    pub(super) fn size(&self) -> usize {
        size_of::<Record>() + self.exchange.size() + self.detail.size()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("id", &self.id).finish_non_exhaustive()
    }
}
