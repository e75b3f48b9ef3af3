//! An authorizer's function that is a package of the workspace.

use serde_json::json;

use super::{ECHO, authorizer, template};
use crate::harness::process::ProgramOutput;
use crate::harness::{Program, Project, ServedProject, get, post};

/// Allows each request with the token `yes`.
const SESSION: &str = r#"fn main() {
    while let Ok(event) = lambda::next() {
        let is_in = event.json.contains("\"authorization\":\"yes\"");
        let reply = format!("{{\"isAuthorized\":{is_in},\"context\":{{\"user\":\"ann\"}}}}");
        lambda::respond(&event, reply.as_bytes()).expect("the emulator takes it");
    }
}
"#;

const FOLDER: &str = "authorizers/session";

/// Makes a project with a route `/api/me` and a package below `functions/authorizers/` that decides about its requests.
fn project() -> Project {
    let auth = "{DefaultAuthorizer: Session, Authorizers: {Session: {FunctionArn: !GetAtt Session.Arn, \
                EnableFunctionDefaultPermissions: true, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: {Headers: [Authorization]}}}}";
    let mut project = Project::new();
    project.add_crate("api/me", ECHO);
    project.add_crate(FOLDER, SESSION);
    let session = format!(
        "  Session:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: \
         {{Binary: {}}}}}\n    Properties: {{CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}}\n",
        project.package(FOLDER)
    );
    let api = template("HttpApi", auth, &project.package("api/me"), "");
    project.write("template.yaml", &(api + &session));
    project
}

#[test]
fn authorizer_decides_and_answers_at_no_path() {
    let project = project();
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/me").status, 401);
    assert_eq!(served.send(&get("/api/me").header("authorization", "no")).status, 403);
    let answer = served.send(&get("/api/me").header("authorization", "yes"));
    assert_eq!(authorizer(&answer), json!({ "lambda": { "user": "ann" } }));
    for path in ["/authorizers/session", "/functions/authorizers/session"] {
        assert_eq!(served.get(path).status, 404, "{path}");
    }
    let invocation = post("/2015-03-31/functions/Session/invocations", "application/json", "{}");
    let answer = served.send(&invocation);
    assert_eq!((answer.status, &answer.json()["isAuthorized"]), (200, &json!(false)));
}

fn run(project: &Project, arguments: &[&str]) -> ProgramOutput {
    Program::start(project, arguments).end()
}

#[test]
fn authorizer_package_is_not_a_route() {
    let project = project();
    let routes = run(&project, &["routes"]);
    assert_eq!(routes.code, Some(0), "{}", routes.text);
    assert!(routes.text.contains("/api/me") && !routes.text.contains("authorizers"), "{}", routes.text);
    let before = std::fs::read_to_string(project.path("template.yaml")).unwrap();
    let sync = run(&project, &["sync"]);
    assert_eq!(sync.code, Some(0), "{}", sync.text);
    assert_eq!(std::fs::read_to_string(project.path("template.yaml")).unwrap(), before);
    let manifest = std::fs::read_to_string(project.path("Cargo.toml")).unwrap();
    assert!(!manifest.contains("\"/authorizers"), "{manifest}");
    let check = run(&project, &["check"]);
    assert_eq!((check.code, check.text.as_str()), (Some(0), "1 route: nothing to mend"));
}
