//! `--stack`: the values of a deployed stack, as a stand-in for the program `aws` reports them.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rustix::process::Signal;

use crate::harness::command::{CommandOutput, run, tool};
use crate::harness::files::files_in;
use crate::harness::process::wait_until_nothing_runs_in;
use crate::harness::{Program, Project, get, wait_for};

/// Replies with the variables whose value the template leaves open, and one that the template decides.
const VARIABLES: &str = r#"["TABLE", "TOKEN", "STAGE", "NAME"]
    .map(|name| format!("{name}={}", std::env::var(name).unwrap_or_default())).join(" ")"#;

/// Answers from files beside it, and records its arguments.
const FROM_FILES: &str = "echo \"$*\" >> \"$0.calls\"; exec cat \"$0.$4\"";

fn template(project: &Project, more: &str) -> String {
    format!(
        "Resources:\n  User:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {}}}}}\n    \
         Properties:\n      Environment: {{Variables: {{TABLE: !Ref Table, TOKEN: !GetAtt Secret.Value, STAGE: file, \
         NAME: !Ref AWS::StackName{more}}}}}\n      \
         Events: {{Route: {{Type: HttpApi, Properties: {{Method: ANY, Path: /api/user}}}}}}\n",
        project.package("api/user")
    )
}

/// A project, and a folder outside it with a program `aws`.
struct DeployedProject {
    project: Project,
    folder: tempfile::TempDir,
}

impl DeployedProject {
    fn new() -> Self {
        let deployed = Self::with_program(FROM_FILES);
        let resources = r#"{"StackResourceSummaries": [{"LogicalResourceId": "User", "ResourceStatus": "CREATE_COMPLETE",
            "ResourceType": "AWS::Lambda::Function", "PhysicalResourceId": "blog-User-1"}]}"#;
        deployed.answer("blog", resources);
        let function = r#"{"FunctionName": "blog-User-1", "Environment": {"Variables":
            {"TABLE": "hush-table", "TOKEN": "hush-token", "STAGE": "hush-stage", "OLD": "hush-old"}}}"#;
        deployed.answer("blog-User-1", function);
        deployed
    }

    fn with_program(script: &str) -> Self {
        let project = Project::new().answering("api/user", VARIABLES);
        project.write("template.yaml", &template(&project, ""));
        let deployed = Self { project, folder: tempfile::tempdir().unwrap() };
        // A child process writes the program: Linux cannot run a program that any process has open for writing.
        let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\"";
        let program = deployed.folder.path().join("aws");
        let ran = run(Command::new("sh").args(["-c", write]).arg(program).arg(script));
        assert_eq!(ran.code, Some(0), "{ran:?}");
        deployed
    }

    fn answer(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("aws.{name}"))
    }

    fn tool(&self, arguments: &[&str]) -> Command {
        let mut command = tool(self.project.root(), arguments);
        let path = env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", self.folder.path().display())).env_remove("AWS_REGION");
        command
    }

    fn run(&self, arguments: &[&str]) -> CommandOutput {
        run(&mut self.tool(arguments))
    }

    fn calls(&self) -> BTreeSet<String> {
        let calls = fs::read_to_string(self.file("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }
}

#[test]
fn function_keeps_the_stacks_values_after_a_save() {
    let deployed = DeployedProject::new();
    let serve = deployed.tool(&["--port", "0", "--stack", "blog"]);
    let program = Program::spawn_terminal(serve, deployed.project.root());
    let printed = program.wait_for_line("filled in");
    assert_eq!(
        printed,
        "stack blog: 2 variables of 1 function filled in: TABLE of User ••••, TOKEN of User ••••"
    );
    let address = program.address();
    let answer = || get("/api/user").send(address).text();
    assert_eq!(answer(), "TABLE=hush-table TOKEN=hush-token STAGE=file NAME=blog");

    let saved = template(&deployed.project, "").replace("STAGE: file", "STAGE: saved");
    deployed.project.write("template.yaml", &saved);
    wait_for("the save", || answer().contains("STAGE=saved").then_some(()));
    assert_eq!(answer(), "TABLE=hush-table TOKEN=hush-token STAGE=saved NAME=blog");
    deployed.project.write(".env", "TOKEN=mine\n");
    wait_for("the save", || answer().contains("TOKEN=mine").then_some(()));
    let expected = [
        "cloudformation list-stack-resources --stack-name blog --output json",
        "lambda get-function-configuration --function-name blog-User-1 --output json",
    ];
    assert_eq!(deployed.calls(), expected.map(str::to_owned).into());
    assert_eq!(fs::read_to_string(deployed.file("calls")).unwrap().lines().count(), 2);
}

#[test]
fn values_of_the_stack_are_in_no_log_and_in_no_file() {
    let deployed = DeployedProject::new();
    for options in [&[][..], &["--json"]] {
        let attach = ["--port", "0", "--stack", "blog", "--attach", "/api/user"];
        let serve = deployed.tool(&[&["dev"], &attach[..], options].concat());
        let program = Program::spawn_terminal(serve, deployed.project.root());
        let warned = program.wait_for_line("does not write such values to the disk");
        assert!(warned.contains("`T"), "{warned}");
        program.signal(Signal::TERM);
        let ended = program.end();
        assert!(!ended.text.contains("hush"), "{}", ended.text);
    }
    let serve = deployed.tool(&["dev", "--port", "0", "--stack", "blog", "--json"]);
    let program = Program::spawn_terminal(serve, deployed.project.root());
    let event: serde_json::Value = serde_json::from_str(&program.wait_for_line(r#""type":"stack""#)).unwrap();
    assert_eq!(event["stack"], "blog");
    assert_eq!(event["variables"][0], serde_json::json!({"name": "TABLE", "functions": ["User"]}));
    program.signal(Signal::TERM);
    program.end();
    let variables = format!("api-routes/{}.env", deployed.project.package("api/user"));
    let mut files = files_in(deployed.project.root());
    let of_attached = fs::read(deployed.project.target_directory().join(&variables)).unwrap();
    files.insert(variables.into(), Some(of_attached));
    for (file, text) in files {
        let text = text.unwrap_or_default();
        assert!(!text.windows(4).any(|part| part == b"hush"), "{} has a value", file.display());
    }
}

#[test]
fn env_shows_the_stack_as_a_source() {
    let deployed = DeployedProject::new();
    deployed.project.write(".env", "TOKEN=mine\n");
    let shown = deployed.run(&["env", "/api/user", "--stack", "blog"]);
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""), "{shown:?}");
    let rows: Vec<Vec<_>> = shown
        .stdout
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    for row in [
        ["TABLE", "stack over template", "••••"],
        ["TOKEN", ".env over stack, template", "••••"],
        ["STAGE", "template", "••••"],
    ] {
        assert!(rows.contains(&row.to_vec()), "{row:?}: {}", shown.stdout);
    }
    let shown = deployed.run(&["env", "/api/user", "--stack", "blog", "--show", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let table = &document["functions"][0]["variables"]["TABLE"];
    assert_eq!(
        *table,
        serde_json::json!({"source": "stack", "overrides": ["template"], "value": "hush-table"})
    );
    assert_eq!(document["functions"][0]["unset"], serde_json::json!([]));
}

#[test]
fn exec_has_the_values_of_the_stack() {
    let deployed = DeployedProject::new();
    deployed.project.write("samconfig.toml", "[default.deploy.parameters]\nregion = 'eu-west-1'\n");
    let mut exec = deployed.tool(&["exec", "--", "sh", "-c", "curl --silent $API_ROUTES_URL/api/user"]);
    let ran = run(exec.env("API_ROUTES_STACK", "blog"));
    assert_eq!(ran.stdout, "TABLE=hush-table TOKEN=hush-token STAGE=file NAME=blog", "{ran:?}");
    assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
    assert!(
        deployed.calls().iter().all(|call| call.contains(" --region eu-west-1 ")),
        "{:?}",
        deployed.calls()
    );
}

#[test]
fn function_that_is_not_deployed_is_a_warning() {
    let deployed = DeployedProject::new();
    deployed.answer("blog", r#"{"StackResourceSummaries": []}"#);
    let shown = deployed.run(&["env", "--stack", "blog"]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let printed =
        "warning: the stack `blog` has no function `User`: deploy it, or set its variables in `.env`";
    assert!(shown.stderr.contains(printed), "{}", shown.stderr);
    assert!(shown.stderr.contains("`TABLE` is not set"), "{}", shown.stderr);
}

#[test]
fn stack_that_cannot_be_read_stops_the_start() {
    for (script, expected) in [
        (
            "echo 'Unable to locate credentials. You can configure credentials by running \"aws configure\".' >&2; exit 253",
            "error: `aws` is not logged in: run `aws configure`, then start again; it says: Unable to locate credentials.",
        ),
        (
            "echo 'An error occurred (ValidationError) when calling the ListStackResources operation: Stack with id blog \
             does not exist' >&2; exit 254",
            "error: there is no such stack: `aws cloudformation describe-stacks --query 'Stacks[].StackName'`",
        ),
        (
            "echo 'An error occurred (AccessDenied) when calling the ListStackResources operation: not yours' >&2; exit 254",
            "error: you may not read the stack: `--stack` needs `cloudformation:ListStackResources`",
        ),
        (
            "echo '{\"StackResourceSummaries\": \"hush\"}'",
            "error: the answer of `aws cloudformation list-stack-resources --stack-name blog --output json` is not of the form",
        ),
        ("echo hush", "is not JSON, at 1:"),
    ] {
        let deployed = DeployedProject::with_program(script);
        for verb in [&["dev", "--port", "0"][..], &["exec"], &["env"]] {
            let rest: &[&str] = if verb == ["exec"] { &["--", "true"] } else { &[] };
            let ran = deployed.run(&[verb, &["--stack", "blog"], rest].concat());
            assert_eq!(ran.code, Some(1), "{verb:?}: {ran:?}");
            assert!(ran.stderr.contains(expected), "{verb:?}: {}", ran.stderr);
            assert!(!format!("{ran:?}").contains("hush"), "{ran:?}");
        }
    }
}

#[test]
fn missing_program_is_reported_with_its_source() {
    let deployed = DeployedProject::new();
    fs::remove_file(deployed.folder.path().join("aws")).unwrap();
    let mut env = tool(deployed.project.root(), &["env", "--stack", "blog"]);
    let cargo = PathBuf::from(env!("CARGO"));
    let ran = run(env.env("PATH", cargo.parent().unwrap()));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("error: cannot run `aws`, which `--stack` asks: install the AWS CLI"),
        "{}",
        ran.stderr
    );
}

#[test]
fn wrong_name_of_a_stack_is_a_wrong_command_line() {
    let deployed = DeployedProject::new();
    for name in ["my_blog", "--region", "arn:aws:x"] {
        let ran = deployed.run(&["env", &format!("--stack={name}")]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains("the name of a stack is a letter"), "{}", ran.stderr);
    }
    assert_eq!(deployed.calls(), BTreeSet::new());
}

#[test]
fn signal_ends_a_call_that_is_under_way() {
    let deployed = DeployedProject::with_program("touch \"$0.started\"; exec sleep 600");
    let serve = deployed.tool(&["--port", "0", "--stack", "blog"]);
    let program = Program::spawn_terminal(serve, deployed.project.root());
    let started = deployed.file("started");
    wait_for("the call", || started.exists().then_some(()));
    program.signal(Signal::TERM);
    let ended = program.end();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    wait_until_nothing_runs_in(&deployed.project.root().canonicalize().unwrap());
}
