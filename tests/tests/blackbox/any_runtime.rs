//! Functions that are not crates: any `bootstrap` in a folder that speaks the Runtime API.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::harness::{Project, ServedProject, checkout};

/// A runtime on Python's standard library. Paths that end in `crash` end it.
const RUNTIME: &str = r#"
import json, os, urllib.request
from words import WORD

API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(API + "next") as invocation:
        event = json.load(invocation)
        request_id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    if event["rawPath"].endswith("crash"):
        os._exit(3)
    here = os.getcwd() == os.environ["LAMBDA_TASK_ROOT"] and os.path.basename(os.getcwd())
    answer = {"word": WORD, "handler": os.environ["_HANDLER"], "folder": here}
    reply = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(API + request_id + "/response", data=reply)).read()
"#;

/// Finds Python outside Lambda's `PATH`, which is the only one that functions have.
pub(crate) fn python() -> String {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn template(logical_id: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: python/\n      \
         Handler: words.count\n      Runtime: provided.al2023\n      Events:\n        \
         Any: {{Type: HttpApi, Properties: {{Path: '/python/{{proxy+}}'}}}}\n"
    )
}

fn project() -> Project {
    let project = Project::new();
    project.write("template.yaml", &format!("Resources:\n{}", template("Python")));
    project.write("python/bootstrap", &format!("#!{}{RUNTIME}", python()));
    project.write("python/words.py", "WORD = 'one'\n");
    make_executable(&project, true);
    project
}

fn make_executable(project: &Project, executable: bool) {
    let mode = if executable { 0o755 } else { 0o644 };
    set_permissions(project.path("python/bootstrap"), Permissions::from_mode(mode)).unwrap();
}

fn answer(word: &str) -> String {
    format!(r#"{{"word": "{word}", "handler": "words.count", "folder": "python"}}"#)
}

#[test]
fn a_script_answers_behind_its_route() {
    let project = project();
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/python/a").status_and_text(), (200, answer("one")));
    let log = served.log();
    assert!(log.contains("\n  python  ANY /python/{proxy+}  Python\n"), "{log}");
    served.wait_for_log("python | REPORT RequestId: ");
    assert!(!log.contains("warning"), "{log}");
}

/// Returns the first fence of a language in a chapter of the guide.
fn fence(language: &str) -> String {
    let page = std::fs::read_to_string(checkout().join("docs/guide/front-doors.md")).unwrap();
    let chapter =
        page.split("\n## ").find(|text| text.starts_with("A function in another language")).unwrap();
    let (_, fence) = chapter.split_once(&format!("```{language}\n")).unwrap();
    fence.split("```").next().unwrap().to_owned()
}

#[test]
fn the_script_of_the_guide_counts_words() {
    let project = Project::new();
    let shebang = "#!/usr/bin/env python3";
    let script = fence("python");
    assert_eq!(script.lines().next(), Some(shebang));
    project.write("template.yaml", &fence("yaml"));
    project.write("words/bootstrap", &script.replacen(shebang, &format!("#!{}", python()), 1));
    set_permissions(project.path("words/bootstrap"), Permissions::from_mode(0o755)).unwrap();
    let served = ServedProject::start(&project);
    for (target, words) in [("/words?text=to+be+or+not", "4 words"), ("/words", "0 words")] {
        assert_eq!(served.get(target).status_and_text(), (200, words.to_owned()), "{}", served.log());
    }
}

#[test]
fn script_that_ends_is_an_error_and_is_replaced() {
    let project = project();
    let served = ServedProject::start(&project);
    let failed = served.get("/python/crash").status_and_text();
    assert_eq!(failed, (500, r#"{"message":"Internal Server Error"}"#.to_owned()));
    served.wait_for_log("Runtime exited with error: exit status 3");
    assert_eq!(served.get("/python/a").status, 200);
}

#[test]
fn saved_script_is_served() {
    let project = project();
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/python/a").text(), answer("one"));
    project.write("python/words.py", "WORD = 'another'\n");
    served.wait_for_answer("/python/a", &answer("another"));
    served.wait_for_log("python changed: starting it again");
}

#[test]
fn bootstrap_that_cannot_start_fails_as_on_lambda() {
    let project = project();
    make_executable(&project, false);
    let served = ServedProject::start(&project);
    let warning = served.wait_for_log("cannot start");
    assert_eq!(warning, "warning: `Python` cannot start: `python/bootstrap` may not be run: `chmod +x` it");
    assert_eq!(served.get("/python/a").status, 500);
    served.wait_for_log("Runtime.InvalidEntrypoint");
    make_executable(&project, true);
    served.wait_for_status("/python/a", 200);

    std::fs::remove_dir_all(project.path("python")).unwrap();
    let served = ServedProject::start(&project);
    assert!(served.wait_for_log("cannot start").contains("`python/bootstrap` is not there: put a program"));
    assert_eq!(served.get("/python/a").status, 500);
}

#[test]
fn script_declared_later_is_served_and_watched() {
    let project = project();
    project.write("template.yaml", "Resources: {}\n");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/python/a").status, 404);
    project.write("template.yaml", &format!("Resources:\n{}", template("Late")));
    served.wait_for_answer("/python/a", &answer("one"));
    project.write("python/words.py", "WORD = 'later'\n");
    served.wait_for_answer("/python/a", &answer("later"));
    project.write("template.yaml", "Resources: {}\n");
    served.wait_for_status("/python/a", 404);
}
