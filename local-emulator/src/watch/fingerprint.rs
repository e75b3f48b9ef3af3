//! The state of files, which decides whether a hint is a change of content.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The largest file that is read, in bytes. Larger files are compared by size and time: reading them would take longer than
/// a build that changes nothing.
const READ_AT_MOST: u64 = 4 * 1024 * 1024;

/// The most by which the time of a file lags behind the clock: Linux stamps files with the time of its last tick.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// The state of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    stamp: FileStamp,
    /// A hash of the content, or of the stamp for a large file.
    content: u64,
}

/// The metadata of a file, which is cheap to read. A file with the same stamp has the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileStamp {
    is_pipe: bool,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    /// The time of the last change of content, name or mode, which no program can set.
    changed: (i64, i64),
}

/// The result of a comparison of a file with its known state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileComparison {
    /// Nothing wrote the file.
    Untouched,
    /// The file was written, and has the same content as before.
    Rewritten(Fingerprint),
    /// The file has another content, or is new, or gone.
    Changed(Option<Fingerprint>),
}

impl Fingerprint {
    /// Reads the file, through symbolic links; `None` if the path is neither a file nor a named pipe. If the file cannot be
    /// read, for lack of descriptors or permissions, the stamp stands for the content.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let stamp = FileStamp::read(path)?;
        let is_read = !stamp.is_pipe && stamp.bytes <= READ_AT_MOST;
        let bytes = is_read.then(|| fs::read(path));
        let content = match bytes {
            Some(Ok(bytes)) => hash(&bytes),
            Some(Err(error)) if error.kind() == ErrorKind::NotFound => return None,
            Some(Err(_)) | None => stamp.hash(),
        };
        Some(Self { stamp, content })
    }

    /// Returns the time of the last write or rename of the file.
    pub(super) fn changed(&self) -> SystemTime {
        time(self.stamp.changed)
    }

    /// Returns a number that identifies the content.
    pub(super) fn content(&self) -> u64 {
        self.content
    }
}

impl FileStamp {
    /// Reads the stamp; `None` if the path is neither a file nor a named pipe.
    fn read(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let inode = metadata.ino();
        if metadata.file_type().is_fifo() {
            // A pipe blocks its reader. It changes only if another pipe replaces it.
            return Some(Self { is_pipe: true, inode, bytes: 0, modified: (0, 0), changed: (0, 0) });
        }
        metadata.is_file().then(|| Self {
            is_pipe: false,
            inode,
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    fn hash(&self) -> u64 {
        let (seconds, nanoseconds) = self.modified;
        let pipe = if self.is_pipe { self.inode } else { 0 };
        hash(format!("{pipe} {} {seconds} {nanoseconds}", self.bytes).as_bytes())
    }
}

fn time((seconds, nanoseconds): (i64, i64)) -> SystemTime {
    let whole = Duration::from_secs(seconds.try_into().unwrap_or(0));
    SystemTime::UNIX_EPOCH + whole + Duration::from_nanos(nanoseconds.try_into().unwrap_or(0))
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// The last state of each file that was compared.
#[derive(Debug, Default)]
pub(super) struct KnownFiles {
    files: BTreeMap<PathBuf, Fingerprint>,
}

impl KnownFiles {
    /// Compares a file with its known state. Reads the content only if the file was written.
    pub(super) fn compare(&self, path: &Path) -> FileComparison {
        let known = self.files.get(path);
        let stamp = FileStamp::read(path);
        match (known, stamp) {
            (None, None) => FileComparison::Untouched,
            (Some(known), Some(stamp)) if known.stamp == stamp => FileComparison::Untouched,
            (Some(known), Some(_)) => match Fingerprint::read(path) {
                Some(current) if current.content == known.content => FileComparison::Rewritten(current),
                current => FileComparison::Changed(current),
            },
            (_, stamp) => FileComparison::Changed(stamp.and_then(|_| Fingerprint::read(path))),
        }
    }

    /// Remembers the state of a file; `None` for a file that is gone.
    pub(super) fn set(&mut self, path: &Path, state: Option<Fingerprint>) {
        match state {
            Some(state) => self.files.insert(path.to_owned(), state),
            None => self.files.remove(path),
        };
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Returns the known files in a folder and the folders below.
    pub(super) fn below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        // Paths are ordered by their components, so that the files of a folder are neighbours.
        let from =
            self.files.range::<Path, _>((std::ops::Bound::Included(folder), std::ops::Bound::Unbounded));
        from.map(|(path, _)| path.as_path()).take_while(move |path| path.starts_with(folder))
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }
}
