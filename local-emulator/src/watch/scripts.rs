//! Which writes of a build are the build's own, and which of them the build has compiled.
//!
//! Cargo runs the build script of a package before it compiles the package. A file of the package that was last
//! written before the script ended is in the build, whoever wrote the file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::fingerprint::{Fingerprint, TICK};
use super::meaning::is_rust;

/// A run of a build script, in this build or in an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptRun {
    /// The folder of the package.
    pub package: PathBuf,
    /// When the run began, by the clock of the file system.
    pub began: SystemTime,
    /// When the run ended.
    pub ended: SystemTime,
    /// Whether the script names the files that it reads. Cargo runs another one after each change in the package.
    pub names_inputs: bool,
}

/// The build that runs or ran last, and its scripts.
#[derive(Debug)]
pub(super) struct Scripts {
    running: bool,
    /// When the last build but the running one had ended.
    since: SystemTime,
    /// When the last build ended.
    ended: SystemTime,
    /// The runs that the build has told, by package.
    runs: HashMap<PathBuf, Vec<ScriptRun>>,
    /// The packages whose script does not name its inputs.
    unnamed: HashSet<PathBuf>,
    /// Contents that another build was asked for because they were written during a build. Once is enough: a
    /// content that is written in the next build too is written by the build.
    repeated: HashSet<(PathBuf, u64)>,
    /// Files that scripts wrote, with the end of the run that did, and whether a warning has named them.
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

    /// Whether the script of the package reads each of its files, as far as Cargo knows. True as well for a script
    /// that has not run yet.
    pub(super) fn reads_all(&self, package: &Path) -> bool {
        self.unnamed.contains(package) || (has_script(package) && !self.runs.contains_key(package))
    }

    /// Whether only the rest of the running build can tell if the file is in it: the package's script may be what
    /// writes the file.
    pub(super) fn may_be_writing(&self, package: &Path) -> bool {
        self.running
            && !self.runs.contains_key(package)
            && (self.unnamed.contains(package) || has_script(package))
    }

    /// Whether the last build has compiled this content. A file that a script reads, and that was written while the
    /// script ran, may have been read before: another build has to read it, once.
    pub(super) fn has_compiled(&mut self, package: &Path, path: &Path, current: &Fingerprint) -> bool {
        let runs = self.runs.get(package).map(Vec::as_slice).unwrap_or_default();
        if !runs.iter().any(|run| current.changed() <= run.ended) {
            return false;
        }
        let during = runs.iter().any(|run| run.began <= current.changed() && current.changed() <= run.ended);
        !during || is_rust(path) || !self.repeated.insert((path.to_owned(), 0))
    }

    /// Whether a build may have read the file between two writes of the same content, and is to be repeated.
    pub(super) fn may_have_read_another(&mut self, path: &Path, current: &Fingerprint) -> bool {
        let during =
            self.since <= current.changed() + TICK && (self.running || current.changed() <= self.ended);
        during && self.repeated.insert((path.to_owned(), current.content()))
    }

    /// Whether the file was written after the last build had begun, so that the build may have read an older one.
    pub(super) fn is_younger_than_the_build(&self, current: &Fingerprint) -> bool {
        self.since <= current.changed() + TICK
    }

    /// A warning, once, if a script writes the file in each build.
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
