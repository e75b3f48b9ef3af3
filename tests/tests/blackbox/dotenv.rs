//! `.env` files: the files that each mode reads, and lines that cannot be parsed.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::harness::command::{run, tool};
use crate::harness::{Program, Project, ServedProject, get};

const WORD: &str = "std::env::var(\"WORD\").unwrap_or_default()";

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new().answering("api/word", WORD);
    for (name, text) in files {
        project.write(name, text);
    }
    project
}

#[test]
fn bad_line_is_reported_and_the_rest_is_served() {
    let project = project(&[(".env", "this is hush\nWORD=one-$NONE\nA=$B\nB=$A\n")]);
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/word").text(), "one-");
    for line in [
        "warning: .env:1:1: this line sets no variable and is skipped; write `NAME=value`",
        "warning: .env:2:10: this `$` in the value of `WORD` stands for a variable that is not set",
        "warning: .env:3:3: `A` is left out: its value needs itself (`A` → `B` → `A`)",
    ] {
        served.wait_for_log(line);
    }
    assert!(!served.log().contains("hush"), "{}", served.log());
    project.write(".env", "WORD=two\n");
    served.wait_for_answer("/api/word", "two");
    served.wait_for_log("resolved: .env:1:1");
}

#[test]
fn new_files_of_the_mode_take_effect() {
    let project =
        project(&[(".env", "WORD=one\n"), (".env.production", "WORD=p\n"), (".env.example", "WORD=e\n")]);
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/word").text(), "one");
    let unread =
        "not read in mode `development`: `.env.production` (`cargo api-routes dev --release` reads it)\n";
    served.wait_for_log(unread.trim_end());
    assert!(served.log().contains(unread), "{}", served.log());
    project.write(".env.development", "WORD=two\n");
    served.wait_for_answer("/api/word", "two");
    project.write(".env.development.local", "WORD=three-$HOME\n");
    // No other variable is set in the emulator's shell.
    served.wait_for_answer("/api/word", "three-/nowhere");
    std::fs::remove_file(project.path(".env.development.local")).unwrap();
    served.wait_for_answer("/api/word", "two");
    assert_eq!(served.log().matches("not read in mode").count(), 1, "{}", served.log());
}

#[test]
fn exec_reads_the_files_of_test() {
    let files = [(".env", "WORD=one\n"), (".env.local", "WORD=local\n"), (".env.test", "WORD=test\n")];
    let project = project(&files);
    let script = "echo at $API_ROUTES_URL; exec sleep 600";
    let program = Program::start(&project, &["exec", "--", "sh", "-c", script]);
    program.wait_for_line("not read in mode `test`: `.env.local` (each mode but `test` reads it)");
    let line = program.wait_for_line("at http://");
    let address: SocketAddr = line.rsplit('/').next().unwrap().trim().parse().unwrap();
    assert_eq!(get("/api/word").send(address).text(), "test");
}

#[test]
fn env_shows_the_files_of_a_mode() {
    let project = project(&[
        (".env", "WORD=one\nOTHER=x\n"),
        (".env.local", "OTHER=y\n"),
        (".env.production", "WORD=two\n"),
        (".env.test", "WORD=three\n"),
        (".env.staging.local", "WORD=four\n"),
    ]);
    let env = |arguments: &[&str]| {
        let ran = run(&mut tool(project.root(), &[&["env", "/api/word", "--show"], arguments].concat()));
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout
    };
    for (mode, value, source, files) in [
        (None, "one", ".env", json!([".env.local", ".env"])),
        (Some("production"), "two", ".env.production", json!([".env.local", ".env.production", ".env"])),
        (Some("test"), "three", ".env.test", json!([".env.test", ".env"])),
        (Some("staging"), "four", ".env.staging.local", json!([".env.staging.local", ".env.local", ".env"])),
    ] {
        let option = mode.map(|mode| ["--mode", mode]);
        let arguments = [option.as_ref().map_or(&[][..], |option| option), &["--json"]].concat();
        let document: Value = serde_json::from_str(&env(&arguments)).unwrap();
        assert_eq!(document["mode"], mode.unwrap_or("development"));
        assert_eq!(document["files"], files);
        let word = &document["functions"][0]["variables"]["WORD"];
        assert_eq!((&word["value"], &word["source"]), (&json!(value), &json!(source)));
    }
    let text = env(&[]);
    let unread = "\nnot read in mode `development`: `.env.production` (`cargo api-routes dev --release` reads it), \
                  `.env.staging.local` (`--mode staging` reads it), `.env.test` (`cargo api-routes exec` reads it)\n";
    assert!(text.ends_with(unread), "{text}");
    let bad = run(&mut tool(project.root(), &["env", "--mode", "local"]));
    assert_eq!(bad.code, Some(2), "{bad:?}");
    assert!(bad.stderr.contains("a mode is a part of a file's name"), "{bad:?}");
}
