//! Where executables are run from: a place that Cargo does not write to. It replaces its own output
//! by removing it first, and a sandbox that starts in that moment would find no program.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::process::{Pid, test_kill_process};
use uuid::Uuid;

/// So many older versions of an executable are kept.
const KEPT: usize = 8;

/// A folder of this process's own, removed when it is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    folder: PathBuf,
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
        Self { folder: stages.join(format!("{}-{}", std::process::id(), Uuid::new_v4())), count: 0 }
    }

    /// Puts an executable on the stage, unless it is the one that is there.
    pub(super) fn put(&mut self, executable: &Path, current: Option<&Staged>) -> io::Result<Option<Staged>> {
        let metadata = fs::metadata(executable)?;
        let (modified, bytes) = (metadata.modified()?, metadata.len());
        if current.is_some_and(|current| current.modified == modified && current.bytes == bytes) {
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
    }
}

/// Stages whose process was killed.
fn remove_abandoned(stages: &Path) {
    for stage in fs::read_dir(stages).into_iter().flatten().flatten() {
        let name = stage.file_name();
        let process = name.to_str().and_then(|name| name.split_once('-'));
        let process = process.and_then(|(process, _)| Pid::from_raw(process.parse().ok()?));
        if process.is_some_and(|process| test_kill_process(process) == Err(rustix::io::Errno::SRCH)) {
            let _ = fs::remove_dir_all(stage.path());
        }
    }
}
