//! The keys of one issuer, fetched once for all requests that wait for them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::discovery::{DiscoveryError, fetch_keys};
use super::fetch::Fetcher;
use super::key_error::KeySetError;
use crate::authorizer::jwk::KeySet;

/// The time between two fetches for keys that a token names and the issuer does not have. Anybody can invent such
/// tokens, and must not be able to flood the issuer. AWS does not document how often it fetches (JWT-14).
pub(super) const PAUSE: Duration = Duration::from_secs(5);

/// The time after a fetch that failed. An issuer that is starting is found soon.
pub(super) const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct IssuerKeys {
    issuer: String,
    state: Mutex<FetchState>,
    /// Held while keys are fetched.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct FetchState {
    fetched: Option<(Arc<KeySet>, Instant)>,
    /// The last fetch: the time at which it ended, and the reason if it failed.
    last: Option<(Instant, Option<Arc<DiscoveryError>>)>,
}

impl IssuerKeys {
    pub(super) fn new(issuer: String) -> Self {
        Self { issuer, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Returns a set that has a key. Keys are used for `lifetime` after they were fetched, also while a new fetch fails.
    pub(super) async fn set_with(
        &self,
        id: &str,
        lifetime: Duration,
        client: &Fetcher,
    ) -> Result<Arc<KeySet>, KeySetError> {
        if let Some(set) = self.known(id, lifetime) {
            return Ok(set);
        }
        let _turn = self.turn.lock().await;
        // Another request may have fetched the keys meanwhile.
        if let Some(set) = self.known(id, lifetime) {
            return Ok(set);
        }
        if self.may_fetch() {
            let fetched = fetch_keys(client, &self.issuer).await;
            self.state().keep(fetched);
        }
        self.known(id, lifetime).ok_or_else(|| self.reason(id, lifetime))
    }

    fn known(&self, id: &str, lifetime: Duration) -> Option<Arc<KeySet>> {
        self.state().set(lifetime).filter(|set| set.has(id)).cloned()
    }

    fn may_fetch(&self) -> bool {
        let state = self.state();
        let Some((ended, failure)) = &state.last else { return true };
        let pause = if failure.is_some() { PAUSE_AFTER_FAILURE } else { PAUSE };
        ended.elapsed() >= pause
    }

    /// Returns the reason for a missing key. A failure of the last fetch explains it better than the list of known
    /// keys.
    fn reason(&self, id: &str, lifetime: Duration) -> KeySetError {
        let state = self.state();
        if let Some((_, Some(failure))) = &state.last {
            return KeySetError::Discovery(Arc::clone(failure));
        }
        let known = state.set(lifetime).map(|set| set.ids().map(str::to_owned).collect());
        KeySetError::UnknownKey {
            id: id.to_owned(),
            source_of_keys: format!("the issuer `{}`", self.issuer),
            known: known.unwrap_or_default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, FetchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FetchState {
    fn set(&self, lifetime: Duration) -> Option<&Arc<KeySet>> {
        let (set, fetched) = self.fetched.as_ref()?;
        (fetched.elapsed() < lifetime).then_some(set)
    }

    fn keep(&mut self, fetched: Result<KeySet, DiscoveryError>) {
        let now = Instant::now();
        let failure = match fetched {
            Ok(set) => {
                self.fetched = Some((Arc::new(set), now));
                None
            }
            Err(error) => Some(Arc::new(error)),
        };
        self.last = Some((now, failure));
    }
}
