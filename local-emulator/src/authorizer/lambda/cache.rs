//! The cache of one authorizer: answers by the identity of callers.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::AuthorizerAnswer;
use super::ask::{AnswerReport, NotAuthorized};

/// The maximum number of cached answers.
const MOST: usize = 1_000;

/// The maximum size in bytes of all identities and answers together.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// "The maximum value is 3600, or 1 hour":
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html>.
const LONGEST: Duration = Duration::from_secs(3_600);

/// The answers of one authorizer of one stage.
///
/// Requests of one identity that arrive while the authorizer runs wait for its answer. Undocumented (LAUTH-6): AWS does
/// not say whether it invokes the authorizer once. An invocation for each request would start as many sandboxes of the
/// authorizer, and only one answer would be cached.
#[derive(Debug)]
pub(super) struct Cache {
    ttl: Duration,
    kept: Mutex<CachedAnswers>,
}

/// The identity of a caller, and the generation of the authorizer's function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    identity: Arc<str>,
    generation: u64,
}

#[derive(Debug, Default)]
struct CachedAnswers {
    entries: HashMap<Key, CacheEntry>,
    /// Answers in the order of arrival, in which they also expire.
    order: VecDeque<(Key, u64)>,
    /// Counts all entries.
    next: u64,
    bytes: usize,
}

#[derive(Debug)]
struct CacheEntry {
    number: u64,
    state: EntryState,
}

#[derive(Debug)]
enum EntryState {
    /// The authorizer is running.
    Asking(watch::Receiver<Option<Result<AnswerReport, NotAuthorized>>>),
    Answered {
        answer: Arc<AuthorizerAnswer>,
        until: Instant,
        bytes: usize,
    },
}

/// The next step of a request.
enum CacheStep<'a> {
    Take(Arc<AuthorizerAnswer>),
    Wait(watch::Receiver<Option<Result<AnswerReport, NotAuthorized>>>),
    Ask(Flight<'a>),
}

/// A running invocation. If it is dropped without an answer, another request invokes the authorizer.
struct Flight<'a> {
    cache: &'a Cache,
    key: Key,
    number: u64,
    answer: watch::Sender<Option<Result<AnswerReport, NotAuthorized>>>,
}

impl Key {
    /// Builds a key. `identity` has the values of the identity sources, in their order.
    pub(super) fn new(identity: &[impl AsRef<str>], generation: u64) -> Self {
        let length = identity.iter().map(|value| value.as_ref().len() + 8).sum();
        let mut key = String::with_capacity(length);
        for value in identity.iter().map(AsRef::as_ref) {
            // The length separates the values, so that different lists never have the same key.
            key.push_str(&value.len().to_string());
            key.push(':');
            key.push_str(value);
        }
        Self { identity: key.into(), generation }
    }
}

impl Cache {
    /// Caches each answer for `ttl`, at most for an hour.
    pub(super) fn new(ttl: Duration) -> Self {
        Self { ttl: ttl.min(LONGEST), kept: Mutex::default() }
    }

    /// Returns the cached answer, or calls the authorizer.
    pub(super) async fn get(
        &self,
        key: Key,
        ask: impl Future<Output = Result<AnswerReport, NotAuthorized>>,
    ) -> Result<AnswerReport, NotAuthorized> {
        match self.wait(&key).await {
            ControlFlow::Break(answer) => answer,
            ControlFlow::Continue(flight) => {
                let answer = ask.await;
                flight.land(&answer);
                answer
            }
        }
    }

    /// Waits for the answer to another request, or for the turn to call the authorizer.
    async fn wait(&self, key: &Key) -> ControlFlow<Result<AnswerReport, NotAuthorized>, Flight<'_>> {
        loop {
            match self.turn(key) {
                CacheStep::Take(answer) => return ControlFlow::Break(Ok(AnswerReport::kept(answer))),
                CacheStep::Ask(flight) => return ControlFlow::Continue(flight),
                // An error means that the client of the other request has left.
                CacheStep::Wait(mut answer) => {
                    if let Ok(answer) = answer.wait_for(Option::is_some).await
                        && let Some(answer) = answer.clone()
                    {
                        return ControlFlow::Break(answer);
                    }
                }
            }
        }
    }

    fn turn(&self, key: &Key) -> CacheStep<'_> {
        let mut kept = self.kept();
        match kept.entries.get(key).map(|entry| &entry.state) {
            Some(EntryState::Asking(answer)) => return CacheStep::Wait(answer.clone()),
            Some(EntryState::Answered { answer, until, .. }) if *until > Instant::now() => {
                return CacheStep::Take(Arc::clone(answer));
            }
            Some(EntryState::Answered { .. }) | None => {}
        }
        let (answer, receiver) = watch::channel(None);
        let number = kept.put(key.clone(), EntryState::Asking(receiver));
        CacheStep::Ask(Flight { cache: self, key: key.clone(), number, answer })
    }

    fn kept(&self) -> MutexGuard<'_, CachedAnswers> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight<'_> {
    /// Caches an answer, and gives it to all requests that wait for it. A failure is not cached.
    fn land(self, answer: &Result<AnswerReport, NotAuthorized>) {
        if let Ok(AnswerReport { answer, size, .. }) = answer {
            let until = Instant::now() + self.cache.ttl;
            let bytes = size + self.key.identity.len();
            self.cache.kept().keep(
                &self.key,
                self.number,
                EntryState::Answered { answer: Arc::clone(answer), until, bytes },
            );
        }
        self.answer.send_replace(Some(answer.clone()));
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        // The entry is removed before the sender is dropped, so that no request waits for it again.
        self.cache.kept().forget_question(&self.key, self.number);
    }
}

impl CachedAnswers {
    fn put(&mut self, key: Key, state: EntryState) -> u64 {
        self.next += 1;
        let number = self.next;
        let old = self.entries.insert(key, CacheEntry { number, state });
        self.bytes -= old.map_or(0, |old| old.bytes());
        number
    }

    fn keep(&mut self, key: &Key, number: u64, state: EntryState) {
        let Some(entry) = self.entries.get_mut(key).filter(|entry| entry.number == number) else { return };
        entry.state = state;
        self.bytes += entry.bytes();
        self.order.push_back((key.clone(), number));
        self.forget_oldest();
    }

    fn forget_question(&mut self, key: &Key, number: u64) {
        let is_question =
            |entry: &CacheEntry| entry.number == number && matches!(entry.state, EntryState::Asking(_));
        if self.entries.get(key).is_some_and(is_question) {
            self.entries.remove(key);
        }
    }

    /// Removes expired answers, and the oldest answers over the limits.
    fn forget_oldest(&mut self) {
        let now = Instant::now();
        while let Some((key, number)) = self.order.front() {
            let oldest = self.entries.get(key).filter(|entry| entry.number == *number);
            let is_over = match oldest.map(|entry| &entry.state) {
                Some(EntryState::Answered { until, .. }) => *until <= now,
                // A newer invocation has replaced this entry.
                Some(EntryState::Asking(_)) | None => true,
            };
            if !is_over && self.order.len() <= MOST && self.bytes <= MOST_BYTES {
                return;
            }
            if oldest.is_some()
                && let Some(entry) = self.entries.remove(key)
            {
                self.bytes -= entry.bytes();
            }
            self.order.pop_front();
        }
    }
}

impl CacheEntry {
    fn bytes(&self) -> usize {
        match &self.state {
            EntryState::Asking(_) => 0,
            EntryState::Answered { bytes, .. } => *bytes,
        }
    }
}

#[cfg(test)]
mod tests;
