//! The projects in `examples`, served without a change.

use std::fs;
use std::net::SocketAddr;

use api_routes_project::aws::FrontDoorKind::{self, Alb, FunctionUrl, HttpApi, RestApi};

use crate::harness::{Program, Project, Request, ServedProject, get};

/// Each template of `examples/front-doors`: the front doors that it declares, and one of them with its stage and its
/// name in the library.
const TEMPLATES: [(&str, &[FrontDoorKind], FrontDoorKind, &str, &str); 6] = [
    ("template.yaml", &[HttpApi, FunctionUrl], HttpApi, "", "HTTP API"),
    ("production.yaml", &[HttpApi], HttpApi, "", "HTTP API"),
    ("rest-api.yaml", &[RestApi], RestApi, "/v1", "REST API"),
    ("openapi.yaml", &[RestApi], RestApi, "/v1", "REST API"),
    ("function-url.yaml", &[FunctionUrl], FunctionUrl, "", "Function URL"),
    ("alb.yaml", &[Alb], Alb, "", "ALB with multi-value headers"),
];

/// A front door of a served project.
struct Door<'a> {
    served: &'a ServedProject,
    kind: FrontDoorKind,
    stage: &'a str,
}

impl Door<'_> {
    fn address(&self) -> SocketAddr {
        self.served.at(self.kind)
    }

    /// Returns the answer of the route in `folder`. A Function URL finds the route by the host, every other front door
    /// by the path.
    fn answer(&self, folder: &str, path: &str) -> String {
        let words = folder.split(|letter: char| !letter.is_ascii_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let host = format!("front-doors-{}.localhost:{}", words.join("-"), self.address().port());
        let request: Request = get(&format!("{}{path}", self.stage)).header("host", &host);
        let (status, text) = request.send(self.address()).status_and_text();
        assert_eq!(status, 200, "{} {path}: {text}\n{}", self.kind, self.served.log());
        text
    }
}

#[test]
fn folders_and_each_template_agree() {
    let project = Project::example("front-doors");
    for (template, ..) in TEMPLATES {
        project.write("template.yaml", &fs::read_to_string(project.path(template)).unwrap());
        let ended = Program::start(&project, &["check"]).end();
        assert_eq!((ended.code, ended.text.as_str()), (Some(0), "3 routes: nothing to mend"), "{template}");
    }
}

#[test]
fn each_template_serves_every_route_at_its_front_door() {
    let project = Project::example("front-doors");
    for (template, declared, kind, stage, name) in TEMPLATES {
        let text = fs::read_to_string(project.path(template)).unwrap();
        let served = served_by(&project, &text, declared);

        let door = Door { served: &served, kind, stage };
        let post = format!(r#"{{"post":"7","by":"{name}"}}"#);
        assert_eq!(door.answer("posts/[id]", "/api/posts/7"), post);
        assert_eq!(door.answer("shop/[[...slug]]", "/api/shop"), r#"{"slug":[]}"#);
        assert_eq!(door.answer("shop/[[...slug]]", "/api/shop/a/b"), r#"{"slug":["a","b"]}"#);
        assert_eq!(door.answer("lines", "/api/lines"), "one\ntwo\n");
        // The only variable of a function that only AWS can resolve.
        let unset = "warning: `TOKEN_PARAMETER` is not set: its value is `!Sub`, which only AWS can tell";
        let warnings = served.log().matches("warning").count();
        assert_eq!(warnings, served.log().matches(unset).count(), "{template}: {}", served.log());
    }
}

/// Serves the project with this template.
fn served_by(project: &Project, template: &str, declared: &[FrontDoorKind]) -> ServedProject {
    project.write("template.yaml", template);
    let served = ServedProject::start_with(project.root(), |config| config.watch = false);
    assert_eq!(served.kinds(), declared);
    served
}
