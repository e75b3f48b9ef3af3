//! Where executables are run from: a place that Cargo does not write to. It replaces its own output
//! by removing it first, and a sandbox that starts in that moment would find no program.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use uuid::Uuid;

mod lock;

use lock::Lock;

/// So many older versions of an executable are kept.
const KEPT: usize = 8;

/// A folder of this process's own, removed when it is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    folder: PathBuf,
    /// Absent before the first executable, and on a file system without locks.
    lock: Option<Lock>,
    count: u64,
}

/// An executable on the stage.
#[derive(Clone, Debug)]
pub(super) struct Staged {
    pub(super) path: PathBuf,
    modified: SystemTime,
    bytes: u64,
    /// Those before, the oldest first: a version is started from until its function has moved on, which
    /// builds that nobody waits for do not bring about.
    older: Vec<PathBuf>,
}

impl Staged {
    fn versions(&self) -> impl Iterator<Item = PathBuf> {
        self.older.iter().chain([&self.path]).cloned()
    }
}

impl Stage {
    /// Makes no folder yet: Cargo marks the target folder as a cache only if Cargo makes it.
    pub(super) fn new(target_directory: &Path) -> Self {
        let stages = target_directory.join("local-emulator");
        remove_abandoned(&stages);
        Self { folder: stages.join(Uuid::new_v4().to_string()), lock: None, count: 0 }
    }

    /// Puts an executable on the stage, unless it is the one that is there. One that has been removed since, with the
    /// target folder or by another emulator, is put there again.
    pub(super) fn put(&mut self, executable: &Path, current: Option<&Staged>) -> io::Result<Option<Staged>> {
        let metadata = fs::metadata(executable)?;
        let (modified, bytes) = (metadata.modified()?, metadata.len());
        let is_it = |current: &Staged| current.modified == modified && current.bytes == bytes;
        if current.is_some_and(|current| is_it(current) && current.path.exists()) {
            return Ok(None);
        }
        let path = self.place(executable)?;
        let mut older: Vec<PathBuf> = current.into_iter().flat_map(Staged::versions).collect();
        let outdated = older.len().saturating_sub(KEPT);
        for folder in older.drain(..outdated).filter_map(|path| path.parent().map(Path::to_owned)) {
            // It goes with the whole stage if not now.
            let _ = fs::remove_dir_all(folder);
        }
        Ok(Some(Staged { path, modified, bytes, older }))
    }

    /// A hard link costs nothing; where there are none, a copy does.
    fn place(&mut self, executable: &Path) -> io::Result<PathBuf> {
        if !self.lock.as_ref().is_some_and(Lock::is_there) {
            self.lock = Lock::new(&self.folder);
        }
        self.count += 1;
        let folder = self.folder.join(self.count.to_string());
        fs::create_dir_all(&folder)?;
        let path = folder.join(executable.file_name().unwrap_or_default());
        fs::hard_link(executable, &path).or_else(|_| fs::copy(executable, &path).map(drop))?;
        Ok(path)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What stays is removed by the next emulator.
        let _ = fs::remove_dir_all(&self.folder);
        if let Some(lock) = self.lock.take() {
            lock.remove();
        }
    }
}

/// Stages whose process was killed.
fn remove_abandoned(stages: &Path) {
    let entries = fs::read_dir(stages).into_iter().flatten().flatten().map(|entry| entry.path());
    for stage in entries.filter(|entry| entry.is_dir()) {
        if let Some(lock) = Lock::new(&stage) {
            let _ = fs::remove_dir_all(&stage);
            lock.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use tempfile::{TempDir, tempdir};

    use super::Stage;

    fn target() -> (TempDir, PathBuf) {
        let target = tempdir().unwrap();
        let executable = target.path().join("api-user");
        fs::write(&executable, "executable").unwrap();
        (target, executable)
    }

    fn stages(target: &Path) -> usize {
        fs::read_dir(target.join("local-emulator")).unwrap().count()
    }

    /// An id of a process means nothing to an emulator in another container; a lock does.
    #[test]
    fn another_emulator_keeps_a_folder_in_use() {
        let (target, executable) = target();
        let mut stage = Stage::new(target.path());
        let staged = stage.put(&executable, None).unwrap().unwrap();
        drop(Stage::new(target.path()));
        assert!(staged.path.exists());
        drop(stage);
        assert_eq!(stages(target.path()), 0);
    }

    #[test]
    fn folder_of_a_killed_emulator_is_removed() {
        let (target, executable) = target();
        let mut stage = Stage::new(target.path());
        let staged = stage.put(&executable, None).unwrap().unwrap();
        // The system lets go of the lock.
        drop(stage.lock.take());
        drop(Stage::new(target.path()));
        assert!(!staged.path.exists());
        assert_eq!(stages(target.path()), 0);
    }

    #[test]
    fn removed_executable_is_put_there_again() {
        let (target, executable) = target();
        let mut stage = Stage::new(target.path());
        let staged = stage.put(&executable, None).unwrap().unwrap();
        assert!(stage.put(&executable, Some(&staged)).unwrap().is_none());
        fs::remove_dir_all(target.path().join("local-emulator")).unwrap();
        let again = stage.put(&executable, Some(&staged)).unwrap().unwrap();
        assert!(again.path.exists());
        drop(Stage::new(target.path()));
        assert!(again.path.exists(), "the stage is not locked again");
    }
}
