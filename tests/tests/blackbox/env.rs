//! `env`: the variables of a function, and the origin of each.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::command::{CommandOutput, run, tool};
use crate::harness::{Program, Project, get};

/// Replies with the variables of the process, one in each line.
const VARIABLES: &str =
    "std::env::vars().map(|(name, value)| format!(\"{name}={value:?}\\n\")).collect::<String>()";

fn template(project: &Project, variables: &str) -> String {
    let binary = project.package("api/user");
    format!(
        "Resources:\n  User:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {binary}}}}}\n    \
         Properties:\n      Environment: {{Variables: {{{variables}}}}}\n      \
         Events: {{Route: {{Type: HttpApi, Properties: {{Method: ANY, Path: /api/user}}}}}}\n"
    )
}

/// Makes two functions. The first has a variable of the template that both files override, and one that only AWS can
/// resolve.
fn project() -> Project {
    let project = Project::new().answering("api/user", VARIABLES).answering("api/posts/[id]", "\"post\"");
    project.write(
        "template.yaml",
        &template(&project, "TOKEN: template-hush, TABLE: !Ref Table, COLOR: template-green"),
    );
    project.write(".env", "TOKEN=env-hush\nEMPTY=\n");
    project.write(".env.local", "TOKEN=\"local\\nhush\"\n");
    project
}

fn env(project: &Project, arguments: &[&str]) -> CommandOutput {
    let mut command = tool(project.root(), &[&["env"], arguments].concat());
    run(command.env("COLOR", "shell-hush").env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION"))
}

fn document(ran: &CommandOutput) -> Value {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

/// Returns the cells of a variable's row, in the section of a function or of all functions.
fn row<'r>(ran: &'r CommandOutput, section: &str, name: &str) -> Option<Vec<&'r str>> {
    let sections = ran.stdout.split("\n\n");
    let section =
        sections.into_iter().find(|text| text.lines().next().unwrap().starts_with(section)).unwrap();
    let cells =
        |line: &'r str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>();
    section.lines().skip(1).map(cells).find(|cells| cells[0] == name)
}

#[test]
fn function_has_the_variables_that_env_shows() {
    let project = project();
    let mut emulator = tool(project.root(), &["--port", "0"]);
    emulator.env("COLOR", "blue").env("NOT_DECLARED", "x");
    let program = Program::spawn_terminal(emulator, project.root());
    let seen = get("/api/user").send(program.address()).text();
    let seen: BTreeMap<_, _> = seen.lines().map(|line| line.split_once('=').unwrap()).collect();

    let mut command = tool(project.root(), &["env", "/api/user", "--show", "--json"]);
    let document = document(&run(command.env("COLOR", "blue").env("NOT_DECLARED", "x")));
    let shown = document["functions"][0]["variables"].as_object().unwrap();
    assert_eq!(shown.keys().collect::<Vec<_>>(), seen.keys().collect::<Vec<_>>());
    for (name, variable) in shown {
        let is_of_sandbox = ["AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API"].contains(&name.as_str());
        let value = variable["value"].as_str().map(|value| format!("{value:?}"));
        let expected = (!is_of_sandbox).then(|| seen[name.as_str()].to_owned());
        assert_eq!(value, expected, "{name}");
    }
}

#[test]
fn each_variable_has_the_source_that_won() {
    let project = project();
    let ran = env(&project, &["api/user"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for (name, source, value) in [
        ("AWS_LAMBDA_RUNTIME_API", "Lambda", "••••"),
        ("AWS_REGION", "Lambda", "••••"),
        ("COLOR", "shell over template", "••••"),
        ("EMPTY", ".env", "(empty)"),
        ("TABLE", "template", "(not set: only AWS knows !Ref)"),
        ("TOKEN", ".env.local over .env, template", "••••"),
    ] {
        assert_eq!(row(&ran, "/api/user", name), Some(vec![name, source, value]), "{}", ran.stdout);
    }
    let printed = "`TABLE` is not set: its value is `!Ref`";
    assert!(ran.stderr.contains(printed), "{}", ran.stderr);
}

#[test]
fn values_are_masked_unless_they_are_shown() {
    let project = project();
    for arguments in [&[][..], &["/api/user"], &["--json"], &["/api/user", "--json"]] {
        let masked = env(&project, arguments);
        let text = format!("{}{}", masked.stdout, masked.stderr);
        assert!(
            !["hush", "green", "us-east-1", "128"].iter().any(|value| text.contains(value)),
            "{arguments:?}: {text}"
        );
        let shown = env(&project, &[arguments, &["--show"]].concat());
        assert!(shown.stdout.contains(r"local\nhush"), "{shown:?}");
        assert!(!shown.stdout.contains("env-hush") && !shown.stdout.contains("green"), "{shown:?}");
    }
}

#[test]
fn variables_of_all_functions_are_shown_once() {
    let project = project();
    let ran = env(&project, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for (section, name, source) in [
        ("all functions", "AWS_REGION", Some("Lambda")),
        ("all functions", "AWS_LAMBDA_LOG_STREAM_NAME", Some("Lambda")),
        ("all functions", "EMPTY", Some(".env")),
        ("all functions", "TOKEN", None),
        ("all functions", "TABLE", None),
        ("/api/user", "TOKEN", Some(".env.local over .env, template")),
        ("/api/user", "AWS_LAMBDA_FUNCTION_NAME", Some("Lambda")),
        ("/api/user", "AWS_REGION", None),
        ("/api/posts/[id]", "TOKEN", Some(".env.local over .env")),
        ("/api/posts/[id]", "COLOR", None),
    ] {
        assert_eq!(
            row(&ran, section, name).map(|cells| cells[1]),
            source,
            "{section} {name} in {}",
            ran.stdout
        );
    }
}

#[test]
fn document_has_all_variables_of_each_function() {
    let project = project();
    let all = document(&env(&project, &["--json"]));
    assert_eq!(all["version"], 1);
    let places: Vec<_> = all["functions"].as_array().unwrap().iter().map(|it| it["place"].clone()).collect();
    assert_eq!(places, ["/api/posts/[id]", "/api/user"]);
    let user = &all["functions"][1];
    assert_eq!(user["name"], project.package("api/user"));
    let token = json!({ "source": ".env.local", "overrides": [".env", "template"], "value": null });
    assert_eq!(user["variables"]["TOKEN"], token);
    assert_eq!(user["variables"]["EMPTY"]["value"], "");
    assert_eq!((&user["unset"], &user["variables"]["TABLE"]), (&json!(["TABLE"]), &Value::Null));
    let of_sandbox = json!({ "source": "Lambda", "overrides": [], "value": null });
    assert_eq!(user["variables"]["AWS_LAMBDA_RUNTIME_API"], of_sandbox);
    let one = document(&env(&project, &["User", "--json"]));
    assert_eq!(one["functions"], json!([user]));
}

#[test]
fn document_has_each_value_as_it_is() {
    let project = project();
    let value = "\u{202e}a\u{7f}\u{1b}[31m \u{9b}é🦀";
    project.write(".env.local", &format!("ODD='{value}'\n"));
    let ran = env(&project, &["/api/user", "--json", "--show"]);
    assert!(!ran.stdout.contains(['\u{202e}', '\u{7f}', '\u{1b}', '\u{9b}']), "{ran:?}");
    assert_eq!(document(&ran)["functions"][0]["variables"]["ODD"]["value"], value);
    let shown = env(&project, &["/api/user", "--show"]);
    let expected = r"\u{202e}a\u{7f}\u{1b}[31m \u{9b}é🦀";
    assert!(shown.stdout.contains(expected), "{}", shown.stdout);
}

#[test]
fn unknown_function_is_reported_with_the_nearest() {
    let project = project();
    for arguments in [&["/api/usr"][..], &["/api/usr", "--json"]] {
        let ran = env(&project, arguments);
        let message = "error: there is no function `/api/usr`: the nearest name is `/api/user`; \
                       `cargo api-routes routes` lists all routes\n";
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(1), "", message));
    }
}

#[test]
fn function_that_cannot_be_served_fails_the_command() {
    let project = project().answering("api/posts/[slug]", "\"\"");
    let ran = env(&project, &["--json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("is not served"), "{ran:?}");
    serde_json::from_str::<Value>(&ran.stdout).unwrap();
    assert_eq!(env(&project, &["/api/user"]).code, Some(0));
}

#[test]
fn env_says_that_it_waits_for_a_writer() {
    let project = project();
    fs::remove_file(project.path(".env")).unwrap();
    assert!(Command::new("mkfifo").arg(project.path(".env")).status().unwrap().success());
    let program = Program::start(&project, &["env", "/api/user"]);
    program.wait_for_line("waiting for a writer of `.env`, which is a named pipe");
    project.write(".env", "PIPED=x\n");
    let ended = program.end();
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    assert!(ended.text.contains("PIPED"), "{}", ended.text);
}
