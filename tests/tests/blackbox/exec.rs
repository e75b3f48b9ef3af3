//! `cargo api-routes exec`, which starts a test runner.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Stdio;

use rustix::process::Signal;

use crate::harness::command::{CommandOutput, run, tool};
use crate::harness::process::wait_until_nothing_runs_in;
use crate::harness::{Program, Project, get};

fn project() -> Project {
    Project::new().answering("api/user", "\"user\"")
}

fn exec(project: &Project, arguments: &[&str]) -> CommandOutput {
    run(&mut tool(project.root(), &[&["exec"], arguments].concat()))
}

/// Starts `exec` with a script that runs until the caller ends it.
fn start(project: &Project, options: &[&str], script: &str) -> Program {
    let command: &[&str] = &["--", "sh", "-c", script];
    let mut exec = tool(project.root(), &[&["exec"], options, command].concat());
    exec.stderr(Stdio::null());
    Program::spawn(exec, project.root())
}

#[test]
fn exit_code_is_that_of_the_command() {
    let project = project();
    for (command, code) in [
        (&["true"][..], 0),
        (&["sh", "-c", "exit 7"], 7),
        (&["sh", "-c", "kill -KILL $$"], 128 + 9),
        (&["sh", "-c", "kill -TERM $$"], 128 + 15),
        (&["no-such-command"], 1),
    ] {
        let ran = exec(&project, &[&["--"], command].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{command:?}: {}", ran.stderr);
        wait_until_nothing_runs_in(&project.root().canonicalize().unwrap());
    }
    let ran = exec(&project, &["--", "no-such-command"]);
    assert!(ran.stderr.contains("error: cannot run `no-such-command`\ncaused by: "), "{}", ran.stderr);
    let ran = exec(&project, &[]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}

#[test]
fn standard_output_belongs_to_the_command() {
    let project = project();
    let ran = exec(&project, &["sh", "-c", "echo out; echo err >&2; pwd"]);
    let folder = project.root().canonicalize().unwrap();
    assert_eq!(ran.stdout, format!("out\n{}\n", folder.display()));
    for line in ["err", "building 1 function…"] {
        assert!(ran.stderr.lines().any(|printed| printed == line), "{line}: {}", ran.stderr);
    }
}

#[test]
fn each_front_door_has_a_variable() {
    // A load balancer refuses a reply without a status.
    let project = Project::new().answering("api/user", r#""{\"statusCode\":200,\"body\":\"user\"}""#);
    let doors = ["--front-door", "alb,function-url,rest-api,http-api"];
    // The functions answer while the command runs.
    let script = "env | grep ^API_ROUTES_; echo ready; exec sleep 600";
    let mut program = start(&project, &doors, script);
    let mut urls = BTreeMap::new();
    loop {
        let line = program.wait_for_line("");
        let Some((name, url)) = line.split_once('=') else { break };
        urls.insert(name.to_owned(), url.to_owned());
    }
    let names: Vec<_> = urls.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "API_ROUTES_ALB_URL",
            "API_ROUTES_FUNCTION_URL_URL",
            "API_ROUTES_HTTP_API_URL",
            "API_ROUTES_REST_API_URL",
            "API_ROUTES_URL"
        ]
    );
    assert_eq!(urls["API_ROUTES_URL"], urls["API_ROUTES_HTTP_API_URL"]);
    assert!(urls["API_ROUTES_REST_API_URL"].ends_with("/Prod"), "{urls:?}");
    for (name, url) in &urls {
        let (authority, stage) = authority_and_stage(url);
        let answer = get(&format!("{stage}/api/user")).send(authority);
        assert_eq!((answer.status, answer.text().as_str()), (200, "user"), "{name}={url}");
    }
    program.interrupt_group();
    program.wait_until_all_are_gone();
}

/// Splits `http://127.0.0.1:3000/v1` into `127.0.0.1:3000` and `/v1`.
fn authority_and_stage(url: &str) -> (SocketAddr, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    let (authority, stage) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (authority.parse().unwrap(), stage)
}

#[test]
fn first_url_is_that_of_the_only_front_door() {
    let project = project();
    for (options, stage) in
        [(&["--front-door", "rest-api"][..], "/Prod"), (&["--front-door", "rest-api", "--no-stage"], "")]
    {
        let script =
            &["--", "sh", "-c", "echo $API_ROUTES_URL $API_ROUTES_REST_API_URL $API_ROUTES_HTTP_API_URL"];
        let ran = exec(&project, &[options, script].concat());
        let (first, rest_api) = ran.stdout.trim_end().split_once(' ').unwrap();
        assert_eq!(first, rest_api);
        assert_eq!(authority_and_stage(first).1, stage, "{}", ran.stdout);
    }
}

#[test]
fn signal_reaches_the_command_and_its_code_counts() {
    let project = project();
    let script = "trap 'echo caught; exit 9' TERM INT HUP; echo ready; while :; do sleep 0.02; done";
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut program = start(&project, &[], script);
        program.wait_for_line("ready");
        program.signal(signal);
        program.wait_for_line("caught");
        program.wait_until_all_are_gone();
        assert_eq!(program.end().code, Some(9), "{signal:?}");
    }
}

#[test]
fn failed_build_does_not_run_the_command() {
    let project = project().answering("api/broken", "nonsense");
    let ran = exec(&project, &["--", "touch", "ran"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
    assert!(!project.path("ran").exists());
    for words in ["functions/api/broken/src/main.rs:3:9", "error: the command was not run"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    wait_until_nothing_runs_in(&project.root().canonicalize().unwrap());
}

#[test]
fn signal_during_the_build_ends_it() {
    let project = project();
    let script = "fn main() {\n    println!(\"cargo::rerun-if-changed=build.rs\");\n    \
                  std::fs::write(\"begun\", \"\").unwrap();\n    \
                  loop { std::thread::sleep(std::time::Duration::from_secs(60)) }\n}\n";
    project.write("functions/api/user/build.rs", script);
    let mut program = start(&project, &[], "touch ran");
    crate::harness::wait_for("the build script", || {
        project.path("functions/api/user/begun").exists().then_some(())
    });
    program.signal(Signal::TERM);
    program.wait_until_all_are_gone();
    assert_eq!(program.end().code, Some(128 + 15));
    assert!(!project.path("ran").exists());
}

#[test]
fn sandboxes_end_with_the_command() {
    let project = project();
    let mut program = start(&project, &[], "echo $API_ROUTES_URL; exec sleep 600");
    let url = program.wait_for_line("http://");
    assert_eq!(get("/api/user").send(authority_and_stage(&url).0).status, 200);
    assert!(program.processes().iter().any(|command| command.contains(&project.package("api/user"))));
    program.interrupt_group();
    program.wait_until_all_are_gone();
}

#[test]
fn folder_of_the_command_is_not_the_project() {
    let project = project();
    let elsewhere = tempfile::tempdir().unwrap();
    let root = project.root().to_str().unwrap();
    let ran = run(&mut tool(elsewhere.path(), &["exec", "--project", root, "--", "pwd"]));
    let expected = format!("{}\n", elsewhere.path().canonicalize().unwrap().display());
    assert_eq!((ran.code, ran.stdout), (Some(0), expected), "{}", ran.stderr);
}
