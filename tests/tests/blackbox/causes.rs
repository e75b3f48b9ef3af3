//! Errors of Cargo and of the system, as each verb prints them.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::harness::Project;
use crate::harness::command::{CommandOutput, run, tool};

/// The verbs that read a project.
const VERBS: [&[&str]; 6] = [
    &["routes"],
    &["sync"],
    &["env"],
    &["dev", "--port", "0"],
    &["exec", "--", "true"],
    &["new", "/api/orders"],
];

fn ran(project: &Project, arguments: &[&str]) -> CommandOutput {
    let ran = run(&mut tool(project.root(), arguments));
    assert_ne!(ran.code, Some(0), "{arguments:?}: {}", ran.stdout);
    ran
}

/// Returns Cargo's own message, without the `error: ` in front.
fn cargos_words(project: &Project) -> String {
    let mut cargo = std::process::Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(project.root());
    let words = run(cargo.env("CARGO_TERM_COLOR", "never")).stderr;
    words.trim_end().strip_prefix("error: ").unwrap().to_owned()
}

/// Makes a project whose function needs a missing crate, for an error of four lines.
fn refused_by_cargo() -> Project {
    let project = Project::new().answering("api/user", "\"ok\"");
    project.edit(
        "functions/api/user/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nnone = { path = \"none\" }\n",
    );
    project
}

#[test]
fn check_keeps_the_lines_of_cargo() {
    let project = refused_by_cargo();
    let root = format!("{}/", project.root().canonicalize().unwrap().display());
    let words = cargos_words(&project).replace(&root, "");
    assert!(words.contains("\n\nCaused by:\n  "), "{words}");
    let json: serde_json::Value = serde_json::from_str(&ran(&project, &["check", "--json"]).stdout).unwrap();
    assert_eq!(json["findings"][0]["message"], words);
    let indented = words.replace('\n', "\n  ").replace("\n  \n", "\n\n");
    let text = ran(&project, &["check"]).stdout;
    let block = format!("Cargo.toml:1:1: error[broken-workspace]: {indented}\n  help: ");
    assert!(text.starts_with(&block), "{text}");
}

#[test]
fn check_keeps_the_excerpt_that_cargo_points_at() {
    let project = Project::new().answering("api/user", "\"ok\"");
    project.edit("functions/api/user/Cargo.toml", "[dependencies]\n", "[dependencies]\nnone none\n");
    let text = ran(&project, &["check"]).stdout;
    assert!(text.starts_with("functions/api/user/Cargo.toml:7:6: error[broken-workspace]: "), "{text}");
    for line in ["\n  7 | none none\n", "\n    |      ^\n", "\n  help: "] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn each_verb_keeps_the_lines_of_cargo() {
    let project = refused_by_cargo();
    let words = cargos_words(&project);
    for verb in VERBS {
        let printed = ran(&project, verb).stderr;
        let root = project.root().canonicalize().unwrap();
        let expected =
            format!("error: cannot read the workspace at `{}`\ncaused by: {words}\n", root.display());
        assert!(printed.starts_with(&expected), "{verb:?}: {printed}");
    }
}

#[test]
fn each_verb_has_the_cause_in_a_line_of_its_own() {
    let project = Project::new().answering("api/user", "\"ok\"");
    // Nobody can read a link that leads to itself, not even root.
    symlink(".env", project.path(".env")).unwrap();
    let root = project.root().canonicalize().unwrap();
    let expected = format!(
        "error: cannot read `{}`\ncaused by: Too many levels of symbolic links",
        root.join(".env").display()
    );
    for verb in [VERBS[0], VERBS[2], VERBS[3], VERBS[4]] {
        let printed = ran(&project, verb).stderr;
        assert!(printed.starts_with(&expected), "{verb:?}: {printed}");
    }
    fs::remove_file(project.path("template.yaml")).unwrap();
    fs::create_dir(project.path("template.yaml")).unwrap();
    let checked = ran(&project, &["check"]).stdout;
    assert!(checked.contains("\n  caused by: Is a directory"), "{checked}");
}

#[test]
fn cause_of_a_failed_write_has_a_line_of_its_own() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let template = project.path("template.yaml");
    fs::set_permissions(&template, Permissions::from_mode(0o444)).unwrap();
    let printed = ran(&project, &["sync"]).stderr;
    assert!(printed.contains("template.yaml`\ncaused by: permission denied\n"), "{printed}");
}

#[test]
fn cause_follows_what_to_do_next() {
    let project = Project::empty();
    let gone = project.path("gone");
    let printed = ran(&project, &["routes", "--project", gone.to_str().unwrap()]).stderr;
    let expected = format!("error: cannot open `{}`\ncaused by: No such file or directory", gone.display());
    assert!(printed.starts_with(&expected), "{printed}");
    let served = Project::new().answering("api/user", "\"ok\"");
    let printed = ran(&served, &["dev", "--port", "0", "--host", "nobody.invalid"]).stderr;
    let (first, cause) = printed.split_once('\n').unwrap();
    assert!(first.ends_with("; listen on this machine alone with `--host localhost`"), "{printed}");
    assert!(cause.starts_with("caused by: ") && cause.lines().count() == 1, "{printed}");
}
