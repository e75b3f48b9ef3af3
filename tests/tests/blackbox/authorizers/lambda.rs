//! Lambda authorizers, whose functions are built and started like functions of routes.

use std::fmt::Write as _;
use std::thread;

use serde_json::{Value, json};

use super::{ECHO, authorizer, template};
use crate::harness::{Project, Response, ServedProject, get, wait_for};

/// Decides by the token of the request, and logs each call. Its answer is a policy and a simple response at once.
const SESSION: &str = r##"fn main() {
    while let Ok(event) = lambda::next() {
        let text = |name: &str| {
            let (_, rest) = event.json.split_once(&format!("\"{name}\":\"")).unwrap_or_default();
            rest.split('"').next().unwrap_or_default().to_owned()
        };
        let first = |names: &[&str]| names.iter().map(|name| text(name)).find(|text| !text.is_empty());
        let arn = first(&["methodArn", "routeArn"]).unwrap_or_default();
        let token = first(&["authorizationToken", "authorization", "Authorization"]).unwrap_or_default();
        eprintln!("asked about {arn}");
        let effect = if token == "allow" { "Allow" } else { "Deny" };
        let answer = match token.as_str() {
            "panic" => panic!("the authorizer breaks"),
            "garbage" => "garbage".to_owned(),
            "unauthorized" => {
                let _ = lambda::fail(&event, br#"{"errorType":"Error","errorMessage":"Unauthorized"}"#);
                continue;
            }
            _ => format!(
                "{{\"isAuthorized\":{},\"principalId\":\"user\",\"context\":{{\"tenant\":\"acme\",\"level\":3}},\
                 \"policyDocument\":{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Action\":\"execute-api:Invoke\",\
                 \"Effect\":\"{effect}\",\"Resource\":\"{arn}\"}}]}}}}",
                token == "allow"
            ),
        };
        let _ = lambda::respond(&event, answer.as_bytes());
    }
}
"##;

/// Makes a project of the function `/api/me` and the authorizer's function.
fn project(session: &str) -> Project {
    let mut project = Project::new();
    project.add_crate("api/me", ECHO);
    project.add_crate("authorizers/session", session);
    project
}

/// Serves the project with an API of this kind, whose authorizer has these settings.
fn serve(project: &Project, kind: &str, settings: &str) -> ServedProject {
    let auth = format!(
        "{{DefaultAuthorizer: Session, Authorizers: {{Session: {{FunctionArn: !GetAtt Session.Arn, {settings}}}}}}}"
    );
    let mut text = template(kind, &auth, &project.package("api/me"), "");
    let binary = project.package("authorizers/session");
    let _ = write!(
        text,
        "  Session:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: \
         {{Binary: {binary}}}}}\n    Properties: {{CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}}\n"
    );
    project.write("template.yaml", &text);
    ServedProject::start(project)
}

const HTTP_2: &str = "EnableFunctionDefaultPermissions: true, AuthorizerPayloadFormatVersion: '2.0', Identity: {Headers: [Authorization]}";
const HTTP_1: &str = "EnableFunctionDefaultPermissions: true, AuthorizerPayloadFormatVersion: '1.0', Identity: {Headers: [Authorization]}";
const HTTP_SIMPLE: &str = "EnableFunctionDefaultPermissions: true, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: {Headers: [Authorization]}";
const REST_TOKEN: &str = "Identity: {ReauthorizeEvery: 0}";
const REST_REQUEST: &str = "FunctionPayloadType: REQUEST, Identity: {Headers: [Authorization]}";

fn ask(served: &ServedProject, target: &str, token: &str) -> Response {
    served.send(&get(target).header("Authorization", token))
}

/// Waits until the authorizer has printed its line `times` times. The line may come after the answer of the route.
fn assert_asked(served: &ServedProject, times: usize) {
    let asked = |log: &str| log.matches("asked about arn:aws:execute-api:").count();
    served.wait_until(|log| asked(log) >= times);
    let log = served.log();
    assert_eq!(asked(&log), times, "{log}");
}

#[test]
fn http_api_has_the_answers_of_aws() {
    let project = project(SESSION);
    for settings in [HTTP_1, HTTP_2, HTTP_SIMPLE] {
        let served = serve(&project, "HttpApi", settings);
        assert_eq!(
            served.get("/api/me").status_and_text(),
            (401, r#"{"message":"Unauthorized"}"#.to_owned())
        );
        for (token, status, message) in [
            ("deny", 403, "Forbidden"),
            ("garbage", 500, "Internal Server Error"),
            ("unauthorized", 500, "Internal Server Error"),
            ("panic", 500, "Internal Server Error"),
        ] {
            let answer = ask(&served, "/api/me", token);
            assert_eq!(
                (answer.status, answer.json()),
                (status, json!({ "message": message })),
                "{settings} {token}"
            );
        }
        let empty = get("/api/me").header("authorization", "").header("authorization", "");
        assert_eq!(served.send(&empty).status, 401);
        let context = authorizer(&ask(&served, "/api/me", "allow"));
        assert_eq!(context, json!({ "lambda": { "tenant": "acme", "level": 3 } }), "{settings}");
        assert_asked(&served, 5);
        served.wait_for_log("the authorizer breaks");
    }
}

#[test]
fn rest_api_has_the_answers_of_aws() {
    let project = project(SESSION);
    for settings in [REST_TOKEN, REST_REQUEST] {
        let served = serve(&project, "Api", settings);
        let target = "/Prod/api/me";
        let explicit = "User is not authorized to access this resource with an explicit deny";
        let missing = served.get(target);
        assert_eq!((missing.status, missing.json()), (401, json!({ "message": "Unauthorized" })));
        for (token, status, error_type, body) in [
            ("deny", 403, "AccessDeniedException", json!({ "Message": explicit })),
            ("garbage", 500, "AuthorizerConfigurationException", json!({ "message": null })),
            ("unauthorized", 401, "UnauthorizedException", json!({ "message": "Unauthorized" })),
            ("panic", 500, "AuthorizerConfigurationException", json!({ "message": null })),
        ] {
            let answer = ask(&served, target, token);
            assert_eq!((answer.status, answer.json()), (status, body), "{settings} {token}");
            assert_eq!(answer.header("x-amzn-errortype"), Some(error_type), "{settings} {token}");
        }
        let mut context = authorizer(&ask(&served, target, "allow"));
        let latency = context.as_object_mut().and_then(|context| context.remove("integrationLatency"));
        assert!(latency.is_some_and(|latency| latency.is_u64()), "{settings}");
        assert_eq!(context, json!({ "tenant": "acme", "level": "3", "principalId": "user" }), "{settings}");
        assert_asked(&served, 5);
    }
}

#[test]
fn authorizer_is_asked_once_for_many_connections() {
    let project = project(SESSION);
    let served = serve(&project, "Api", "Identity: {ReauthorizeEvery: 300}");
    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| assert_eq!(ask(&served, "/Prod/api/me", "allow").status, 200));
        }
    });
    assert_asked(&served, 1);
    assert_eq!(ask(&served, "/Prod/api/me", "deny").status, 403);
    assert_asked(&served, 2);
}

#[test]
fn saved_authorizer_decides_at_the_next_request() {
    let project = project(SESSION);
    let served = serve(&project, "HttpApi", &HTTP_SIMPLE.replace("]}", "], ReauthorizeEvery: 3600}"));
    assert_eq!(ask(&served, "/api/me", "allow").status, 200);
    let source = "functions/authorizers/session/src/main.rs";
    project.write(source, &SESSION.replace("== \"allow\"", "== \"open sesame\""));
    wait_for("the saved authorizer", || (ask(&served, "/api/me", "allow").status == 403).then_some(()));
    assert_eq!(ask(&served, "/api/me", "open sesame").status, 200);
    project.write(source, "fn main() { nonsense }");
    wait_for("the error of the compiler", || {
        let answer = ask(&served, "/api/me", "open sesame");
        (answer.header("x-emulator-error") == Some("build-failed"))
            .then(|| answer.text().contains("nonsense"))
    });
}

#[test]
fn inspector_has_the_question_and_the_answer() {
    let project = project(SESSION);
    let served = serve(&project, "Api", REST_TOKEN);
    assert_eq!(ask(&served, "/Prod/api/me", "allow").status, 200);
    let requests = served.get("/_emulator/api/requests").json();
    let of_authorizer = |request: &&Value| request["authorizer"] == "Session";
    let question = requests["requests"].as_array().into_iter().flatten().find(of_authorizer);
    assert!(question.is_some_and(|question| question["authorizes_request"].is_u64()), "{requests}");
}
