//! A watched project, and the changes that are reported.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api_routes_project::NamedPaths;
use api_routes_project::environment::Mode;
use api_routes_project::workspace::{Exceptions, Function, Project};
use tempfile::{TempDir, tempdir};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::watch::{Change, Watcher};

/// Longer than file events take, for a system that reports none.
const TOO_LONG: Duration = Duration::from_secs(30);

/// A project with one function, built from its own folder and `shared`.
pub(super) fn project() -> (TempDir, Project) {
    let temporary = tempdir().unwrap();
    let root = temporary.path().canonicalize().unwrap();
    let function = root.join("functions/api/user");
    for folder in ["functions/api/user/src", "shared/src", "target/debug"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let functions = vec![Function {
        route_folder: "api/user".to_owned(),
        package: "api-user".to_owned(),
        binary: "api-user".to_owned(),
        folder: function.clone(),
        sources: vec![function, root.join("shared")],
    }];
    let project = Project {
        overrides: api_routes_project::template::Overrides::default(),
        deployed: None,
        target_directory: root.join("target"),
        root,
        functions,
        binaries: BTreeSet::new(),
        unlisted: Vec::new(),
        without_manifest: Vec::new(),
        exceptions: Exceptions::default(),
    };
    (temporary, project)
}

/// Writes a last file, and returns all changes up to that one.
pub(super) async fn changes(changes: &mut UnboundedReceiver<Change>, project: &Project) -> Change {
    let last = project.root.join("shared/last.rs");
    let before = fs::read_to_string(&last).unwrap_or_default();
    fs::write(&last, before + "//").unwrap();
    let mut all = Change::default();
    while !all.sources.contains(&last) {
        let change = timeout(TOO_LONG, changes.recv()).await.unwrap().unwrap();
        all.template |= change.template;
        all.environment |= change.environment;
        all.manifest |= change.manifest;
        all.sources.extend(change.sources);
        all.code.extend(change.code);
        all.held.extend(change.held);
        all.packages.extend(change.packages);
        all.warnings.extend(change.warnings);
    }
    all.code.dedup();
    all.sources.retain(|source| *source != last);
    all.sources.sort();
    all.sources.dedup();
    all
}

/// The `.env` files of `development`, and the code of functions that are not built.
pub(super) fn watched_paths(project: &Project, code: Vec<PathBuf>) -> NamedPaths {
    let files = Mode::development().files();
    let environment = files.iter().map(|file| project.root.join(file)).collect();
    NamedPaths { code, environment, ..NamedPaths::default() }
}

/// The change that is reported after `act` has done something to files below the root.
pub(super) async fn change_after(project: &Project, act: impl FnOnce(&Path)) -> Change {
    let (_watcher, mut receiver) = Watcher::start(project, watched_paths(project, Vec::new())).unwrap();
    act(&project.root);
    changes(&mut receiver, project).await
}
