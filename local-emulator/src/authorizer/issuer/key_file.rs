//! The file of the key, below the target folder of the project.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::key::{OwnKey, is_own_id};
use crate::target_folder;

/// The name of the file, which is a private key in the form of PKCS#8.
const NAME: &str = "issuer.pk8";

/// The emulator's issuer of one project. `dev` and `token` have one each, and share the file.
#[derive(Debug)]
pub struct OwnIssuer {
    target_directory: PathBuf,
    /// The key as it was last read, with the state of its file.
    read: Mutex<Option<(FileState, Arc<OwnKey>)>>,
}

/// A key that cannot be read or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnKeyError {
    /// The file cannot be read.
    #[error("cannot read `{}`, the key of the emulator's issuer", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// The file is not a key.
    #[error("`{}` is not an RSA key that signs tokens ({cause}): remove the file, and a new key is made", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// The reason.
        cause: String,
    },
    /// The file cannot be written.
    #[error("cannot write `{}`, the key of the emulator's issuer", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// The key cannot be made.
    #[error("cannot make a key for the emulator's issuer: {0}")]
    Make(String),
    /// The program was built without the feature that makes keys.
    #[error(
        "this program was built without the feature `token`, which makes the key: install it with \
         `cargo install --locked cargo-api-routes --features token`"
    )]
    NoFeature,
}

/// A state of a file: inode, and the seconds and nanoseconds of its last change of status. A copy that keeps the time of its
/// source has another state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileState(u64, i64, i64);

impl FileState {
    fn new(metadata: &Metadata) -> Self {
        Self(metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
    }
}

impl OwnIssuer {
    /// Uses the key in a target folder. Nothing is read or made yet.
    pub fn new(target_directory: impl Into<PathBuf>) -> Self {
        Self { target_directory: target_directory.into(), read: Mutex::new(None) }
    }

    /// Returns the path of the key, whether or not it has been made.
    pub fn file(&self) -> PathBuf {
        self.target_directory.join(target_folder::NAME).join(NAME)
    }

    /// Returns the key, if it has been made.
    ///
    /// # Errors
    /// [`OwnKeyError::Read`] and [`OwnKeyError::Content`].
    pub fn key(&self) -> Result<Option<Arc<OwnKey>>, OwnKeyError> {
        let file = self.file();
        match self.read(&file) {
            Ok(key) => Ok(Some(key)),
            Err(OwnKeyError::Read { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the key, and makes it if it is missing. Processes that do so at the same time get the same key.
    ///
    /// # Errors
    /// Any [`OwnKeyError`].
    pub fn key_or_new(&self) -> Result<Arc<OwnKey>, OwnKeyError> {
        if let Some(key) = self.key()? {
            return Ok(key);
        }
        let der = new_key()?;
        let file = self.file();
        self.write_new(&file, &der).map_err(|cause| OwnKeyError::Write { file: file.clone(), cause })?;
        self.read(&file)
    }

    /// Returns the public half of the key, as a JWK set. An issuer whose key has not been made, or cannot be read, has signed no
    /// token.
    pub fn jwks(&self) -> Value {
        let keys: Vec<_> = self.key().ok().flatten().iter().map(|key| key.jwk()).collect();
        json!({ "keys": keys })
    }

    /// Returns the key if it has this id. A broken file counts as no key; the verb `token` reports it.
    pub(crate) fn key_with(&self, id: &str) -> Option<Arc<OwnKey>> {
        if !is_own_id(id) {
            return None;
        }
        self.key().ok()?.filter(|key| key.id() == id)
    }

    /// Reads and checks the key. The check takes longer than to verify a token, so the key is kept until its file
    /// changes.
    fn read(&self, file: &Path) -> Result<Arc<OwnKey>, OwnKeyError> {
        let failed = |cause| OwnKeyError::Read { file: file.to_owned(), cause };
        let state = fs::metadata(file).map(|metadata| FileState::new(&metadata)).map_err(failed)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, key)) = &*read
            && *known == state
        {
            return Ok(Arc::clone(key));
        }
        let der = fs::read(file).map_err(failed)?;
        let key = OwnKey::from_pkcs8(&der);
        let key = key.map_err(|cause| OwnKeyError::Content { file: file.to_owned(), cause })?;
        let key = Arc::new(key);
        *read = Some((state, Arc::clone(&key)));
        Ok(key)
    }

    /// Writes a new file at once, readable by its owner only. A file that another process wrote meanwhile stays.
    fn write_new(&self, file: &Path, der: &[u8]) -> io::Result<()> {
        use std::io::Write as _;

        target_folder::make(&self.target_directory)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // `tempfile` makes files that only their owner can read and write.
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(der)?;
        new.as_file().sync_all()?;
        match new.persist_noclobber(file) {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error.error),
        }
    }
}

/// Makes a key of the size that issuers use, in the form of PKCS#8. `ring` cannot make RSA keys.
#[cfg(any(feature = "issuer-key", test))]
pub(in crate::authorizer) fn new_key() -> Result<Vec<u8>, OwnKeyError> {
    use rsa::pkcs8::EncodePrivateKey as _;

    const BITS: usize = 2048;
    let mut random = rsa::rand_core::UnwrapErr(getrandom::SysRng);
    let key =
        rsa::PrivateKey::new(&mut random, BITS).map_err(|error| OwnKeyError::Make(error.to_string()))?;
    let der = key.to_pkcs8_der().map_err(|error| OwnKeyError::Make(error.to_string()))?;
    Ok(der.as_bytes().to_vec())
}

#[cfg(not(any(feature = "issuer-key", test)))]
fn new_key() -> Result<Vec<u8>, OwnKeyError> {
    Err(OwnKeyError::NoFeature)
}
