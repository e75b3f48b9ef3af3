//! The credentials for verifying signatures, which are read again when a key is not among them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::credentials::Sources;
use super::date::SigningTime;
use super::key_pair::{CredentialsError, KeyPair};

/// The shortest time between two reads of the credentials. Temporary credentials change within an hour.
const PAUSE: Duration = Duration::from_secs(5);

/// All credentials that are known.
#[derive(Debug)]
pub(super) struct Keyring {
    sources: Sources,
    known: Mutex<Arc<[KeyPair]>>,
    /// The time of the last read, locked during a read.
    looked: tokio::sync::Mutex<Instant>,
}

impl Keyring {
    /// Reads the credentials for the first time.
    pub(super) async fn read(sources: Sources) -> Result<Self, CredentialsError> {
        let known = Mutex::new(sources.read().await?.into());
        Ok(Self { sources, known, looked: tokio::sync::Mutex::new(Instant::now()) })
    }

    /// Finds a key. For an unknown or expired key the credentials are read again.
    pub(super) async fn find(&self, access_key: &str, now: SigningTime) -> Option<KeyPair> {
        let is_good = |pair: &KeyPair| pair.expiration.is_none_or(|end| now < end);
        match self.known(access_key) {
            Some(pair) if is_good(&pair) => Some(pair),
            _ => {
                self.look_again().await;
                self.known(access_key)
            }
        }
    }

    /// Lists the key ids in a text for people.
    pub(super) fn ids(&self) -> String {
        let ids: Vec<_> = self.all().iter().map(|pair| format!("`{}`", pair.access_key)).collect();
        ids.join(" and ")
    }

    async fn look_again(&self) {
        let mut looked = self.looked.lock().await;
        if looked.elapsed() < PAUSE {
            return;
        }
        // If the credentials can no longer be read, the known credentials stay.
        if let Ok(pairs) = self.sources.read().await {
            *self.known.lock().unwrap_or_else(PoisonError::into_inner) = pairs.into();
        }
        *looked = Instant::now();
    }

    fn known(&self, access_key: &str) -> Option<KeyPair> {
        self.all().iter().find(|pair| pair.access_key == access_key).cloned()
    }

    fn all(&self) -> Arc<[KeyPair]> {
        Arc::clone(&self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
