use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use api_routes_project::workspace::{Exceptions, Function, Project};
use tempfile::{TempDir, tempdir};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::meaning::{Meaning, meaning};
use super::{Change, Watched, Watcher};

/// File events take a moment; this is for a system that tells of none.
const TOO_LONG: Duration = Duration::from_secs(30);

/// One function, built from its own folder and `shared`.
fn project() -> (TempDir, Project) {
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

/// Changes up to the one that a last file, written now, makes: all that happened before is in it.
async fn changes(changes: &mut UnboundedReceiver<Change>, project: &Project) -> Change {
    let last = project.root.join("shared/last");
    fs::write(&last, "").unwrap();
    let mut all = Change::default();
    while !all.sources.contains(&last) {
        let change = timeout(TOO_LONG, changes.recv()).await.unwrap().unwrap();
        all.template |= change.template;
        all.environment |= change.environment;
        all.manifest |= change.manifest;
        all.sources.extend(change.sources);
        all.code.extend(change.code);
    }
    all.code.dedup();
    all.sources.retain(|source| *source != last);
    all.sources.sort();
    all.sources.dedup();
    all
}

/// What is told of something that is done to files below the root.
async fn told(project: &Project, act: impl FnOnce(&Path)) -> Change {
    let (_watcher, mut receiver) = Watcher::start(project, Vec::new()).unwrap();
    act(&project.root);
    changes(&mut receiver, project).await
}

#[tokio::test]
async fn a_saved_source_is_told() {
    let (_root, project) = project();
    let file = project.root.join("functions/api/user/src/main.rs");
    fs::write(&file, "fn main() {}").unwrap();
    let change = told(&project, |_| fs::write(&file, "fn main() { }").unwrap()).await;
    assert_eq!(change, Change { sources: vec![file], ..Change::default() });
}

#[tokio::test]
async fn a_save_by_renaming_is_told_as_the_file() {
    let (_root, project) = project();
    let [source, template] = ["shared/src/lib.rs", "template.yaml"].map(|file| project.root.join(file));
    fs::write(&source, "old").unwrap();
    fs::write(&template, "old").unwrap();
    let (_watcher, mut receiver) = Watcher::start(&project, Vec::new()).unwrap();
    for round in 0..2 {
        for file in [&source, &template] {
            let beside = file.with_extension("tmp");
            fs::write(&beside, "new").unwrap();
            fs::rename(&beside, file).unwrap();
        }
        let expected = Change { sources: vec![source.clone()], template: true, ..Change::default() };
        assert_eq!(changes(&mut receiver, &project).await, expected, "save {round}");
    }
}

#[tokio::test]
async fn what_cargo_and_editors_write_is_not_told() {
    let (_root, project) = project();
    let change = told(&project, |root| {
        fs::write(root.join("target/debug/api-user"), "").unwrap();
        fs::hard_link(root.join("target/debug/api-user"), root.join("target/api-user")).unwrap();
        fs::create_dir_all(root.join("shared/.git/objects")).unwrap();
        for noise in [
            "shared/.git/index",
            "shared/src/.lib.rs.swp",
            "shared/src/lib.rs~",
            "shared/src/4913",
            "notes.md",
        ] {
            fs::write(root.join(noise), "").unwrap();
        }
    })
    .await;
    assert_eq!(change, Change::default());
}

#[tokio::test]
async fn a_saved_file_of_a_function_that_is_not_built_is_told_apart() {
    let (_root, project) = project();
    let (legacy, absent) = (project.root.join("legacy"), project.root.join("absent"));
    fs::create_dir(&legacy).unwrap();
    let (_watcher, mut receiver) = Watcher::start(&project, vec![legacy.clone(), absent]).unwrap();
    fs::write(legacy.join("bootstrap"), "#!/bin/sh").unwrap();
    let change = changes(&mut receiver, &project).await;
    assert_eq!(change, Change { code: vec![legacy.join("bootstrap")], ..Change::default() });
}

#[tokio::test]
async fn a_read_file_is_not_told() {
    let (_root, project) = project();
    let file = project.root.join("shared/src/lib.rs");
    fs::write(&file, "").unwrap();
    let change = told(&project, |_| drop(fs::read(&file).unwrap())).await;
    assert_eq!(change, Change::default());
}

#[tokio::test]
async fn write_to_a_pipe_is_no_change() {
    let (_root, project) = project();
    let pipe = project.root.join(".env");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let change = told(&project, |_| {
        let reader = {
            let pipe = pipe.clone();
            thread::spawn(move || fs::read(pipe).unwrap())
        };
        fs::write(&pipe, "A=1").unwrap();
        assert_eq!(reader.join().unwrap(), b"A=1");
    });
    assert_eq!(change.await, Change::default());
    let replaced = told(&project, |_| fs::remove_file(&pipe).unwrap()).await;
    assert_eq!(replaced, Change { environment: true, ..Change::default() });
}

#[tokio::test]
async fn each_file_of_settings_is_told_as_what_it_is() {
    let (_root, project) = project();
    let template = told(&project, |root| fs::write(root.join("template.yml"), "").unwrap()).await;
    assert_eq!(template, Change { template: true, ..Change::default() });
    let environment = told(&project, |root| fs::write(root.join(".env.local"), "").unwrap()).await;
    assert_eq!(environment, Change { environment: true, ..Change::default() });
    let manifest = told(&project, |root| fs::write(root.join("Cargo.toml"), "").unwrap()).await;
    let sources = vec![project.root.join("Cargo.toml")];
    assert_eq!(manifest, Change { sources, manifest: true, ..Change::default() });
}

#[tokio::test]
async fn a_new_function_and_a_removed_one_are_told_as_manifests() {
    let (_root, project) = project();
    let outside = tempdir().unwrap();
    let made = outside.path().join("posts");
    fs::create_dir(&made).unwrap();
    fs::write(made.join("Cargo.toml"), "").unwrap();
    let come = told(&project, |root| fs::rename(&made, root.join("functions/api/posts")).unwrap()).await;
    assert!(come.manifest, "{come:?}");
    let gone = told(&project, |root| fs::rename(root.join("functions/api/user"), &made).unwrap()).await;
    assert!(gone.manifest, "{gone:?}");
}

#[tokio::test]
async fn a_package_at_the_root_is_watched_around_its_target_folder() {
    let (_root, mut project) = project();
    project.functions[0].sources.push(project.root.clone());
    fs::create_dir(project.root.join("src")).unwrap();
    let file = project.root.join("src/lib.rs");
    let change = told(&project, |root| {
        fs::write(&file, "").unwrap();
        fs::write(root.join("target/debug/api-user"), "").unwrap();
    })
    .await;
    assert_eq!(change, Change { sources: vec![file], ..Change::default() });
}

#[test]
fn a_path_means_one_thing() {
    let (_root, project) = project();
    let root = project.root.clone();
    let watched = Watched { project, code: ["legacy", "functions/python"].map(|f| root.join(f)).into() };
    for (path, expected) in [
        ("shared/Cargo.toml", Meaning::Manifest),
        ("Cargo.lock", Meaning::Manifest),
        (".env", Meaning::Environment),
        ("shared/.env", Meaning::Nothing),
        ("shared/template.yaml", Meaning::Source),
        ("functions/api/new/src/main.rs", Meaning::Source),
        ("functions/api/user/src/#main.rs#", Meaning::Nothing),
        ("functions/api/user/src/main.rs___jb_tmp___", Meaning::Nothing),
        ("target/debug/Cargo.toml", Meaning::Nothing),
        ("README.md", Meaning::Nothing),
        ("legacy/bootstrap", Meaning::Code),
        ("legacy/lib/words.py", Meaning::Code),
        ("legacy/lib/__pycache__/words.cpython-313.pyc", Meaning::Nothing),
        ("functions/python/bootstrap", Meaning::Code),
        ("functions/api/user/src/main.rs", Meaning::Source),
        ("functions/python/Cargo.toml", Meaning::Manifest),
    ] {
        assert_eq!(meaning(&root.join(path), &watched), expected, "{path}");
    }
}

#[test]
fn a_folder_that_is_gone_is_named() {
    let (_root, mut project) = project();
    project.functions[0].sources.push("/nowhere".into());
    let error = Watcher::start(&project, Vec::new()).unwrap_err().to_string();
    assert!(error.starts_with("cannot watch `/nowhere`: "), "{error}");
}
