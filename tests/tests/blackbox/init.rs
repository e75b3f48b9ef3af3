//! `cargo api-routes init`, as a new user runs it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::{TempDir, tempdir};

use crate::harness::command::{CommandOutput, run, tool, tool_with_file_limit};
use crate::harness::files::files_in;

const PROJECT: [&str; 10] = [
    ".cargo/config.toml",
    ".cargo/trim-paths",
    ".env.example",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "functions/api/hello/Cargo.toml",
    "functions/api/hello/src/main.rs",
    "template.yaml",
];

const WORKFLOW: [&str; 3] =
    [".github/aws-roles.yaml", ".github/requirements.txt", ".github/workflows/deploy.yml"];

fn init(folder: &Path, arguments: &[&str]) -> CommandOutput {
    run(&mut tool(folder, &[&["init"], arguments].concat()))
}

/// Returns the names of all files below a folder.
fn names(folder: &Path) -> BTreeSet<PathBuf> {
    files_in(folder).into_iter().filter_map(|(name, bytes)| bytes.map(|_| name)).collect()
}

fn paths(names: &[&str]) -> BTreeSet<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

#[test]
fn each_front_door_gives_a_clean_project() {
    let all = paths(&[&PROJECT[..], &WORKFLOW].concat());
    for (front_door, heading, url) in [
        ("http-api", "http-api Api", "localhost:3000/api"),
        ("rest-api", "rest-api Api  /v1", "localhost:3000/v1/api"),
        ("function-url", "function-url", "localhost:3000/api"),
    ] {
        let folder = tempdir().unwrap();
        let made = init(folder.path(), &["shop", "--front-door", front_door]);
        assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""), "{}", made.stdout);
        let project = folder.path().join("shop");
        assert_eq!(names(&project), all, "{front_door}");
        let listed = made.stdout.lines().filter_map(|line| line.strip_prefix("  ")).map(PathBuf::from);
        assert_eq!(listed.filter(|name| all.contains(name)).count(), all.len(), "{}", made.stdout);
        assert!(made.stdout.contains(&format!("curl '{url}/hello?name=Ann'")), "{}", made.stdout);
        assert!(fs::read_to_string(project.join("README.md")).unwrap().contains(url), "{front_door}");

        let checked = run(&mut tool(&project, &["check", "--deny-warnings"]));
        assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "1 route: nothing to mend\n"));
        let routes = run(&mut tool(&project, &["routes"]));
        assert!(routes.stdout.starts_with(&format!("{heading}\n")), "{front_door}: {}", routes.stdout);
    }
}

#[test]
fn lock_file_fits_the_manifests() {
    let folder = tempdir().unwrap();
    assert_eq!(init(folder.path(), &[]).code, Some(0));
    // `cargo tree` needs no crates of other platforms, unlike `cargo metadata`; a fresh machine lacks them.
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--locked", "--offline"]);
    let read = run(tree.current_dir(folder.path()));
    assert_eq!(read.code, Some(0), "{}", read.stderr);
}

#[test]
fn name_is_given_or_that_of_the_folder() {
    let folder = tempdir().unwrap();
    for (arguments, name) in [(&["My Shop"][..], "My-Shop"), (&["other", "--name", "shop-2"], "shop-2")] {
        assert_eq!(init(folder.path(), arguments).code, Some(0));
        let read = |file: &str| fs::read_to_string(folder.path().join(arguments[0]).join(file)).unwrap();
        assert!(read("README.md").starts_with(&format!("# {name}\n")));
        assert!(read("template.yaml").contains(&format!("Description: {name}, API routes")));
        assert!(read(".github/workflows/deploy.yml").contains(&format!("--stack-name {name} ")));
    }
}

#[test]
fn no_workflow_option_makes_no_github_folder() {
    let folder = tempdir().unwrap();
    assert_eq!(init(folder.path(), &["--no-workflow"]).code, Some(0));
    assert_eq!(names(folder.path()), paths(&PROJECT));
}

#[test]
fn library_is_written_as_it_is_named() {
    let folder = tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir(root.join("library")).unwrap();
    fs::write(root.join("library/Cargo.toml"), "[package]\nname = \"api-routes\"\n").unwrap();
    for (name, library, dependency) in [
        ("a", "1.2.3", "\"1.2.3\"".to_owned()),
        ("b", "git=https://example.com/a.git", "{ git = \"https://example.com/a.git\" }".to_owned()),
        ("c", "path=library", format!("{{ path = \"{}\" }}", root.join("library").display())),
    ] {
        let made = init(&root, &[name, "--library", library]);
        assert_eq!(made.code, Some(0), "{}", made.stdout);
        let manifest = fs::read_to_string(root.join(name).join("Cargo.toml")).unwrap();
        assert!(manifest.lines().any(|line| line == format!("api-routes = {dependency}")), "{manifest}");
    }
}

#[test]
fn spaces_and_other_scripts_fit_in_a_path() {
    let folder = tempdir().unwrap();
    let made = init(folder.path(), &["Läden & Söhne/meine api"]);
    assert_eq!(made.code, Some(0), "{}", made.stdout);
    assert!(made.stdout.contains("\n  cd 'Läden & Söhne/meine api'\n"), "{}", made.stdout);
    let project = folder.path().join("Läden & Söhne/meine api");
    let checked = run(&mut tool(&project, &["check", "--deny-warnings"]));
    assert_eq!(checked.code, Some(0), "{}", checked.stdout);
}

#[test]
fn files_of_git_and_editors_may_be_there_before() {
    let folder = tempdir().unwrap();
    for name in [".git", ".vscode"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("LICENSE"), "mine").unwrap();
    assert_eq!(init(folder.path(), &["--no-workflow"]).code, Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("LICENSE")).unwrap(), "mine");
}

/// Makes a folder that holds a Rust workspace, a Node.js project and a file.
fn taken() -> TempDir {
    let folder = tempdir().unwrap();
    for (file, text) in [
        ("rust/Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("rust/crates/core/src/lib.rs", ""),
        ("node/package.json", "{}"),
        ("notes", "mine"),
    ] {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

#[test]
fn taken_folder_is_refused_and_stays_as_it_is() {
    let folder = taken();
    let before = files_in(folder.path());
    for (into, words) in [
        (
            "node",
            "`node` is not empty: `package.json` is in the way; move it away, or run `cargo api-routes init node/api`",
        ),
        ("notes", "`notes` is a file: name a new folder"),
        ("notes/api", "`notes` is a file: name a new folder"),
        ("rust", "`rust` is not empty: `Cargo.toml`, `crates` are in the way"),
        ("rust/api", "add `exclude = [\"api\"]` to that `[workspace]`"),
        ("rust/crates/a/b", "add `exclude = [\"crates/a/b\"]` to that `[workspace]`"),
    ] {
        let refused = init(folder.path(), &[into]);
        assert_eq!(refused.code, Some(1), "{into}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{into}: {}", refused.stderr);
        assert_eq!(files_in(folder.path()), before, "{into}");
    }
}

#[test]
fn excluded_folder_of_a_workspace_is_accepted() {
    let folder = taken();
    let manifest = folder.path().join("rust/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text}exclude = [\"api\"]\n")).unwrap();
    let made = init(&folder.path().join("rust"), &["api"]);
    assert_eq!(made.code, Some(0), "{}", made.stdout);
    let checked = run(&mut tool(&folder.path().join("rust/api"), &["check", "--deny-warnings"]));
    assert_eq!(checked.code, Some(0), "{}", checked.stdout);
}

/// Root may write into any folder of a disk, but not into `/sys`.
#[cfg(target_os = "linux")]
#[test]
fn folder_that_cannot_be_written_is_named() {
    let folder = tempdir().unwrap();
    let refused = init(folder.path(), &["/sys/api-routes"]);
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.starts_with("error: cannot create `/sys/api-routes"), "{}", refused.stderr);
}

#[test]
fn wrong_choice_lists_the_right_ones() {
    let folder = tempdir().unwrap();
    for (option, value, words) in [
        ("--name", "7up", "for example `--name up`"),
        ("--name", "my shop", "for example `--name my-shop`"),
        ("--name", "läden", "for example `--name l-den`"),
        ("--name", "", "for example `--name my-api`"),
        ("--front-door", "alb", "`init` has no template for a load balancer: take `http-api`"),
        (
            "--front-door",
            "web",
            "there is no front door `web`: take `http-api`, `rest-api` or `function-url`",
        ),
        ("--library", "latest", "write one such as `0.1.0`, `path=FOLDER` or `git=URL`"),
        ("--library", "path=", "nothing follows `path=`"),
    ] {
        let refused = init(folder.path(), &["shop", option, value]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{option} {value}");
        assert!(refused.stderr.contains(words), "{option} {value}: {}", refused.stderr);
        assert!(files_in(folder.path()).is_empty(), "{option} {value}");
    }
}

#[test]
fn full_disk_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    fs::create_dir_all(folder.path().join("old/.git")).unwrap();
    let before = files_in(folder.path());
    for into in ["new", "new/deep", "old"] {
        // The disk has room for the first files, but not for the lock file.
        let failed = run(&mut tool_with_file_limit(folder.path(), &["init", into], 8));
        assert_eq!(failed.code, Some(1), "{into}: {}{}", failed.stdout, failed.stderr);
        let file = folder.path().join(into).join("Cargo.lock");
        let words =
            format!("cannot create `{}`; nothing was created\ncaused by: File too large", file.display());
        assert!(failed.stderr.contains(&words), "{into}: {}", failed.stderr);
        assert_eq!(files_in(folder.path()), before, "{into}");
    }
    assert_eq!(init(folder.path(), &["old"]).code, Some(0));
}

#[test]
fn init_needs_no_cargo() {
    let folder = tempdir().unwrap();
    let made = run(tool(folder.path(), &["init", "shop"]).env("PATH", "/nowhere").env_remove("CARGO"));
    assert_eq!(made.code, Some(0), "{}", made.stdout);
    assert_eq!(names(&folder.path().join("shop")), paths(&[&PROJECT[..], &WORKFLOW].concat()));
}
