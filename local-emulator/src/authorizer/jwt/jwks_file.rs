//! The file of `--jwks`: the keys of issuers, for work without a network.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::Value;

use super::key_error::{JwksFileError, KeySetError};
use crate::authorizer::jwk::KeySet;

/// A file that is read again when it changes.
#[derive(Debug)]
pub(super) struct JwksFile {
    path: PathBuf,
    read: Mutex<Option<(FileVersion, CurrentSets)>>,
}

/// The sets of a file, or the reason why they cannot be read.
type CurrentSets = Result<Arc<Sets>, Arc<JwksFileError>>;

/// The time and the size of a file, by which a change is seen.
type FileVersion = (SystemTime, u64);

/// The content of a file.
#[derive(Debug)]
enum Sets {
    /// A set for any issuer.
    Any(Arc<KeySet>),
    /// A set for each issuer.
    Each(BTreeMap<String, Arc<KeySet>>),
}

impl JwksFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Any [`JwksFileError`].
    pub(super) fn open(path: PathBuf) -> Result<Self, Arc<JwksFileError>> {
        let file = Self { path, read: Mutex::new(None) };
        file.current().map(|_| file)
    }

    /// Returns a set of `issuer` that has a key.
    pub(super) fn set_with(&self, issuer: &str, id: &str) -> Result<Arc<KeySet>, KeySetError> {
        let sets = self.current().map_err(KeySetError::File)?;
        let set = match &*sets {
            Sets::Any(set) => set,
            Sets::Each(sets) => sets.get(issuer).ok_or_else(|| KeySetError::NotInFile {
                issuer: issuer.to_owned(),
                issuers: sets.keys().cloned().collect(),
            })?,
        };
        if set.has(id) {
            return Ok(Arc::clone(set));
        }
        Err(KeySetError::UnknownKey {
            id: id.to_owned(),
            source_of_keys: format!("`{}`", self.path.display()),
            known: set.ids().map(str::to_owned).collect(),
        })
    }

    /// Returns the current content. The check of the file's time takes about a microsecond.
    fn current(&self) -> CurrentSets {
        let failed = |cause| JwksFileError::Read { path: self.path.clone(), cause };
        let file_version = file_version(&self.path).map_err(failed)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, sets)) = &*read
            && *known == file_version
        {
            return sets.clone();
        }
        let sets = Sets::read(&self.path).map(Arc::new).map_err(Arc::new);
        *read = Some((file_version, sets.clone()));
        sets
    }
}

fn file_version(path: &Path) -> std::io::Result<FileVersion> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.modified()?, metadata.len()))
}

impl Sets {
    fn read(path: &Path) -> Result<Self, JwksFileError> {
        let json = fs::read(path).map_err(|cause| JwksFileError::Read { path: path.to_owned(), cause })?;
        Self::parse(&json).map_err(|cause| JwksFileError::Content { path: path.to_owned(), cause })
    }

    fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let members: BTreeMap<String, Value> = serde_json::from_slice(json)?;
        // An issuer is a URL, so that no issuer has the name `keys`.
        if members.contains_key("keys") {
            return KeySet::read(json).map(|set| Self::Any(Arc::new(set)));
        }
        let sets = KeySet::read_each(json)?.into_iter();
        Ok(Self::Each(sets.map(|(issuer, set)| (issuer, Arc::new(set))).collect()))
    }
}
