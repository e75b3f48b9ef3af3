//! Values that `template.yaml` decides, and the files that it names.

use crate::harness::command::{run, tool};
use crate::harness::{Project, ServedProject, get};

/// Answers with two variables and the timeout of the template.
const VARIABLES: &str = r#"fn main() {
    let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| "unset".to_owned());
    let body = format!("{} {}", variable("STAGE"), variable("TABLE"));
    lambda::serve(move |_event| format!("{{\"statusCode\":200,\"body\":{body:?}}}").into());
}
"#;

fn function(project: &Project, id: &str, route: &str, more: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: \
         {{Binary: {}}}}}\n{more}    Properties:\n      Runtime: provided.al2023\n      Environment: {{Variables: \
         {{STAGE: !Ref Stage, TABLE: !Sub '${{AWS::StackName}}-${{Stage}}'}}}}\n      Events:\n        Route: {{Type: HttpApi, \
         Properties: {{Method: ANY, Path: /{route}}}}}\n",
        project.package(route)
    )
}

const SECTIONS: &str = "Parameters:\n  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}\n\
                        Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\nResources:\n";

/// Makes a project with `/api/a`, and with `/api/b` if the stage is `prod`.
fn project() -> Project {
    let mut project = Project::new();
    project.add_crate("api/a", VARIABLES);
    project.add_crate("api/b", VARIABLES);
    let a = function(&project, "A", "api/a", "");
    let b = function(&project, "B", "api/b", "    Condition: IsProd\n");
    project.write("template.yaml", &format!("{SECTIONS}{a}{b}"));
    project
}

#[test]
fn samconfig_parameters_apply_and_are_watched() {
    let project = project();
    project.write("samconfig.toml", "[default.deploy.parameters]\nstack_name = 'blog'\n");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/a").text(), "dev blog-dev");
    assert_eq!(served.get("/api/b").status, 404);
    let printed =
        served.wait_for_log("`functions/api/b` is not served: the condition `IsProd` of `B` does not hold");
    assert!(printed.contains("--parameter-overrides"), "{printed}");
    project.write(
        "samconfig.toml",
        "[default.deploy.parameters]\nstack_name = 'blog'\nparameter_overrides = 'Stage=\"prod\"'\n",
    );
    served.wait_for_answer("/api/b", "prod blog-prod");
    served.wait_for_log("resolved: `functions/api/b` is not served");
    assert_eq!(served.get("/api/a").text(), "prod blog-prod");
}

#[test]
fn command_line_gives_parameters_over_samconfig() {
    let project = project();
    project.write(
        "samconfig.toml",
        "[default.deploy.parameters]\nparameter_overrides = 'Stage=dev'\n[live.deploy.parameters]\n\
         parameter_overrides = 'Stage=prod'\n",
    );
    let routes = |options: &[&str]| run(&mut tool(project.root(), &[&["routes"], options].concat()));
    assert!(!routes(&[]).stdout.contains("/api/b"));
    for options in [&["--parameter-overrides", "Stage=prod"][..], &["--config-env", "live"]] {
        let ran = routes(options);
        assert!(ran.stdout.contains("/api/b"), "{options:?}: {}{}", ran.stdout, ran.stderr);
    }
    let ran = routes(&["--config-env", "gone"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("samconfig.toml has no table `[gone]`"), "{}", ran.stderr);
    let ran = routes(&["--parameter-overrides", "Stage=test"]);
    assert!(ran.stderr.contains("`Stage` cannot be `test`: give it `dev` or `prod`"), "{}", ran.stderr);
    let ran = routes(&["--parameter-overrides", "Stage"]);
    assert!(ran.stderr.contains("write a name and a value, as `Stage=prod`"), "{}", ran.stderr);
}

#[test]
fn functions_of_a_nested_stack_are_served_as_deployed() {
    let mut project = Project::new();
    project.add_crate("api/a", VARIABLES);
    project.add_crate("api/b", VARIABLES);
    let outer = format!(
        "{SECTIONS}{}  Child:\n    Type: AWS::Serverless::Application\n    Properties: {{Location: stacks/child.yaml, \
         Parameters: {{Stage: nested}}}}\n",
        function(&project, "A", "api/a", "")
    );
    let parameters = "Parameters:\n  Stage: {Type: String}\nResources:\n";
    let child = format!("{parameters}{}", function(&project, "B", "api/b", ""));
    project.write("template.yaml", &outer);
    project.write("stacks/child.yaml", &child);
    project.write("samconfig.toml", "[default.deploy.parameters]\nstack_name = 'blog'\n");

    run(&mut tool(project.root(), &["sync"]));
    let synced = std::fs::read_to_string(project.path("template.yaml")).unwrap();
    assert!(!synced.contains(&project.package("api/b")), "{synced}");
    let checked = run(&mut tool(project.root(), &["check"]));
    assert!(!checked.stdout.contains("missing-function"), "{}", checked.stdout);

    let served = ServedProject::start(&project);
    let addresses = served.addresses();
    assert_eq!(addresses.len(), 2, "each stack has an API of its own: {}", served.log());
    assert_eq!(get("/api/a").send(addresses[0]).text(), "dev blog-dev");
    assert_eq!(get("/api/b").send(addresses[1]).text(), "nested blog-Child-nested");
    project.write("stacks/child.yaml", &child.replace("STAGE: !Ref Stage", "STAGE: saved"));
    served.wait_until(|_| get("/api/b").send(addresses[1]).text() == "saved blog-Child-nested");
}

#[test]
fn template_without_a_workspace_is_served() {
    let project = Project::empty();
    project.write(
        "template.yaml",
        "Resources:\n  Words:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided.al2023\n      \
         CodeUri: words\n      Handler: bootstrap\n      Events: {Get: {Type: HttpApi, Properties: {Method: get, Path: /words}}}\n",
    );
    let bootstrap = "#!/bin/sh\nwhile :; do\n  id=$(curl -sS -D - -o /dev/null http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next |\n    \
                     tr -d '\\r' | sed -n 's/^lambda-runtime-aws-request-id: //Ip')\n  curl -sS -o /dev/null -d '{\"statusCode\":200,\"body\":\"a word\"}' \
                     http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response\ndone\n";
    project.write("words/bootstrap", bootstrap);
    let file = project.path("words/bootstrap");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();

    let checked = run(&mut tool(project.root(), &["check"]));
    assert_eq!(checked.code, Some(0), "{}{}", checked.stdout, checked.stderr);
    let synced = run(&mut tool(project.root(), &["sync"]));
    assert!(synced.stderr.contains("is not in a project: make one with"), "{}", synced.stderr);
    let created = run(&mut tool(project.root(), &["new", "/api/hello"]));
    assert!(created.stderr.contains("is not in a project: make one with"), "{}", created.stderr);
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/words").status_and_text(), (200, "a word".to_owned()));
}

#[test]
fn region_is_the_same_for_template_and_function() {
    let mut project = Project::new();
    let main = VARIABLES.replace("\"TABLE\"", "\"AWS_REGION\"");
    project.add_crate("api/a", &main);
    let function =
        function(&project, "A", "api/a", "").replace("STAGE: !Ref Stage", "STAGE: !Ref AWS::Region");
    project.write("template.yaml", &format!("{SECTIONS}{function}"));
    project.write("samconfig.toml", "[default.global.parameters]\nregion = 'eu-west-1'\n");
    let served = ServedProject::start_with(project.root(), |config| {
        config.shell.remove("AWS_REGION");
        config.shell.remove("AWS_DEFAULT_REGION");
    });
    assert_eq!(served.get("/api/a").text(), "eu-west-1 eu-west-1");
    project.write(".env", "AWS_REGION=eu-north-1\n");
    served.wait_for_answer("/api/a", "eu-north-1 eu-north-1");
}
