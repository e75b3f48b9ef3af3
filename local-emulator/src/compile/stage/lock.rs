//! Which stages are in use: each is locked by the emulator that runs from it.
//!
//! The system lets go of a lock when its process ends, however it ends. Unlike an id of a process, a lock also counts
//! for an emulator in another container, as long as both run on one kernel. On a file system without locks (some
//! network file systems, some shared folders of virtual machines) nothing is known of other stages, and none is
//! removed: what killed emulators leave there stays until `cargo clean`. Should such a file system claim a lock that
//! it does not hold against others, an emulator whose stage is removed builds again.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// The lock of one stage, a file beside its folder. It is let go of when this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Locks `stage`, whose folder need not be there yet: make it after this, so that nobody takes it for an abandoned
    /// one. `None` if another emulator has locked it, or without locks.
    pub(super) fn new(stage: &Path) -> Option<Self> {
        let path = path_of(stage);
        fs::create_dir_all(path.parent()?).ok()?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).ok()?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
        Some(Self { file, path })
    }

    /// Whether others still find this lock: the file may have been removed, with all of the target folder.
    pub(super) fn is_there(&self) -> bool {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let own = self.file.metadata().map(identity).ok();
        own.is_some() && own == fs::metadata(&self.path).map(identity).ok()
    }

    /// Lets go of the lock, and removes its file.
    pub(super) fn remove(self) {
        // Without its folder, the file is of no use to anybody.
        let _ = fs::remove_file(&self.path);
    }
}

fn path_of(stage: &Path) -> PathBuf {
    stage.with_extension("lock")
}
