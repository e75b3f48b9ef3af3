//! All keys that verify tokens: the keys of issuers, of a file, and of the emulator's own issuer.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::fetch::Fetcher;
use super::issuer_keys::IssuerKeys;
use super::jwks_file::JwksFile;
use super::key_error::{JwksFileError, KeySetError};
use crate::authorizer::issuer::{OwnIssuer, OwnKey};
use crate::authorizer::jwk::KeySet;

/// The keys of all issuers. The authorizers of all front doors share them, and keep them when the template changes.
#[derive(Debug)]
pub struct KeySets {
    file: Option<JwksFile>,
    fetcher: Fetcher,
    issuers: Mutex<HashMap<String, Arc<IssuerKeys>>>,
    own: Arc<OwnIssuer>,
}

impl KeySets {
    /// Finds keys by the discovery of `OpenID` Connect, when a token needs them.
    pub fn discovered(own: Arc<OwnIssuer>) -> Self {
        Self { file: None, fetcher: Fetcher::default(), issuers: Mutex::default(), own }
    }

    /// Takes the keys of all issuers from a file with a JWK set, or with a JWK set for each issuer. The file is read again
    /// when it changes, and nothing is fetched.
    ///
    /// # Errors
    /// Any [`JwksFileError`].
    pub fn from_file(path: impl Into<PathBuf>, own: Arc<OwnIssuer>) -> Result<Self, Arc<JwksFileError>> {
        Ok(Self { file: Some(JwksFile::open(path.into())?), ..Self::discovered(own) })
    }

    /// Whether every issuer is accepted for an authorizer whose issuer only AWS knows: the keys are in the file.
    pub(super) fn trusts_any_issuer(&self) -> bool {
        self.file.is_some()
    }

    /// Returns a set of `issuer` that has a key.
    pub(super) async fn set_with(
        &self,
        issuer: &str,
        id: &str,
        lifetime: Duration,
    ) -> Result<Arc<KeySet>, KeySetError> {
        if let Some(file) = &self.file {
            return file.set_with(issuer, id);
        }
        self.issuer(issuer).set_with(id, lifetime, &self.fetcher).await
    }

    /// Returns the key of the emulator's own issuer, if it has this id.
    pub(super) fn own_key(&self, id: &str) -> Option<Arc<OwnKey>> {
        self.own.key_with(id)
    }

    fn issuer(&self, url: &str) -> Arc<IssuerKeys> {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(issuer) = issuers.get(url) {
            return Arc::clone(issuer);
        }
        // The map stays small, since only issuers of a template get here.
        let issuer = Arc::new(IssuerKeys::new(url.to_owned()));
        issuers.insert(url.to_owned(), Arc::clone(&issuer));
        issuer
    }
}
