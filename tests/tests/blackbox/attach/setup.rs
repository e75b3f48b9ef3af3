//! The start of an attached function, before its process comes.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use local_emulator::config::{AttachOptions, Debugged};
use local_emulator::sandbox::DebugMode;
use serde_json::{Value, json};

use super::{AttachedEmulator, USER, env_file, options};
use crate::harness::command::{run, tool};
use crate::harness::{Program, Project, ServedProject, get};

const LAUNCH: &str = ".vscode/launch.json";

fn write_launch(project: &Project) -> ServedProject {
    ServedProject::start_with(project.root(), |config| {
        config.attach = AttachOptions { write_launch: true, ..options("/api/user") };
    })
}

#[test]
fn port_is_the_same_at_each_start() {
    let AttachedEmulator { served, project } = AttachedEmulator::start();
    let attached = AttachedEmulator { served, project };
    let first = attached.runtime_api();
    let AttachedEmulator { served, project } = attached;
    drop(served);
    assert_eq!(AttachedEmulator::start_with(project).runtime_api(), first);
}

#[test]
fn taken_port_is_an_error_that_names_the_option() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let arguments = ["dev", "--port", "0", "--attach", "/api/user", "--attach-port", &port.to_string()];
    let ended = run(&mut tool(project.root(), &arguments));
    assert_eq!(ended.code, Some(1));
    let words = format!("port {port} of 127.0.0.1 is taken, and the process of `/api/user` needs it");
    assert!(ended.stderr.contains(&words) && ended.stderr.contains("`--attach-port`"), "{}", ended.stderr);
}

#[test]
fn function_is_attached_or_debugged_and_not_both() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let package = project.package("api/user");
    let arguments = ["dev", "--port", "0", "--attach", "/api/user", "--debug", &package];
    let ended = run(&mut tool(project.root(), &arguments));
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("`/api/user` has both `--attach` and `--debug`"), "{}", ended.stderr);
}

#[test]
fn unknown_function_is_a_warning_as_with_debug() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start_with(project.root(), |config| {
        config.attach = options("nobody");
        let mode = DebugMode { waits: false };
        config.debug = Some(Debugged { function: "no one".to_owned(), mode });
    });
    served.wait_for_log("warning: no function `nobody` to attach: `");
    served.wait_for_log("warning: no function `no one` to debug: `");
    assert_eq!(served.get("/api/user").text(), "ok");
}

#[test]
fn function_that_comes_later_is_attached_as_well() {
    let mut project = Project::new().answering("api/other", "\"other\"");
    let served = ServedProject::start_with(project.root(), |config| config.attach = options("/api/user"));
    served.wait_for_log("warning: no function `/api/user` to attach: `");
    project.add("api/user", USER);
    let attached = AttachedEmulator { served, project };
    let process = attached.run();
    assert_eq!(attached.served.get("/api/user").text(), process.id);
}

#[test]
fn process_gets_the_variables_of_the_project() {
    let value = r#"it's "${HOME}" `id` \n é"#;
    let reply = "std::env::var(\"GREETING\").unwrap_or_default()";
    let project = Project::new().answering("api/user", reply);
    // In `.env`, only the dollar sign needs an escape.
    project.write(".env", "GREETING=it's \"\\${HOME}\" `id` \\n é\n");
    let attached = AttachedEmulator::start_with(project);
    let permissions = fs::metadata(attached.file()).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    for (name, expected) in [
        ("AWS_LAMBDA_FUNCTION_NAME", attached.project.package("api/user")),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "'$LATEST'".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", attached.project.package("api/user"))),
    ] {
        assert_eq!(attached.variable(name), expected);
    }
    assert!(attached.variable("AWS_LAMBDA_LOG_STREAM_NAME").contains("[$LATEST]"));
    let _process = attached.run();
    assert_eq!(attached.served.get("/api/user").text(), value);
    attached.project.write(".env", "GREETING=new\n");
    attached.served.wait_for_log("the variables of `/api/user` have changed: start its process again");
    assert_eq!(attached.variable("GREETING"), "new");
    // The process keeps the variables that it started with.
    assert_eq!(attached.served.get("/api/user").text(), value);
}

#[test]
fn launch_entry_builds_function_and_names_file() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = write_launch(&project);
    served.wait_for_log("wrote `.vscode/launch.json`: choose `/api/user` in VS Code's Run and Debug");
    let text = fs::read_to_string(project.path(LAUNCH)).unwrap();
    let launch: Value = serde_json::from_str(&text).unwrap();
    let (package, file) = (project.package("api/user"), env_file(&project));
    let entry = json!({
        "name": "/api/user",
        "type": "lldb",
        "request": "launch",
        "cargo": {
            "args": ["build", "-p", package, "--bin", package],
            "filter": { "name": package, "kind": "bin" },
        },
        "cwd": "${workspaceFolder}",
        "envFile": file,
    });
    assert_eq!(launch["configurations"], json!([entry]));
    drop(served);
    write_launch(&project).wait_for_log("`.vscode/launch.json` starts `/api/user` already");
    assert_eq!(fs::read_to_string(project.path(LAUNCH)).unwrap(), text);
}

#[test]
fn launch_entry_leaves_other_entries_and_comments() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let rest = "\n    // mine\n    { \"name\": \"tests\", },\n  ],\n}\n";
    project.write(LAUNCH, &format!("{{\n  \"configurations\": [{rest}"));
    write_launch(&project).wait_for_log("wrote `.vscode/launch.json`");
    let text = fs::read_to_string(project.path(LAUNCH)).unwrap();
    assert!(text.ends_with(&format!("}},{rest}")) && text.contains("\"/api/user\""), "{text}");
}

#[test]
fn launch_file_that_cannot_be_edited_is_left_alone() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let text = "{ \"configurations\": [{ \"name\": \"/api/user\", \"type\": \"cppdbg\" }] }";
    project.write(LAUNCH, text);
    let served = write_launch(&project);
    served.wait_for_log("warning: cannot add `/api/user` to `.vscode/launch.json`");
    served.wait_for_log("\"envFile\": \"");
    assert_eq!(fs::read_to_string(project.path(LAUNCH)).unwrap(), text);
}

#[test]
fn command_line_attaches_functions() {
    let project = Project::new().answering("api/user", "\"ok\"").answering("api/other", "\"other\"");
    let (program, address) =
        Program::serve_with(&project, &["--attach", "/api/user", "--attach", "/api/other"]);
    program.wait_for_line("`/api/other` is not started here: start it with `sh -c ");
    let request = thread::spawn(move || get("/api/user").try_send(address).is_ok());
    program.wait_for_line("`/api/user` waits for its process: start it with `sh -c ");
    drop(program);
    assert!(!request.join().unwrap());
}
