//! The next build: which functions it is for, and how they are built.

use std::collections::{BTreeMap, BTreeSet};

use api_routes_project::workspace::Project;

/// The number of the first build of a compiler.
pub const FIRST: u64 = 1;

/// Cargo's profile for functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildProfile {
    /// The profile `dev`, which is quick to build.
    #[default]
    Dev,
    /// The profile `release`, which is deployed.
    Release,
}

/// Which functions are built first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Functions that requests have asked for. The others follow, and give way to a function that a request asks for.
    #[default]
    InUseFirst,
    /// All functions in one round.
    All,
}

/// How functions are built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildOptions {
    /// The profile of Cargo.
    pub profile: BuildProfile,
    /// The order of functions.
    pub order: Order,
    /// The features besides those that the project lists, such as `api-orders/mock`.
    pub features: Vec<String>,
}

/// The next build.
#[derive(Debug)]
pub(super) struct BuildRequest {
    pub(super) project: Project,
    /// The number of the last request. A build takes this number when it begins.
    pub(super) build: u64,
    /// The number of the last request for all functions. Callers print a line about any other request themselves.
    pub(super) whole: u64,
    /// For each package, the first build that contains its saved files.
    pub(super) saved: BTreeMap<String, u64>,
    /// The packages that requests have asked for.
    pub(super) in_use: BTreeSet<String>,
}

impl BuildRequest {
    pub(super) fn new(project: &Project) -> Self {
        let (project, saved, in_use) = (project.clone(), BTreeMap::new(), BTreeSet::new());
        let mut wanted = Self { project, build: FIRST, whole: FIRST, saved, in_use };
        wanted.save_all();
        wanted
    }

    pub(super) fn save_all(&mut self) {
        let packages = self.project.functions.iter().map(|function| function.package.clone());
        self.saved = packages.map(|package| (package, self.build)).collect();
        self.whole = self.build;
    }
}
