//! How many invocations of all functions together may be under way: the account's concurrency.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The invocations that are under way, and the limit for them.
#[derive(Clone, Debug)]
pub struct Concurrency {
    free: Arc<Semaphore>,
    limit: usize,
}

/// A place among the invocations that are under way, given back when dropped.
pub(super) type Place = OwnedSemaphorePermit;

impl Concurrency {
    /// Up to `limit` invocations at once.
    pub fn new(limit: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))), limit }
    }

    /// The limit.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// A place, if one is free.
    pub(super) fn try_enter(&self) -> Option<Place> {
        Arc::clone(&self.free).try_acquire_owned().ok()
    }

    /// A place, if one is free, or comes free within `patience`; without `patience`, as long as it takes.
    pub(super) async fn enter(&self, patience: Option<Duration>) -> Option<Place> {
        if let Some(place) = self.try_enter() {
            return Some(place);
        }
        let place = Arc::clone(&self.free).acquire_owned();
        // The semaphore is never closed, which would be the other error.
        match patience {
            Some(patience) => timeout(patience, place).await.ok()?.ok(),
            None => place.await.ok(),
        }
    }
}
