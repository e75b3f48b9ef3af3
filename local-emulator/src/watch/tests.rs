mod builds;
mod fixture;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::slice::from_ref;
use std::thread;

use api_routes_project::NamedPaths;
use api_routes_project::workspace::Project;
use tempfile::tempdir;

use super::meaning::{Meaning, meaning};
use super::scope::WatchScope;
use super::{Change, Watcher};
use fixture::{change_after, changes, project, watched_paths};

#[tokio::test]
async fn saved_source_is_reported() {
    let (_root, project) = project();
    let file = project.root.join("functions/api/user/src/main.rs");
    fs::write(&file, "fn main() {}").unwrap();
    let change = change_after(&project, |_| fs::write(&file, "fn main() { }").unwrap()).await;
    assert_eq!(change, Change { sources: vec![file], ..Change::default() });
}

#[tokio::test]
async fn save_by_renaming_is_reported_as_the_file() {
    let (_root, project) = project();
    let [source, template] = ["shared/src/lib.rs", "template.yaml"].map(|file| project.root.join(file));
    fs::write(&source, "old").unwrap();
    fs::write(&template, "old").unwrap();
    let (_watcher, mut receiver) = Watcher::start(&project, watched_paths(&project, Vec::new())).unwrap();
    for round in 0..2 {
        for file in [&source, &template] {
            let beside = file.with_extension("tmp");
            fs::write(&beside, format!("new {round}")).unwrap();
            fs::rename(&beside, file).unwrap();
        }
        let expected = Change { sources: vec![source.clone()], template: true, ..Change::default() };
        assert_eq!(changes(&mut receiver, &project).await, expected, "save {round}");
    }
}

#[tokio::test]
async fn files_of_cargo_and_editors_are_ignored() {
    let (_root, project) = project();
    let change = change_after(&project, |root| {
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
async fn file_of_an_unbuilt_function_is_reported_as_code() {
    let (_root, project) = project();
    let (legacy, absent) = (project.root.join("legacy"), project.root.join("absent"));
    fs::create_dir(&legacy).unwrap();
    let (_watcher, mut receiver) =
        Watcher::start(&project, watched_paths(&project, vec![legacy.clone(), absent])).unwrap();
    fs::write(legacy.join("bootstrap"), "#!/bin/sh").unwrap();
    let change = changes(&mut receiver, &project).await;
    assert_eq!(change, Change { code: vec![legacy.join("bootstrap")], ..Change::default() });
}

#[tokio::test]
async fn read_file_is_not_reported() {
    let (_root, project) = project();
    let file = project.root.join("shared/src/lib.rs");
    fs::write(&file, "").unwrap();
    let change = change_after(&project, |_| drop(fs::read(&file).unwrap())).await;
    assert_eq!(change, Change::default());
}

#[tokio::test]
async fn write_to_a_pipe_is_no_change() {
    let (_root, project) = project();
    let pipe = project.root.join(".env");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let change = change_after(&project, |_| {
        let reader = {
            let pipe = pipe.clone();
            thread::spawn(move || fs::read(pipe).unwrap())
        };
        fs::write(&pipe, "A=1").unwrap();
        assert_eq!(reader.join().unwrap(), b"A=1");
    });
    assert_eq!(change.await, Change::default());
    let replaced = change_after(&project, |_| fs::remove_file(&pipe).unwrap()).await;
    assert_eq!(replaced, Change { environment: true, ..Change::default() });
}

#[tokio::test]
async fn each_settings_file_is_reported_by_its_kind() {
    let (_root, project) = project();
    let template = change_after(&project, |root| fs::write(root.join("template.yml"), "").unwrap()).await;
    assert_eq!(template, Change { template: true, ..Change::default() });
    let environment = change_after(&project, |root| fs::write(root.join(".env.local"), "").unwrap()).await;
    assert_eq!(environment, Change { environment: true, ..Change::default() });
    let manifest = change_after(&project, |root| fs::write(root.join("Cargo.toml"), "").unwrap()).await;
    let sources = vec![project.root.join("Cargo.toml")];
    assert_eq!(manifest, Change { sources, manifest: true, ..Change::default() });
}

#[tokio::test]
async fn added_and_removed_functions_change_the_manifest() {
    let (_root, project) = project();
    fs::write(project.root.join("functions/api/user/Cargo.toml"), "").unwrap();
    let outside = tempdir().unwrap();
    let made = outside.path().join("posts");
    fs::create_dir(&made).unwrap();
    fs::write(made.join("Cargo.toml"), "").unwrap();
    let come =
        change_after(&project, |root| fs::rename(&made, root.join("functions/api/posts")).unwrap()).await;
    assert!(come.manifest, "{come:?}");
    let gone =
        change_after(&project, |root| fs::rename(root.join("functions/api/user"), &made).unwrap()).await;
    assert!(gone.manifest, "{gone:?}");
}

#[tokio::test]
async fn package_at_the_root_is_watched_without_its_target() {
    let (_root, mut project) = project();
    project.functions[0].sources.push(project.root.clone());
    fs::create_dir(project.root.join("src")).unwrap();
    let file = project.root.join("src/lib.rs");
    let change = change_after(&project, |root| {
        fs::write(&file, "").unwrap();
        fs::write(root.join("target/debug/api-user"), "").unwrap();
    })
    .await;
    assert_eq!(change, Change { sources: vec![file], ..Change::default() });
}

#[test]
fn each_path_has_one_meaning() {
    let (_root, project) = project();
    let root = project.root.clone();
    let named = NamedPaths {
        templates: vec![root.join("stacks/child.yaml")],
        ..watched_paths(&project, ["legacy", "functions/python"].map(|f| root.join(f)).into())
    };
    let watched = WatchScope::new(project, named);
    for (path, expected) in [
        ("shared/Cargo.toml", Meaning::Manifest),
        ("Cargo.lock", Meaning::Manifest),
        (".env", Meaning::Environment),
        (".env.local", Meaning::Environment),
        (".env.development", Meaning::Environment),
        (".env.development.local", Meaning::Environment),
        (".env.production", Meaning::Nothing),
        (".env.example", Meaning::Nothing),
        ("shared/.env", Meaning::Nothing),
        ("shared/template.yaml", Meaning::Source),
        ("samconfig.toml", Meaning::Template),
        ("stacks/child.yaml", Meaning::Template),
        ("stacks/other.yaml", Meaning::Nothing),
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

/// Returns the changes after each of several steps.
async fn steps(project: &Project, code: Vec<PathBuf>, steps: &[&dyn Fn(&Path)]) -> Vec<Change> {
    let (_watcher, mut receiver) = Watcher::start(project, watched_paths(project, code)).unwrap();
    let mut reported = Vec::new();
    for step in steps {
        step(&project.root);
        reported.push(changes(&mut receiver, project).await);
    }
    reported
}

fn write(path: impl AsRef<Path>, text: &str) {
    fs::create_dir_all(path.as_ref().parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[tokio::test]
async fn rewritten_content_asks_for_no_build() {
    let (_root, project) = project();
    let file = project.root.join("shared/src/lib.rs");
    write(&file, "same");
    let change = change_after(&project, |_| write(&file, "same")).await;
    assert_eq!(change, Change::default());
}

#[tokio::test]
async fn edit_in_a_recreated_folder_is_reported() {
    let (_root, project) = project();
    let file = project.root.join("functions/api/user/src/main.rs");
    write(&file, "1");
    let reported = steps(
        &project,
        Vec::new(),
        &[
            &|root| fs::remove_dir_all(root.join("functions")).unwrap(),
            &|_| write(&file, "1"),
            &|_| write(&file, "2"),
            &|root| fs::rename(root.join("functions"), root.join("away")).unwrap(),
            &|root| fs::rename(root.join("away"), root.join("functions")).unwrap(),
            &|_| write(&file, "3"),
        ],
    )
    .await;
    for (number, change) in reported.iter().enumerate() {
        assert_eq!(change.sources, from_ref(&file), "step {number}: {reported:?}");
    }
}

#[tokio::test]
async fn recreated_code_folder_is_watched() {
    let (_root, project) = project();
    let file = project.root.join("legacy/lib/bootstrap");
    write(&file, "1");
    let reported = steps(
        &project,
        vec![project.root.join("legacy")],
        &[&|root| fs::remove_dir_all(root.join("legacy")).unwrap(), &|_| write(&file, "1"), &|_| {
            write(&file, "2");
        }],
    )
    .await;
    for change in &reported {
        assert_eq!(change.code, from_ref(&file), "{reported:?}");
    }
}

#[tokio::test]
async fn edited_link_target_is_reported_as_the_link() {
    let (_root, project) = project();
    let outside = tempdir().unwrap();
    let [first, second] = ["a/env", "b/env"].map(|name| outside.path().join(name));
    write(&first, "A=1");
    write(&second, "A=2");
    symlink(&first, project.root.join(".env")).unwrap();
    symlink("deploy/template.yaml", project.root.join("template.yaml")).unwrap();
    write(project.root.join("deploy/template.yaml"), "1");
    let reported = steps(
        &project,
        Vec::new(),
        &[
            &|_| write(&first, "A=3"),
            &|root| {
                fs::remove_file(root.join(".env")).unwrap();
                symlink(&second, root.join(".env")).unwrap();
            },
            &|_| write(&second, "A=4"),
            &|root| write(root.join("deploy/template.yaml"), "2"),
        ],
    )
    .await;
    let environment = Change { environment: true, ..Change::default() };
    let template = Change { template: true, ..Change::default() };
    assert_eq!(reported, [environment.clone(), environment.clone(), environment, template]);
}

#[tokio::test]
async fn source_folder_is_watched_once_it_exists() {
    let (_root, mut project) = project();
    let folder = project.root.join("later/crate");
    project.functions[0].sources.push(folder.clone());
    let change = change_after(&project, |_| write(folder.join("src/lib.rs"), "")).await;
    assert_eq!(change.sources, [folder.join("src/lib.rs")]);
}

#[tokio::test]
async fn linked_folder_is_not_followed() {
    let (_root, project) = project();
    let outside = tempdir().unwrap();
    symlink(outside.path(), project.root.join("functions/x")).unwrap();
    let change = change_after(&project, |_| write(outside.path().join("src/main.rs"), "")).await;
    assert_eq!(change, Change::default());
}

#[tokio::test]
async fn cargo_configuration_concerns_every_function() {
    let (_root, project) = project();
    let file = project.root.join(".cargo/config.toml");
    let reported = steps(&project, Vec::new(), &[&|_| write(&file, "[build]"), &|_| write(&file, "")]).await;
    for change in reported {
        assert_eq!(change.packages, BTreeSet::from(["api-user".to_owned()]));
        assert_eq!((change.sources, change.manifest), (vec![file.clone()], true));
    }
}

#[tokio::test]
async fn prepared_query_is_reported_before_any_build() {
    let (_root, project) = project();
    let file = project.root.join(".sqlx/query-1.json");
    let change = change_after(&project, |_| write(&file, "{}")).await;
    assert_eq!(change.sources, [file]);
}
