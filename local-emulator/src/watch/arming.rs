//! Keeps the watches of the system on the folders that exist.
//!
//! A watch belongs to a folder and not to a path: it ends with the folder, and a new folder of the same name has no watch.
//! So the folders are listed again whenever a folder comes or goes, and each folder is compared with the watched folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::places::WatchedFolder;

/// Whether one watch of the system covers a whole tree. On such systems, a watch for each folder is slow.
const WATCHES_TREES: bool = cfg!(target_os = "macos");

/// The watches.
#[derive(Debug)]
pub(super) struct Arming {
    watcher: RecommendedWatcher,
    armed: BTreeMap<PathBuf, FolderWatch>,
}

#[derive(Debug, PartialEq, Eq)]
struct FolderWatch {
    mode: RecursiveMode,
    identity: FolderIdentity,
}

/// Identifies a folder, also among folders of the same path.
#[derive(Debug, PartialEq, Eq)]
struct FolderIdentity {
    device: u64,
    inode: u64,
    made: Option<SystemTime>,
}

/// The content of the watched folders.
#[derive(Debug, Default)]
pub(super) struct FolderContents {
    /// The files in places with deep watches.
    pub(super) files: BTreeSet<PathBuf>,
    /// The links among them.
    pub(super) links: BTreeSet<PathBuf>,
    /// A folder that the system does not watch, with the reason.
    pub(super) refused: Option<(PathBuf, notify::Error)>,
    folders: BTreeSet<PathBuf>,
}

impl Arming {
    pub(super) fn new(watcher: RecommendedWatcher) -> Self {
        Self { watcher, armed: BTreeMap::new() }
    }

    pub(super) fn has(&self, folder: &Path) -> bool {
        self.armed.contains_key(folder)
    }

    /// Ends the watches of a removed folder and of the folders below. A new folder may already have the same path.
    pub(super) fn disarm(&mut self, folder: &Path) {
        let gone: Vec<PathBuf> = self.armed.keys().filter(|path| path.starts_with(folder)).cloned().collect();
        for path in gone {
            self.remove(&path);
        }
    }

    /// Ends all watches.
    pub(super) fn disarm_all(&mut self) {
        for path in std::mem::take(&mut self.armed).into_keys() {
            let _ = self.watcher.unwatch(&path);
        }
    }

    /// Watches the places and nothing else. For a place that does not exist, the nearest folder above is watched. Each folder
    /// is watched before it is listed, so that no file is missed. Links to folders are not followed.
    pub(super) fn arm(&mut self, places: &[WatchedFolder], enters: impl Fn(&Path) -> bool) -> FolderContents {
        let mut found = FolderContents::default();
        for place in places {
            if place.folder.is_dir() {
                self.arm_place(place, &enters, &mut found);
            } else if let Some(folder) = place.folder.ancestors().find(|folder| folder.is_dir()) {
                self.add(folder, RecursiveMode::NonRecursive, &mut found);
            }
        }
        let needless = self.armed.keys().filter(|path| !found.folders.contains(*path));
        for path in needless.cloned().collect::<Vec<_>>() {
            self.remove(&path);
        }
        found
    }

    fn arm_place(
        &mut self,
        place: &WatchedFolder,
        enters: &impl Fn(&Path) -> bool,
        found: &mut FolderContents,
    ) {
        if !place.deep {
            self.add(&place.folder, RecursiveMode::NonRecursive, found);
            return;
        }
        if WATCHES_TREES {
            self.add(&place.folder, RecursiveMode::Recursive, found);
        }
        let mut folders = vec![place.folder.clone()];
        while let Some(folder) = folders.pop() {
            if !WATCHES_TREES {
                self.add(&folder, RecursiveMode::NonRecursive, found);
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => {
                        if !place.selective || enters(&path) {
                            folders.push(path);
                        }
                    }
                    Ok(kind) => {
                        if kind.is_symlink() {
                            found.links.insert(path.clone());
                        }
                        found.files.insert(path);
                    }
                    Err(_) => {}
                }
            }
        }
    }

    fn add(&mut self, folder: &Path, mode: RecursiveMode, found: &mut FolderContents) {
        // The watch of a tree includes that of the folder.
        let is_new = found.folders.insert(folder.to_owned());
        if !is_new && mode == RecursiveMode::NonRecursive {
            return;
        }
        let Some(identity) = FolderIdentity::read(folder) else { return };
        let wanted = FolderWatch { mode, identity };
        if self.armed.get(folder) == Some(&wanted) {
            return;
        }
        self.remove(folder);
        match self.watcher.watch(folder, mode) {
            Ok(()) => drop(self.armed.insert(folder.to_owned(), wanted)),
            // The folder was removed just now. The parent folder gets an event.
            Err(error) if is_gone(&error) => {}
            Err(error) => found.refused = Some((folder.to_owned(), error)),
        }
    }

    fn remove(&mut self, folder: &Path) {
        if self.armed.remove(folder).is_some() {
            // The system has ended the watch of a folder that is gone.
            let _ = self.watcher.unwatch(folder);
        }
    }
}

impl FolderIdentity {
    fn read(folder: &Path) -> Option<Self> {
        let metadata = fs::metadata(folder).ok()?;
        Some(Self { device: metadata.dev(), inode: metadata.ino(), made: metadata.created().ok() })
    }
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(cause) => cause.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}
