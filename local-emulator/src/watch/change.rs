//! What the watcher tells.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Watched;
use super::meaning::{Meaning, is_source};

/// What changed on disk, within a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Files that a function may be built from.
    pub sources: Vec<PathBuf>,
    /// Files that the running build has, or of which that build will tell more.
    pub held: Vec<PathBuf>,
    /// The packages whose last build read one of these files.
    pub packages: BTreeSet<String>,
    /// The template is to be read again.
    pub template: bool,
    /// A `.env` file is to be read again.
    pub environment: bool,
    /// Files of functions that are not built.
    pub code: Vec<PathBuf>,
    /// A manifest, the lock file or a folder of functions: the project is to be opened again.
    pub manifest: bool,
    /// What the developer should know, each once.
    pub warnings: Vec<String>,
}

impl Change {
    /// Adds a file that is new, gone, or has another content.
    pub(super) fn add(&mut self, path: &Path, meaning: Meaning, came_or_went: bool, watched: &Watched) {
        match meaning {
            Meaning::Nothing | Meaning::Unread => {}
            Meaning::Template => self.template = true,
            Meaning::Environment => self.environment = true,
            Meaning::Manifest => self.add_source(path, true, watched),
            Meaning::Configuration => {
                self.packages.extend(watched.project.functions.iter().map(|of| of.package.clone()));
                self.add_source(path, true, watched);
            }
            Meaning::Source => {
                let manifest = came_or_went && belongs_to_nobody(path, watched);
                self.add_source(path, manifest, watched);
            }
            Meaning::Code => self.code.push(path.to_owned()),
        }
    }

    /// Adds a file of which the running build will tell more.
    pub(super) fn hold(&mut self, path: &Path, watched: &Watched) {
        self.packages.extend(watched.inputs.packages(path).map(str::to_owned));
        self.held.push(path.to_owned());
    }

    fn add_source(&mut self, path: &Path, manifest: bool, watched: &Watched) {
        self.manifest |= manifest;
        self.packages.extend(watched.inputs.packages(path).map(str::to_owned));
        self.sources.push(path.to_owned());
    }
}

/// Whether the file is in a folder that may become a function.
fn belongs_to_nobody(path: &Path, watched: &Watched) -> bool {
    watched.owner(path).is_none() && is_source(path, watched)
}
