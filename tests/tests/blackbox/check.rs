//! `cargo api-routes check`: its exit code, its text and its JSON.

use serde_json::Value;

use crate::harness::process::ProgramOutput;
use crate::harness::{Program, Project, checkout};

/// Makes a project with one function, which is deployed and routed.
fn agreeing() -> Project {
    let project = Project::new().answering("api/posts/[id]", "\"post\"");
    let package = project.package("api/posts/[id]");
    project.write("template.yaml", &template(&package, "/api/posts/{id}"));
    let manifest = std::fs::read_to_string(project.path("Cargo.toml")).unwrap();
    let router = format!("[workspace.metadata.lambda.watch.router]\n\"/api/posts/{{id}}\" = \"{package}\"\n");
    project.write("Cargo.toml", &(manifest + &router));
    project
}

fn template(binary: &str, path: &str) -> String {
    format!(
        "Resources:\n  Posts:\n    Type: AWS::Serverless::Function\n    Metadata:\n      \
         BuildMethod: rust-cargolambda\n      BuildProperties: {{Binary: {binary}}}\n    Properties:\n      \
         Events:\n        Route: {{Type: HttpApi, Properties: {{Method: ANY, Path: '{path}'}}}}\n"
    )
}

fn check(project: &Project, options: &[&str]) -> ProgramOutput {
    Program::start(project, &[&["check"], options].concat()).end()
}

fn document(ended: &ProgramOutput) -> Value {
    serde_json::from_str(&ended.text).unwrap_or_else(|error| panic!("{error}: {}", ended.text))
}

#[test]
fn this_repository_has_nothing_to_mend() {
    let root = checkout().canonicalize().unwrap();
    let ended = check(&Project::new(), &["--deny-warnings", "--project", root.to_str().unwrap()]);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    assert!(ended.text.ends_with(" routes: nothing to mend"), "{}", ended.text);
}

#[test]
fn agreeing_project_prints_one_line() {
    let ended = check(&agreeing(), &[]);
    assert_eq!((ended.code, ended.text.as_str()), (Some(0), "1 route: nothing to mend"));
}

#[test]
fn error_has_place_and_help_and_fails_the_command() {
    let project = agreeing();
    let package = project.package("api/posts/[id]");
    project.write("template.yaml", &template(&package, "/api/posts"));
    let ended = check(&project, &[]);
    let expected = "template.yaml:2:3: error[missing-route-key]: `Posts` has no event for `ANY /api/posts/{id}`, as \
                    its folder `/api/posts/[id]` says\n  help: run `cargo api-routes sync`\n\n\
                    template.yaml:9:64: warning[stray-event]: `Route` of `Posts` answers at `/api/posts`, which no \
                    folder has\n  help: run `cargo api-routes sync`, which writes `/api/posts/{id}` instead\n\n\
                    1 error, 1 warning";
    assert_eq!((ended.code, ended.text.as_str()), (Some(1), expected));
}

#[test]
fn warnings_fail_the_command_only_if_they_are_denied() {
    let project = agreeing();
    project.edit(
        "template.yaml",
        "    Properties:\n      Events",
        "    Properties:\n      Timeout: 60\n      Events",
    );
    let ended = check(&project, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.text);
    assert!(ended.text.starts_with("template.yaml:8:16: warning[function-timeout]: "), "{}", ended.text);
    assert!(ended.text.ends_with("\n0 errors, 1 warning"), "{}", ended.text);
    assert_eq!(check(&project, &["--deny-warnings"]).code, Some(1));
}

#[test]
fn json_is_one_document() {
    let project = agreeing();
    let clean = check(&project, &["--json"]);
    let expected =
        serde_json::json!({ "version": 1, "routes": 1, "errors": 0, "warnings": 0, "findings": [] });
    assert_eq!((clean.code, document(&clean)), (Some(0), expected));

    let package = project.package("api/posts/[id]");
    project.write("template.yaml", &template(&package, "/api/posts/{id}/"));
    let faulty = check(&project, &["--json"]);
    let document = document(&faulty);
    assert_eq!((faulty.code, &document["errors"]), (Some(1), &2.into()));
    let findings = document["findings"].as_array().unwrap();
    let places: Vec<_> = findings.iter().map(|it| (&it["rule"], &it["line"], &it["column"])).collect();
    assert_eq!(
        places,
        [
            (&"missing-route-key".into(), &2.into(), &3.into()),
            (&"trailing-slash".into(), &9.into(), &64.into())
        ]
    );
    assert_eq!(findings[1]["help"], "write `Path: /api/posts/{id}`");
}

#[test]
fn broken_file_is_a_finding() {
    let project = agreeing();
    project.write("template.yaml", "Resources:\n  A: {\n");
    let template = document(&check(&project, &["--json"]));
    assert_eq!(template["findings"][0]["rule"], "broken-template");
    project.write("Cargo.toml", "[workspace\n");
    let workspace = check(&project, &["--json"]);
    assert_eq!(workspace.code, Some(1));
    let finding = &document(&workspace)["findings"][0];
    assert_eq!((&finding["rule"], &finding["line"]), (&"broken-workspace".into(), &1.into()));
    let nowhere = check(&project, &["--json", "--project", "gone"]);
    assert_eq!((nowhere.code, &document(&nowhere)["errors"]), (Some(1), &1.into()));
}

#[test]
fn variable_of_dotenv_alone_is_named_once() {
    let project = agreeing();
    project.write(".env", "TOKEN=hush\nRUST_LOG=debug\n");
    let ended = check(&project, &["--deny-warnings"]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.text.starts_with(".env:1:1: warning[undeployed-variable]: `TOKEN` is in `.env` alone"),
        "{}",
        ended.text
    );
    assert!(ended.text.ends_with("\n0 errors, 1 warning") && !ended.text.contains("hush"), "{}", ended.text);
    let routes = Program::start(&project, &["routes"]).end();
    assert_eq!(routes.text.matches("warning: `TOKEN` is in `.env` alone").count(), 1, "{}", routes.text);
    let dev = Program::start(&project, &["--port", "0"]);
    dev.wait_for_line("warning: `TOKEN` is in `.env` alone");
    drop(dev);

    let manifest = std::fs::read_to_string(project.path("Cargo.toml")).unwrap();
    let local = "\n[workspace.metadata.api-routes]\nlocal-variables = [\"TOKEN\"]\n";
    project.write("Cargo.toml", &(manifest + local));
    assert_eq!(check(&project, &["--deny-warnings"]).text, "1 route: nothing to mend");
}

#[test]
fn features_missing_in_deployment_are_named() {
    let project = agreeing();
    let package = project.package("api/posts/[id]");
    let manifest = "functions/api/posts/[id]/Cargo.toml";
    let text = std::fs::read_to_string(project.path(manifest)).unwrap();
    project.write(
        manifest,
        &format!("{text}\n[features]\ndefault = [\"basic\"]\nbasic = [\"log\"]\nlog = []\nmock = []\n"),
    );
    let root = std::fs::read_to_string(project.path("Cargo.toml")).unwrap();
    let features =
        format!("[workspace.metadata.api-routes]\nfeatures = [\"{package}/mock\", \"{package}/log\"]\n");
    project.write("Cargo.toml", &format!("{root}\n{features}"));
    let ended = check(&project, &["--json"]);
    let findings = document(&ended)["findings"].as_array().unwrap().clone();
    let of_features: Vec<_> =
        findings.iter().filter(|finding| finding["rule"] == "undeployed-feature").collect();
    assert_eq!(of_features.len(), 1, "{}", ended.text);
    let message = of_features[0]["message"].as_str().unwrap();
    assert!(message.starts_with(&format!("`{package}/mock` is built here")), "{message}");
    let listed = Program::start(&project, &["routes"]).end();
    assert!(listed.text.contains(&format!("features: {package}/mock, {package}/log")), "{}", listed.text);
}
