use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use super::{Project, ProjectError};
use crate::with_causes;

fn workspace(members: &str) -> TempDir {
    let root = tempdir().unwrap();
    write(root.path(), "Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"));
    root
}

fn package(root: &Path, folder: &str, name: &str, rest: &str) {
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{rest}");
    write(root, &format!("{folder}/Cargo.toml"), &manifest);
}

fn function(root: &Path, folder: &str, name: &str, rest: &str) {
    package(root, folder, name, rest);
    write(root, &format!("{folder}/src/main.rs"), "fn main() {}");
}

fn library(root: &Path, folder: &str, name: &str, rest: &str) {
    package(root, folder, name, rest);
    write(root, &format!("{folder}/src/lib.rs"), "");
}

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// `api/posts` and `api/posts/[id]`, which builds with `common`, which builds with `model`.
fn posts() -> (TempDir, Project) {
    let root =
        workspace(r#""functions/api/posts", "functions/api/posts/[[]id]", "common", "model", "test-kit""#);
    function(root.path(), "functions/api/posts", "api-posts", "");
    let common = "[dependencies]\ncommon = { path = \"../../../../common\" }\n";
    function(root.path(), "functions/api/posts/[id]", "api-posts-id", common);
    let model = "[dependencies]\nmodel = { path = \"../model\" }\n\
                 [dev-dependencies]\ntest-kit = { path = \"../test-kit\" }\n";
    library(root.path(), "common", "common", model);
    library(root.path(), "model", "model", "");
    library(root.path(), "test-kit", "test-kit", "");
    let project = Project::open(root.path()).unwrap();
    (root, project)
}

#[test]
fn members_below_functions_are_functions() {
    let (_root, project) = posts();
    let found: Vec<_> =
        project.functions.iter().map(|f| (&*f.route_folder, &*f.package, &*f.binary)).collect();
    let expected =
        [("api/posts", "api-posts", "api-posts"), ("api/posts/[id]", "api-posts-id", "api-posts-id")];
    assert_eq!(found, expected);
    assert_eq!(project.unlisted, []);
}

#[test]
fn function_is_built_from_its_path_dependencies_too() {
    let (_root, project) = posts();
    let below_root = |folder: &std::path::PathBuf| folder.strip_prefix(&project.root).unwrap().to_owned();
    let sources: Vec<_> = project.functions[1].sources.iter().map(below_root).collect();
    assert_eq!(sources, ["functions/api/posts/[id]", "common", "model"].map(std::path::PathBuf::from));
}

#[test]
fn changed_file_affects_what_is_built_from_it() {
    let (_root, project) = posts();
    let affected = |file: &str| {
        let functions = project.affected(&[project.root.join(file)]);
        functions.iter().map(|function| function.package.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(affected("functions/api/posts/src/main.rs"), ["api-posts"]);
    assert_eq!(affected("functions/api/posts/[id]/src/main.rs"), ["api-posts-id"]);
    assert_eq!(affected("model/src/lib.rs"), ["api-posts-id"]);
    assert_eq!(affected("test-kit/src/lib.rs"), [""; 0]);
    assert_eq!(affected("README.md"), [""; 0]);
    for file in ["Cargo.lock", "Cargo.toml"] {
        assert_eq!(affected(file), ["api-posts", "api-posts-id"], "{file}");
    }
}

#[test]
fn workspace_is_found_from_a_folder_inside() {
    let (root, project) = posts();
    assert_eq!(Project::open(&root.path().join("functions/api/posts/src")).unwrap(), project);
}

#[test]
fn package_that_is_no_member_is_named_with_its_line() {
    let root = workspace(r#""functions/api""#);
    function(root.path(), "functions/api", "api", "");
    function(root.path(), "functions/api/posts/[id]", "api-posts-id", "");
    let project = Project::open(root.path()).unwrap();
    let expected = "`functions/api/posts/[id]` is not served, it is not a member of the workspace: \
                    run `cargo api-routes sync`, or add `\"functions/api/posts/[[]id]\",` to `members` in `Cargo.toml`";
    assert_eq!(project.warnings(), [expected]);
}

#[test]
fn packages_of_a_nested_workspace_are_ignored() {
    let root = workspace("");
    function(root.path(), "functions/api/own", "own", "[workspace]\nmembers = [\"inner\"]\n");
    function(root.path(), "functions/api/own/inner", "inner", "");
    write(root.path(), "functions/api/more/Cargo.toml", "[workspace]\nmembers = [\"inner\"]\n");
    function(root.path(), "functions/api/more/inner", "more", "");
    assert_eq!(Project::open(root.path()).unwrap().unlisted, []);
}

#[test]
fn of_several_binaries_the_default_is_the_function() {
    let root = workspace(r#""functions/api""#);
    function(root.path(), "functions/api", "api", "");
    write(root.path(), "functions/api/src/bin/tool.rs", "fn main() {}");
    assert_eq!(Project::open(root.path()).unwrap().functions[0].binary, "api");

    function(root.path(), "functions/api", "api", "default-run = \"tool\"\n");
    assert_eq!(Project::open(root.path()).unwrap().functions[0].binary, "tool");
}

#[test]
fn unservable_project_names_the_next_step() {
    let no_binary = workspace(r#""functions/api""#);
    library(no_binary.path(), "functions/api", "api", "");
    let error = Project::open(no_binary.path()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("package `api` has no binary to run as a function: add `src/main.rs` to")
    );

    let ambiguous = workspace(r#""functions/api""#);
    package(ambiguous.path(), "functions/api", "api", "");
    write(ambiguous.path(), "functions/api/src/bin/a.rs", "fn main() {}");
    write(ambiguous.path(), "functions/api/src/bin/b.rs", "fn main() {}");
    let error = Project::open(ambiguous.path()).unwrap_err();
    assert!(error.to_string().starts_with("package `api` has the binaries `a`, `b`: set `default-run` in"));

    let same = workspace(r#""functions/a", "functions/b""#);
    function(same.path(), "functions/a", "a", "[[bin]]\nname = \"bootstrap\"\npath = \"src/main.rs\"\n");
    function(same.path(), "functions/b", "b", "[[bin]]\nname = \"bootstrap\"\npath = \"src/main.rs\"\n");
    let error = Project::open(same.path()).unwrap_err().to_string();
    assert_eq!(
        error,
        "packages `a` and `b` both build a binary `bootstrap`: rename one, they overwrite each other"
    );

    let empty = workspace("");
    assert!(matches!(Project::open(empty.path()), Err(ProjectError::NoFunctions { .. })));
    assert!(matches!(Project::open(&empty.path().join("gone")), Err(ProjectError::Folder { .. })));
}

#[test]
fn refused_workspace_keeps_the_words_of_cargo() {
    let root = workspace(r#""functions/gone""#);
    let error = with_causes(&Project::open(root.path()).unwrap_err());
    assert!(error.contains("functions/gone/Cargo.toml"), "{error}");
    assert!(!error.contains("error: "), "{error}");
}
