//! The last requests, within limits of number and memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::Record;

/// The most requests that are kept.
const MOST: usize = 1_000;

/// The most bytes of all requests together.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The last requests. Clones share their state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store(Arc<Shared>);

/// The store, as a request in the store refers to it.
#[derive(Clone, Debug)]
pub(super) struct WeakStore(Weak<Shared>);

#[derive(Debug, Default)]
struct Shared {
    kept: Mutex<Kept>,
    /// Wakes readers that wait for a change.
    changed: Notify,
}

/// A point in the history of the store. Each change of a request adds 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sequence(pub(crate) u64);

#[derive(Debug, Default)]
struct Kept {
    /// In the order of their ids, which have no gaps.
    entries: VecDeque<Entry>,
    next_id: u64,
    bytes: usize,
    sequence: Sequence,
    /// The point at which all requests were last forgotten.
    cleared: Sequence,
    /// Memory of the request that was forgotten last.
    reusable: Vec<u8>,
}

#[derive(Debug)]
struct Entry {
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
        std::mem::take(&mut self.kept().reusable)
    }

    /// Keeps a new request, and forgets the oldest requests if the limits are exceeded.
    pub(super) fn push(&self, record: Record) -> Arc<Record> {
        let bytes = record.size();
        let mut kept = self.kept();
        kept.next_id += 1;
        let record = Arc::new(record.with_id(kept.next_id));
        let changed = kept.step();
        kept.bytes += bytes;
        kept.entries.push_back(Entry { record: Arc::clone(&record), bytes, changed });
        kept.forget_oldest();
        drop(kept);
        self.0.changed.notify_waiters();
        record
    }

    pub(super) fn downgrade(&self) -> WeakStore {
        WeakStore(Arc::downgrade(&self.0))
    }

    /// Returns a request, unless it is forgotten.
    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        self.kept().entry(id).map(|entry| Arc::clone(&entry.record))
    }

    /// Returns all requests, the newest first.
    pub(crate) fn newest(&self) -> Vec<Arc<Record>> {
        self.kept().entries.iter().rev().map(|entry| Arc::clone(&entry.record)).collect()
    }

    /// Forgets all requests.
    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.cleared = kept.step();
        kept.bytes = 0;
        let forgotten = std::mem::take(&mut kept.entries);
        drop(kept);
        drop(forgotten);
        self.0.changed.notify_waiters();
    }

    /// Returns the changes after `seen`.
    pub(crate) fn changes(&self, seen: Sequence) -> Changes {
        let kept = self.kept();
        let changed = kept.entries.iter().filter(|entry| entry.changed > seen);
        let mut records: Vec<_> = changed.map(|entry| (entry.changed, Arc::clone(&entry.record))).collect();
        records.sort_by_key(|(changed, _)| *changed);
        Changes {
            records,
            cleared: Some(kept.cleared).filter(|cleared| *cleared > seen),
            until: kept.sequence,
        }
    }

    /// Waits for the next change after the future was enabled or first polled.
    pub(crate) fn next_change(&self) -> Notified<'_> {
        self.0.changed.notified()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept()
    }
}

impl WeakStore {
    /// Returns the store, unless the emulator has ended.
    pub(super) fn upgrade(&self) -> Option<Store> {
        self.0.upgrade().map(Store)
    }

    /// A request has changed, and its size is now `bytes`. A change of a forgotten request is ignored.
    pub(super) fn changed(&self, id: u64, bytes: usize) {
        let Some(shared) = self.0.upgrade() else { return };
        let mut kept = shared.kept();
        let changed = kept.step();
        let Some(entry) = kept.entry(id) else { return };
        let before = std::mem::replace(&mut entry.bytes, bytes);
        entry.changed = changed;
        kept.bytes = kept.bytes - before + bytes;
        kept.forget_oldest();
        drop(kept);
        shared.changed.notify_waiters();
    }
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn step(&mut self) -> Sequence {
        self.sequence.0 += 1;
        self.sequence
    }

    fn entry(&mut self, id: u64) -> Option<&mut Entry> {
        let first = self.next_id + 1 - u64::try_from(self.entries.len()).ok()?;
        self.entries.get_mut(usize::try_from(id.checked_sub(first)?).ok()?)
    }

    fn forget_oldest(&mut self) {
        while self.entries.len() > MOST || self.bytes > MOST_BYTES {
            let Some(Entry { record, bytes, .. }) = self.entries.pop_front() else { break };
            self.bytes -= bytes;
            // A request that still goes on keeps its memory.
            self.reusable = Arc::into_inner(record).map(Record::into_reusable).unwrap_or_default();
        }
    }
}
