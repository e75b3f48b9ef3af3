//! The verb `invoke`: a request through the running emulator.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use api_routes_project::aws::FrontDoorKind;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::harness::command::{CommandOutput, run, tool};
use crate::harness::{EXECUTABLE, Project, ServedProject, checkout, faults, get, main_project};

mod again;
mod errors;
mod events;
mod save;

fn command(address: SocketAddr, arguments: &[&str]) -> Command {
    let port = address.port().to_string();
    let mut command = tool(Path::new("."), &[&["invoke"], arguments, &["--port", &port]].concat());
    command.env_remove("API_ROUTES_PORT");
    command
}

pub(crate) fn invoke(served: &ServedProject, arguments: &[&str]) -> CommandOutput {
    run(&mut command(served.address, arguments))
}

/// Runs the command with `--record`, and returns the record that it prints.
fn record(served: &ServedProject, arguments: &[&str]) -> Value {
    let ran = invoke(served, &[arguments, &["--record"]].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

/// Returns the values of a header in the request of a record.
fn header<'r>(record: &'r Value, name: &str) -> Vec<&'r str> {
    let headers = record["request"]["headers"].as_array().unwrap();
    headers.iter().filter(|header| header[0] == name).map(|header| header[1].as_str().unwrap()).collect()
}

#[test]
fn request_prints_the_body_and_a_line() {
    let project =
        Project::new().answering("api/posts/[id]", "{ println!(\"looked up\"); r#\"{\"id\":7}\"# }");
    let served = ServedProject::start(&project);
    let ran = invoke(&served, &["/api/posts/7?a=b"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), r#"{"id":7}"#), "{ran:?}");
    let [log, line] = ran.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{ran:?}") };
    assert_eq!(log, "/api/posts/[id] | looked up");
    assert!(line.starts_with("request 1: GET /api/posts/7?a=b 200 "), "{line}");
    assert!(line.contains(" ms  /api/posts/[id] cold, init "), "{line}");
    let warm = invoke(&served, &["/api/posts/7", "--verbose"]);
    let lines: Vec<_> = warm.stderr.lines().collect();
    for (at, start) in [
        (0, "/api/posts/[id] | START RequestId: "),
        (1, "/api/posts/[id] | looked up"),
        (2, "/api/posts/[id] | END RequestId: "),
        (3, "/api/posts/[id] | REPORT RequestId: "),
        (4, "request 2: GET /api/posts/7 200 "),
    ] {
        assert!(lines[at].starts_with(start), "{start} in {lines:?}");
    }
    assert!(lines[4].ends_with(" ms  /api/posts/[id] warm"), "{lines:?}");
    assert!(lines[5..].contains(&"content-type: application/json"), "{lines:?}");
}

#[test]
fn json_is_posted_with_its_type() {
    let served = main_project();
    let folder = tempdir().unwrap();
    let file = folder.path().join("note.json");
    fs::write(&file, r#"{ "text": "tea" }"#).unwrap();
    for (body, note) in
        [(r#"{"text":"milk"}"#, r#"{"text":"milk"}"#), (&format!("@{}", file.display()), r#"{"text":"tea"}"#)]
    {
        let ran = invoke(served, &["/api/notes", "--json", body]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), note), "{ran:?}");
        assert!(ran.stderr.contains("POST /api/notes 201 "), "{ran:?}");
    }
    let sent = record(served, &["/api/notes", "--json", "{}", "--header", "X-Probe: 1", "--method", "put"]);
    assert_eq!((&sent["method"], header(&sent, "x-probe")), (&json!("PUT"), vec!["1"]));
    assert_eq!(header(&sent, "content-type"), ["application/json"]);
    let other = record(served, &["/api/notes", "--json", "{}", "-H", "content-type: application/ld+json"]);
    assert_eq!(header(&other, "content-type"), ["application/ld+json"]);
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
}

#[test]
fn body_is_sent_and_printed_byte_for_byte() {
    let served = faults();
    let folder = tempdir().unwrap();
    let file = folder.path().join("body");
    fs::write(&file, [0, 255, b'\n']).unwrap();
    let from_file = format!("@{}", file.display());
    let sent = record(served, &["/api/echo", "--body", &from_file]);
    assert_eq!(sent["request"]["body"], json!({ "length": 3, "base64": "AP8K" }));
    assert_eq!((&sent["method"], header(&sent, "content-type")), (&json!("POST"), Vec::<&str>::new()));

    let got = command(served.address, &["/api/echo?do=binary"]).output().unwrap();
    assert_eq!((got.status.code(), got.stdout), (Some(0), vec![0, 159, 146, 150, 255]));

    let script = "printf '%s' '-tea' | \"$0\" invoke /api/echo --body @- --port \"$1\"";
    let mut shell = Command::new("bash");
    let ran = run(shell.args(["-c", script, EXECUTABLE, &served.address.port().to_string()]));
    assert!(ran.stdout.contains("\"length\":4"), "{ran:?}");
}

#[test]
fn long_body_is_printed_whole() {
    // The record holds 64 KiB of the body.
    let project = Project::new().answering("api/long", "\"x\".repeat(300_000)");
    let served = ServedProject::start(&project);
    let sent = invoke(&served, &["/api/long"]);
    assert_eq!((sent.code, sent.stdout.len()), (Some(0), 300_000), "{}", sent.stderr);
    let again = invoke(&served, &["--from-request", "1"]);
    assert_eq!((again.code, again.stdout.len()), (Some(0), 300_000), "{}", again.stderr);
}

#[test]
fn stage_of_a_front_door_is_added() {
    let served = ServedProject::start_with(checkout(), |config| {
        config.watch = false;
        config.front_doors = vec![FrontDoorKind::HttpApi, FrontDoorKind::RestApi];
    });
    let rest = served.at(FrontDoorKind::RestApi).port().to_string();
    let url = format!("http://127.0.0.1:{rest}/Prod");
    let id = record(&served, &["/api/user"])["id"].to_string();
    for arguments in [
        &["/api/user", "--front-door", "rest-api"][..],
        &["/Prod/api/user", "--front-door", "rest-api"],
        &["/api/user", "--url", &url],
        &["--from-request", &id, "--front-door", "rest-api"],
        &["--from-request", &id, "--front-door", "rest-api", "--header", "x-a: 1"],
    ] {
        let sent = record(&served, arguments);
        assert_eq!(
            (&sent["front_door"], &sent["path"], &sent["status"]),
            (&json!("rest-api"), &json!("/Prod/api/user"), &json!(200)),
            "{arguments:?}"
        );
        assert_eq!(header(&sent, "host"), [format!("127.0.0.1:{rest}")], "{arguments:?}");
    }
    let at_port = run(&mut command(served.at(FrontDoorKind::RestApi), &["/api/user"]));
    assert_eq!((at_port.code, at_port.stdout.as_str()), (Some(0), r#"{"name":"John Doe"}"#));
    let printed =
        "the request goes to `/Prod/api/user`: the paths of `rest-api` begin with the stage, `/Prod`\n";
    assert!(at_port.stderr.starts_with(printed), "{}", at_port.stderr);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let project =
        Project::new().answering("api/odd", "{ println!(\"\\u{1b}[2Jgone\\rover\"); \"\\u{1b}[2Jraw\" }");
    let served = ServedProject::start(&project);
    let ran = invoke(&served, &["/api/odd", "--verbose"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "\u{1b}[2Jraw"));
    assert!(!ran.stderr.contains(['\u{1b}', '\r']), "{}", ran.stderr);
    assert!(ran.stderr.contains("| \u{241b}[2Jgone\u{240d}over\n"), "{}", ran.stderr);
    let document = invoke(&served, &["/api/odd", "--record"]).stdout;
    assert!(!document.contains('\u{1b}'), "{document}");
}

#[test]
fn command_knows_the_port_of_the_emulator() {
    let served = main_project();
    let mut command = tool(Path::new("."), &["invoke", "/api/user"]);
    let ran = run(command.env("API_ROUTES_PORT", served.address.port().to_string()));
    assert_eq!((ran.code, ran.stdout), (Some(0), get("/api/user").send(served.address).text()));
}
