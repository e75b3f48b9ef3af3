//! The last requests, up to a limit of number and of memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::request::Record;

/// The most requests that are contents.
const MOST: usize = 1_000;

/// The most bytes of all requests together.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The last requests. Clones share their state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store(Arc<SharedStore>);

#[derive(Debug, Default)]
struct SharedStore {
    contents: Mutex<StoreContents>,
    /// Wakes readers that wait for a change.
    changed: Notify,
}

/// A point in the history of the store. Each change of a request adds 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sequence(pub(crate) u64);

#[derive(Debug, Default)]
struct StoreContents {
    /// In the order of their ids, which have no gaps.
    entries: VecDeque<StoreEntry>,
    next_id: u64,
    bytes: usize,
    sequence: Sequence,
    /// The point at which all requests were last forgotten.
    cleared: Sequence,
    /// Memory of the request that was forgotten last.
    reusable: Vec<u8>,
}

#[derive(Debug)]
struct StoreEntry {
    record: Arc<Record>,
    bytes: usize,
    changed: Sequence,
}

/// The changes after a point.
#[derive(Debug)]
pub(crate) struct Changes {
    /// The new and changed requests, each with the point of its last change, in the order of these points.
    pub(crate) records: Vec<(Sequence, Arc<Record>)>,
    /// The point at which all older requests were forgotten, if it is after the given point.
    pub(crate) cleared: Option<Sequence>,
    /// The point up to which the changes are complete.
    pub(crate) until: Sequence,
}

impl Store {
    /// Returns the memory of a forgotten request, to reuse it.
    pub(super) fn reusable(&self) -> Vec<u8> {
        std::mem::take(&mut self.contents().reusable)
    }

    /// Keeps a new request, and forgets the oldest requests if the limits are exceeded.
    pub(super) fn push(&self, record: Record) -> Arc<Record> {
        let bytes = record.size();
        let mut contents = self.contents();
        contents.next_id += 1;
        let record = Arc::new(record.with_id(contents.next_id));
        let changed = contents.step();
        contents.bytes += bytes;
        contents.entries.push_back(StoreEntry { record: Arc::clone(&record), bytes, changed });
        contents.forget_oldest();
        drop(contents);
        self.0.changed.notify_waiters();
        record
    }

    /// Returns a request, unless it is forgotten.
    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        self.contents().entry(id).map(|entry| Arc::clone(&entry.record))
    }

    /// Returns all requests, the newest first.
    pub(crate) fn newest(&self) -> Vec<Arc<Record>> {
        self.contents().entries.iter().rev().map(|entry| Arc::clone(&entry.record)).collect()
    }

    /// Forgets all requests.
    pub(crate) fn clear(&self) {
        let mut contents = self.contents();
        contents.cleared = contents.step();
        contents.bytes = 0;
        let forgotten = std::mem::take(&mut contents.entries);
        drop(contents);
        drop(forgotten);
        self.0.changed.notify_waiters();
    }

    /// Returns the changes after `seen`.
    pub(crate) fn changes(&self, seen: Sequence) -> Changes {
        let contents = self.contents();
        let changed = contents.entries.iter().filter(|entry| entry.changed > seen);
        let mut records: Vec<_> = changed.map(|entry| (entry.changed, Arc::clone(&entry.record))).collect();
        records.sort_by_key(|(changed, _)| *changed);
        Changes {
            records,
            cleared: Some(contents.cleared).filter(|cleared| *cleared > seen),
            until: contents.sequence,
        }
    }

    /// Waits for the next change after the future was enabled or first polled.
    pub(crate) fn next_change(&self) -> Notified<'_> {
        self.0.changed.notified()
    }

    /// Notes that a request has changed, and that its size is now `bytes`. A change of a forgotten request is ignored.
    pub(super) fn report_change(&self, id: u64, bytes: usize) {
        let mut contents = self.contents();
        let changed = contents.step();
        let Some(entry) = contents.entry(id) else { return };
        let before = std::mem::replace(&mut entry.bytes, bytes);
        entry.changed = changed;
        contents.bytes = contents.bytes - before + bytes;
        contents.forget_oldest();
        drop(contents);
        self.0.changed.notify_waiters();
    }

    fn contents(&self) -> MutexGuard<'_, StoreContents> {
        self.0.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreContents {
    fn step(&mut self) -> Sequence {
        self.sequence.0 += 1;
        self.sequence
    }

    fn entry(&mut self, id: u64) -> Option<&mut StoreEntry> {
        let first = self.next_id + 1 - u64::try_from(self.entries.len()).ok()?;
        self.entries.get_mut(usize::try_from(id.checked_sub(first)?).ok()?)
    }

    fn forget_oldest(&mut self) {
        while self.entries.len() > MOST || self.bytes > MOST_BYTES {
            let Some(StoreEntry { record, bytes, .. }) = self.entries.pop_front() else { break };
            self.bytes -= bytes;
            // A request that still goes on keeps its memory.
            self.reusable = Arc::into_inner(record).map(Record::into_reusable).unwrap_or_default();
        }
    }
}
