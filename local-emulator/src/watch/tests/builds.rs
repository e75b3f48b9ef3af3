//! Files that builds read and write.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::slice::from_ref;
use std::thread;
use std::time::SystemTime;

use api_routes_project::workspace::Project;
use tempfile::tempdir;

use super::fixture::{changes, project, watched_paths};
use super::write;
use crate::compile::{BuildEvent, ScriptRun};
use crate::watch::fingerprint::TICK;
use crate::watch::{Change, Watcher};

/// Waits until all files are older than a file that is written from now on, by the clock of the file system.
fn settle(project: &Project) {
    let stamp = project.target_directory.join("stamp");
    let modified = || {
        write(&stamp, "");
        fs::metadata(&stamp).unwrap().modified().unwrap()
    };
    let first = modified();
    while modified() <= first + 2 * TICK {
        thread::yield_now();
    }
}

/// Reports a build that names these inputs of the function.
fn build(watcher: &Watcher, project: &Project, inputs: &[&Path], between: impl FnOnce()) {
    let dep_info = project.target_directory.join("debug/api-user.d");
    let named: Vec<_> = inputs.iter().map(|path| path.display().to_string()).collect();
    write(&dep_info, &format!("{}: {}\n", dep_info.with_extension("").display(), named.join(" ")));
    let package = "api-user".to_owned();
    watcher.build(&BuildEvent::Started { build: 1 });
    between();
    let executable = dep_info.with_extension("");
    watcher.build(&BuildEvent::Built { build: 1, package: package.clone(), executable });
    watcher.build(&BuildEvent::InputsNamed { build: 1, package, dep_info });
    watcher.build(&BuildEvent::Finished { build: 1, success: true });
}

#[tokio::test]
async fn files_that_dep_info_names_are_reported() {
    let (_root, project) = project();
    let outside = tempdir().unwrap();
    let outside = outside.path().canonicalize().unwrap();
    let hidden = outside.join(".vendor/words/src/lib.rs");
    let named = [project.root.join("words.txt"), hidden.clone(), outside.join("schema")];
    let files = [named[0].clone(), hidden, outside.join("schema/.hidden/table.sql")];
    for file in &files {
        write(file, "1");
    }
    settle(&project);
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    build(&watcher, &project, &named.each_ref().map(PathBuf::as_path), || {});
    assert_eq!(changes(&mut receiver, &project).await, Change::default());
    for file in &files {
        write(file, "2");
        let change = changes(&mut receiver, &project).await;
        assert_eq!(change.sources, from_ref(file));
        assert_eq!(change.packages, BTreeSet::from(["api-user".to_owned()]));
    }
    write(outside.join("schema/new.sql"), "");
    assert_eq!(changes(&mut receiver, &project).await.sources, [outside.join("schema/new.sql")]);
}

#[tokio::test]
async fn input_saved_during_a_build_is_reported() {
    let (_root, project) = project();
    let words = project.root.join("words.txt");
    write(&words, "1");
    settle(&project);
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    build(&watcher, &project, &[&words], || write(&words, "2"));
    assert_eq!(changes(&mut receiver, &project).await.sources, [words]);
}

#[tokio::test]
async fn data_file_that_no_build_reads_is_ignored() {
    let (_root, project) = project();
    let folder = project.root.join("functions/api/user");
    let main = folder.join("src/main.rs");
    write(&main, "");
    settle(&project);
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    build(&watcher, &project, &[&main], || write(folder.join("early.log"), "1"));
    assert!(changes(&mut receiver, &project).await.sources.is_empty());
    for text in ["1", "2"] {
        write(folder.join("visits.log"), text);
        write(folder.join("data/new/visits.log"), text);
        assert_eq!(changes(&mut receiver, &project).await, Change::default());
    }
    write(folder.join("src/module.rs"), "");
    assert_eq!(changes(&mut receiver, &project).await.sources, [folder.join("src/module.rs")]);
}

#[tokio::test]
async fn ignored_file_is_reported_if_a_build_reads_it() {
    let (_root, project) = project();
    let folder = project.root.join("functions/api/user/src");
    assert!(
        Command::new("git").args(["init", "--quiet"]).current_dir(&project.root).status().unwrap().success()
    );
    write(project.root.join(".gitignore"), "*.gen.rs\nscratch/\n");
    let [read, unread] = ["read.gen.rs", "unread.gen.rs"].map(|name| folder.join(name));
    write(&read, "1");
    settle(&project);
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    build(&watcher, &project, &[&read], || {});
    write(&unread, "1");
    write(folder.join("scratch/x.rs"), "1");
    assert_eq!(changes(&mut receiver, &project).await, Change::default());
    write(&read, "2");
    assert_eq!(changes(&mut receiver, &project).await.sources, [read]);
}

#[tokio::test]
async fn missing_file_is_reported_after_a_failed_build() {
    let (_root, project) = project();
    let words = project.root.join("words.txt");
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    watcher.build(&BuildEvent::Started { build: 1 });
    let (package, diagnostics) = ("api-user".to_owned(), String::new());
    watcher.build(&BuildEvent::Failed { build: 1, package, diagnostics });
    watcher.build(&BuildEvent::Finished { build: 1, success: false });
    assert_eq!(changes(&mut receiver, &project).await, Change::default());
    write(&words, "1");
    assert_eq!(changes(&mut receiver, &project).await.sources, [words]);
}

/// Reports a build whose script writes `generated`. A save after the script is not in the build.
fn build_with_script(watcher: &Watcher, project: &Project, text: &str, saved: Option<&str>) {
    let package = project.root.join("functions/api/user");
    let [main, generated] = ["src/main.rs", "src/generated.rs"].map(|file| package.join(file));
    build(watcher, project, &[&main, &generated], || {
        let stamp = |name: &str| {
            let stamp = project.target_directory.join(name);
            write(&stamp, "");
            fs::metadata(stamp).unwrap().modified().unwrap()
        };
        let began: SystemTime = stamp("invoked.timestamp");
        write(&generated, text);
        let ended = stamp("output");
        if let Some(saved) = saved {
            // The file system stamps files with the time of the last tick.
            while stamp("later") <= ended {}
            write(&main, saved);
        }
        let run = ScriptRun { package: package.clone(), began, ended, names_inputs: false };
        watcher.build(&BuildEvent::ScriptRan { build: 1, run });
    });
}

#[tokio::test]
async fn source_that_a_build_script_writes_is_ignored() {
    let (_root, project) = project();
    write(project.root.join("functions/api/user/build.rs"), "");
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    for (text, warnings) in [("1", 0), ("2", 1), ("2", 0), ("3", 0)] {
        build_with_script(&watcher, &project, text, None);
        let change = changes(&mut receiver, &project).await;
        assert_eq!((change.sources.len(), change.warnings.len()), (0, warnings), "{change:?}");
        assert!(change.held.iter().all(|held| held.ends_with("generated.rs")), "{change:?}");
    }
}

#[tokio::test]
async fn save_after_the_build_script_is_reported() {
    let (_root, project) = project();
    write(project.root.join("functions/api/user/build.rs"), "");
    let main = project.root.join("functions/api/user/src/main.rs");
    let (watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    for text in ["1", "2", "3"] {
        build_with_script(&watcher, &project, text, Some(text));
        assert_eq!(changes(&mut receiver, &project).await.sources, from_ref(&main));
    }
}
