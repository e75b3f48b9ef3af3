//! The project `examples/authorizers`, whose routes read the caller with the library.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Program, Project, Request, Response, ServedProject, get, request};

const TEMPLATES: [(&str, &str); 2] = [("template.yaml", ""), ("rest-api.yaml", "/v1")];

fn with_template(project: &Project, template: &str) {
    project.write("template.yaml", &fs::read_to_string(project.path(template)).unwrap());
}

fn signed_in(request: Request, claims: &Value) -> Request {
    request.header("x-emulator-claims", &claims.to_string())
}

#[test]
fn folders_and_each_template_agree() {
    let project = Project::example("authorizers");
    for (template, _) in TEMPLATES {
        with_template(&project, template);
        let ended = Program::start(&project, &["check"]).end();
        assert_eq!((ended.code, ended.text.as_str()), (Some(0), "4 routes: nothing to mend"), "{template}");
    }
}

/// The emulator writes events as AWS does, with the dates and commas of a Cognito authorizer, and the library reads
/// them.
#[test]
fn each_route_knows_its_caller_behind_each_api() {
    let project = Project::example("authorizers");
    for (template, stage) in TEMPLATES {
        with_template(&project, template);
        let served = ServedProject::start_with(project.root(), |config| config.watch = false);
        let send = |request: &Request| -> Response { served.send(request) };
        let path = |path: &str| format!("{stage}{path}");

        let token = json!({ "sub": "7", "exp": 1_783_711_145, "cognito:groups": ["admin", "staff"] });
        let me = send(&signed_in(get(&path("/api/me")), &token));
        let expected =
            json!({ "id": "7", "email": null, "groups": ["admin", "staff"], "until": 1_783_711_145 });
        assert_eq!((me.status, me.json()), (200, expected), "{template}: {}", served.log());

        for (scope, status) in [("posts:read posts:write", 201), ("posts:read", 403)] {
            let writer = json!({ "sub": "7", "scope": scope });
            let answer = send(&signed_in(request("POST", &path("/api/posts")), &writer));
            assert_eq!(answer.status, status, "{template}: {scope}: {}", answer.text());
        }

        for (key, status) in [("tea-4711", 200), ("tea-4712", 403)] {
            let answer = send(&get(&path("/api/orders")).header("X-Partner-Key", key));
            assert_eq!(answer.status, status, "{template}: {key}: {}", answer.text());
            if status == 200 {
                assert_eq!(answer.text(), r#"{"partner":"tea-house","discount":5}"#, "{template}");
            }
        }

        let ann = "arn:aws:iam::123456789012:user/ann";
        let report = send(&signed_in(get(&path("/api/reports")), &json!({ "userArn": ann })));
        assert_eq!((report.status, report.json()), (200, json!({ "for": ann })), "{template}");

        for route in ["/api/me", "/api/orders", "/api/reports"] {
            assert_ne!(served.get(&path(route)).status, 200, "{template}: {route} lets everybody in");
        }
    }
}
