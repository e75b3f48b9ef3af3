//! Decides which writes during a build come from the build itself, and which of them the build has compiled.
//!
//! Cargo runs the build script of a package before it compiles the package. A file of the package that was last
//! written before the script ended is in the build, whoever wrote the file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::fingerprint::{Fingerprint, TICK};
use super::inputs::is_rust;
use crate::compile::ScriptRun;

/// The build that runs or ran last, and its scripts.
#[derive(Debug)]
pub(super) struct Scripts {
    running: bool,
    /// The end of the last build before the running one.
    since: SystemTime,
    /// The end of the last build.
    ended: SystemTime,
    /// The runs that the build has reported, by package.
    runs: HashMap<PathBuf, Vec<ScriptRun>>,
    /// The packages whose script does not name its inputs.
    unnamed: HashSet<PathBuf>,
    /// The contents that were written during a build and led to another build. One more build is enough: if the next build
    /// has the same content written again, the build itself writes it.
    repeated: HashSet<(PathBuf, u64)>,
    /// The files that scripts wrote, with the end of the run, and whether a warning has named them.
    written: HashMap<PathBuf, (SystemTime, bool)>,
}

impl Scripts {
    pub(super) fn new() -> Self {
        let now = SystemTime::now();
        Self {
            running: false,
            since: now,
            ended: now,
            runs: HashMap::new(),
            unnamed: HashSet::new(),
            repeated: HashSet::new(),
            written: HashMap::new(),
        }
    }

    pub(super) fn build_started(&mut self) {
        self.running = true;
        self.since = self.ended;
        self.runs.clear();
    }

    pub(super) fn is_running(&self) -> bool {
        self.running
    }

    pub(super) fn build_finished(&mut self) {
        self.running = false;
        self.ended = SystemTime::now();
    }

    pub(super) fn ran(&mut self, run: ScriptRun) {
        if run.names_inputs {
            self.unnamed.remove(&run.package);
        } else {
            self.unnamed.insert(run.package.clone());
        }
        self.runs.entry(run.package.clone()).or_default().push(run);
    }

    /// Whether the script of the package may read each of its files, as far as Cargo knows. Also true for a script that has
    /// not run yet.
    pub(super) fn reads_all(&self, package: &Path) -> bool {
        self.unnamed.contains(package) || (has_script(package) && !self.runs.contains_key(package))
    }

    /// Whether the package's script may be writing the file, so that only the rest of the running build shows whether the
    /// build has the file.
    pub(super) fn may_be_writing(&self, package: &Path) -> bool {
        self.running
            && !self.runs.contains_key(package)
            && (self.unnamed.contains(package) || has_script(package))
    }

    /// Whether the last build has compiled this content. A file that was written while a script ran may have been read before
    /// the write, so that another build has to read it, once.
    pub(super) fn has_compiled(&mut self, package: &Path, path: &Path, current: &Fingerprint) -> bool {
        let runs = self.runs.get(package).map(Vec::as_slice).unwrap_or_default();
        if !runs.iter().any(|run| current.changed() <= run.ended) {
            return false;
        }
        let during = runs.iter().any(|run| run.began <= current.changed() && current.changed() <= run.ended);
        !during || is_rust(path) || !self.repeated.insert((path.to_owned(), 0))
    }

    /// Whether a build may have read another content between two writes of the same content, and must be repeated.
    pub(super) fn may_have_read_another(&mut self, path: &Path, current: &Fingerprint) -> bool {
        let during =
            self.since <= current.changed() + TICK && (self.running || current.changed() <= self.ended);
        during && self.repeated.insert((path.to_owned(), current.content()))
    }

    /// Whether the file was written after the last build had begun, so that the build may have read an older version.
    pub(super) fn is_younger_than_the_build(&self, current: &Fingerprint) -> bool {
        self.since <= current.changed() + TICK
    }

    /// Returns a warning, once, if a script writes the file in each build.
    pub(super) fn warning(
        &mut self,
        package: &Path,
        path: &Path,
        current: &Fingerprint,
        root: &Path,
    ) -> Option<String> {
        let writes = |run: &&ScriptRun| {
            !run.names_inputs && run.began <= current.changed() && current.changed() <= run.ended
        };
        let ended = self.runs.get(package)?.iter().find(writes)?.ended;
        let (last, warned) = self.written.entry(path.to_owned()).or_insert((ended, false));
        let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        let is_first = !*warned && *last != ended;
        *warned |= is_first;
        is_first.then(|| {
            format!(
                "`{}` writes `{}` in each build, and so each build compiles its package again; write the file to \
                 `OUT_DIR`, or print `cargo::rerun-if-changed=PATH` for the files that the script reads",
                relative(&package.join("build.rs")),
                relative(path)
            )
        })
    }
}

fn has_script(package: &Path) -> bool {
    package.join("build.rs").is_file()
}
