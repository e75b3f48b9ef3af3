//! Settings in named pipes, as a password manager mounts `.env`: only the reader of a pipe waits for its writer.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::process::Command;

use rustix::process::Signal;

use crate::harness::{Program, Project, get, wait_for};

const WORD: &str = "std::env::var(\"WORD\").unwrap_or_default()";

/// The only message while the reader waits.
const WAITS: &str = "waiting for a writer of `.env`, which is a named pipe";

fn make_pipe(project: &Project, file: &str) {
    // `rustix` makes no named pipe on macOS.
    assert!(Command::new("mkfifo").arg(project.path(file)).status().unwrap().success());
}

/// Writes as a password manager does: all at once, after a reader has opened the pipe.
fn write(project: &Project, file: &str, text: &str) {
    let mut pipe = OpenOptions::new().write(true).open(project.path(file)).unwrap();
    pipe.write_all(text.as_bytes()).unwrap();
}

#[test]
fn start_waits_for_the_writer_of_a_pipe() {
    let project = Project::new().answering("api/piped", WORD);
    make_pipe(&project, ".env");
    let program = Program::start(&project, &["--port", "0"]);
    program.wait_for_line(WAITS);
    write(&project, ".env", "WORD=piped\n");
    assert_eq!(get("/api/piped").send(program.address()).text(), "piped");
}

#[test]
fn ctrl_c_ends_an_emulator_that_waits_for_a_writer() {
    for file in [".env", "template.yaml"] {
        for verb in [&["--port", "0"][..], &["exec", "--", "true"]] {
            let project = Project::new();
            fs::remove_file(project.path("template.yaml")).unwrap();
            make_pipe(&project, file);
            let program = Program::start(&project, verb);
            program.wait_for_line(&WAITS.replace(".env", file));
            program.signal(Signal::INT);
            let code = if verb[0] == "exec" { 128 + Signal::INT.as_raw() } else { 0 };
            assert_eq!(program.end().code, Some(code), "{file} {verb:?}");
        }
    }
}

#[test]
fn pipe_without_a_writer_stops_no_request() {
    let project = Project::new().answering("api/piped", WORD);
    project.write(".env", "WORD=one\n");
    let (program, address) = Program::serve(&project);
    assert_eq!(get("/api/piped").send(address).text(), "one");
    // Replaces the file in one step: without the file, the project has other settings.
    make_pipe(&project, "pipe");
    fs::rename(project.path("pipe"), project.path(".env")).unwrap();
    program.wait_for_line(WAITS);
    assert_eq!(get("/api/piped").send(address).text(), "one");
    write(&project, ".env", "WORD=two\n");
    let is_new = || (get("/api/piped").send(address).text() == "two").then_some(());
    wait_for("the settings from the pipe", is_new);
}

#[test]
fn file_in_the_place_of_a_pipe_is_read() {
    let project = Project::new().answering("api/piped", WORD);
    make_pipe(&project, ".env");
    let program = Program::start(&project, &["--port", "0"]);
    program.wait_for_line(WAITS);
    project.write(".env.new", "WORD=file\n");
    fs::rename(project.path(".env.new"), project.path(".env")).unwrap();
    assert_eq!(get("/api/piped").send(program.address()).text(), "file");
}

#[test]
fn exec_reads_a_pipe_once() {
    let project = Project::new().answering("api/piped", WORD);
    make_pipe(&project, ".env");
    let program = Program::start(&project, &["exec", "--", "sh", "-c", "echo ran at $API_ROUTES_URL"]);
    program.wait_for_line(WAITS);
    write(&project, ".env", "WORD=piped\n");
    program.wait_for_line("ran at http://127.0.0.1:");
    assert_eq!(program.end().code, Some(0));
}
