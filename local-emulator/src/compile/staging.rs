//! The folder from which executables run. Cargo does not write there. Cargo removes its own executable before it writes a
//! new one, and a sandbox that starts in that moment would find no program.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

/// The number of older versions of an executable that are kept.
const KEPT: usize = 8;

/// A folder that only this process uses, removed when this value is dropped.
#[derive(Debug)]
pub(super) struct StagingFolder {
    folder: PathBuf,
    /// Absent before the first executable, and on a file system without locks.
    lock: Option<FolderLock>,
    count: u64,
}

/// An executable in the staging folder.
#[derive(Clone, Debug)]
pub(super) struct StagedExecutable {
    pub(super) path: PathBuf,
    modified: SystemTime,
    bytes: u64,
    /// The versions before, the oldest first. A function starts from an older version until it has taken the new one.
    older: Vec<PathBuf>,
}

impl StagedExecutable {
    fn versions(&self) -> impl Iterator<Item = PathBuf> {
        self.older.iter().chain([&self.path]).cloned()
    }
}

impl StagingFolder {
    /// Removes the folders of killed emulators. Makes no folder yet: Cargo marks the target folder as a cache only if Cargo
    /// makes it.
    pub(super) fn new(target_directory: &Path) -> Self {
        let stages = target_directory.join("local-emulator");
        remove_abandoned(&stages);
        Self { folder: stages.join(Uuid::new_v4().to_string()), lock: None, count: 0 }
    }

    /// Puts an executable into the folder, unless it is the `current` one. An executable that has been removed since, with
    /// the target folder or by another emulator, is put there again.
    pub(super) fn put(
        &mut self,
        executable: &Path,
        current: Option<&StagedExecutable>,
    ) -> io::Result<Option<StagedExecutable>> {
        let metadata = fs::metadata(executable)?;
        let (modified, bytes) = (metadata.modified()?, metadata.len());
        let is_it = |current: &StagedExecutable| current.modified == modified && current.bytes == bytes;
        if current.is_some_and(|current| is_it(current) && current.path.exists()) {
            return Ok(None);
        }
        let path = self.place(executable)?;
        let mut older: Vec<PathBuf> = current.into_iter().flat_map(StagedExecutable::versions).collect();
        let outdated = older.len().saturating_sub(KEPT);
        for folder in older.drain(..outdated).filter_map(|path| path.parent().map(Path::to_owned)) {
            // If this fails, the folder is removed later with the whole staging folder.
            let _ = fs::remove_dir_all(folder);
        }
        Ok(Some(StagedExecutable { path, modified, bytes, older }))
    }

    /// Makes a hard link, which costs nothing, or a copy where there are no hard links.
    fn place(&mut self, executable: &Path) -> io::Result<PathBuf> {
        if !self.lock.as_ref().is_some_and(FolderLock::is_there) {
            self.lock = FolderLock::new(&self.folder);
        }
        self.count += 1;
        let folder = self.folder.join(self.count.to_string());
        fs::create_dir_all(&folder)?;
        let path = folder.join(executable.file_name().unwrap_or_default());
        fs::hard_link(executable, &path).or_else(|_| fs::copy(executable, &path).map(drop))?;
        Ok(path)
    }
}

impl Drop for StagingFolder {
    fn drop(&mut self) {
        // If this fails, the next emulator removes the folder.
        let _ = fs::remove_dir_all(&self.folder);
        if let Some(lock) = self.lock.take() {
            lock.remove();
        }
    }
}

/// Removes the folders of killed emulators.
fn remove_abandoned(stages: &Path) {
    let entries = fs::read_dir(stages).into_iter().flatten().flatten().map(|entry| entry.path());
    for stage in entries.filter(|entry| entry.is_dir()) {
        if let Some(lock) = FolderLock::new(&stage) {
            let _ = fs::remove_dir_all(&stage);
            lock.remove();
        }
    }
}

/// The lock of one staging folder, a file beside it. Dropping this value releases the lock.
///
/// The system releases the lock of a process that ends, however it ends. Unlike a process id, a lock also protects from an
/// emulator in another container, as long as both run on one kernel. On a file system without locks (some network file
/// systems, some shared folders of virtual machines), no folder is removed, and folders of killed emulators stay until
/// `cargo clean`. If such a file system grants one lock twice, a running emulator may lose its folder, and builds again.
#[derive(Debug)]
struct FolderLock {
    file: File,
    path: PathBuf,
}

impl FolderLock {
    /// Locks `folder`. Make the folder after this call, so that no other emulator takes it for an abandoned folder. Returns
    /// `None` if another emulator has the lock, or if there are no locks.
    fn new(folder: &Path) -> Option<Self> {
        let path = folder.with_extension("lock");
        fs::create_dir_all(path.parent()?).ok()?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).ok()?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
        Some(Self { file, path })
    }

    /// Whether other emulators still find this lock: its file may have been removed with the target folder.
    fn is_there(&self) -> bool {
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let own = self.file.metadata().map(identity).ok();
        own.is_some() && own == fs::metadata(&self.path).map(identity).ok()
    }

    /// Releases the lock, and removes its file.
    fn remove(self) {
        // An error means that the file is gone.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use tempfile::{TempDir, tempdir};

    use super::StagingFolder;

    fn target() -> (TempDir, PathBuf) {
        let target = tempdir().unwrap();
        let executable = target.path().join("api-user");
        fs::write(&executable, "executable").unwrap();
        (target, executable)
    }

    fn stages(target: &Path) -> usize {
        fs::read_dir(target.join("local-emulator")).unwrap().count()
    }

    #[test]
    fn another_emulator_keeps_a_folder_in_use() {
        let (target, executable) = target();
        let mut stage = StagingFolder::new(target.path());
        let staged = stage.put(&executable, None).unwrap().unwrap();
        drop(StagingFolder::new(target.path()));
        assert!(staged.path.exists());
        drop(stage);
        assert_eq!(stages(target.path()), 0);
    }

    #[test]
    fn folder_of_a_killed_emulator_is_removed() {
        let (target, executable) = target();
        let mut stage = StagingFolder::new(target.path());
        let staged = stage.put(&executable, None).unwrap().unwrap();
        // The system releases the lock of a killed emulator.
        drop(stage.lock.take());
        drop(StagingFolder::new(target.path()));
        assert!(!staged.path.exists());
        assert_eq!(stages(target.path()), 0);
    }

    #[test]
    fn removed_executable_is_put_there_again() {
        let (target, executable) = target();
        let mut stage = StagingFolder::new(target.path());
        let staged = stage.put(&executable, None).unwrap().unwrap();
        assert!(stage.put(&executable, Some(&staged)).unwrap().is_none());
        fs::remove_dir_all(target.path().join("local-emulator")).unwrap();
        let again = stage.put(&executable, Some(&staged)).unwrap().unwrap();
        assert!(again.path.exists());
        drop(StagingFolder::new(target.path()));
        assert!(again.path.exists(), "the stage is not locked again");
    }
}
