//! `invoke --save`: events that become tests.

use std::fs;
use std::process::Command;

use super::{invoke, record};
use crate::harness::command::run;
use crate::harness::{Project, ServedProject};

#[test]
fn saved_event_has_no_secrets() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let served = ServedProject::start(&project);
    let sent = ["/api/user", "-H", "authorization: Bearer hush", "-H", "cookie: session=hush"];
    let ran = invoke(&served, &[&sent[..], &["--save", "one"]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "ok"), "{ran:?}");
    let printed = "saved `functions/api/user/tests/events/one.json`; these lines of a test replay it:\n\
                let event = include_str!(\"../tests/events/one.json\");\n\
                let answer = api_routes::test::TestEvent::new(event).send(&route());\n\
                assert_eq!(answer.status(), 200, \"{}\", answer.text());\n";
    assert!(ran.stderr.ends_with(printed), "{}", ran.stderr);
    let saved =
        |name: &str| fs::read_to_string(project.path("functions/api/user/tests/events").join(name)).unwrap();
    let one = saved("one.json");
    assert!(one.contains("Bearer REDACTED") && one.contains("session=REDACTED"), "{one}");
    assert!(!one.contains("hush"), "{one}");

    let again = invoke(&served, &["/api/user", "--save", "one"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), "ok"));
    assert!(again.stderr.ends_with("one.json` exists already: choose another name\n"), "{}", again.stderr);

    let kept = invoke(&served, &[&sent[..], &["--save", "two", "--secrets"]].concat());
    assert_eq!(kept.code, Some(0), "{kept:?}");
    assert!(saved("two.json").contains("Bearer hush"), "{}", saved("two.json"));
}

#[test]
fn recorded_request_is_saved_without_sending_it() {
    let project = Project::new().answering("api/user", r##"r#"{"statusCode":409,"body":"taken"}"#"##);
    let served = ServedProject::start(&project);
    assert_eq!(invoke(&served, &["/api/user"]).code, Some(1));
    let saved = invoke(&served, &["--from-request", "1", "--save", "taken"]);
    assert_eq!((saved.code, saved.stdout.as_str()), (Some(0), ""), "{saved:?}");
    assert!(saved.stderr.contains("assert_eq!(answer.status(), 409"), "{}", saved.stderr);
    assert!(project.path("functions/api/user/tests/events/taken.json").exists());
    let edited = invoke(&served, &["--from-request", "1", "-X", "PUT", "--save", "edited"]);
    assert_eq!((edited.code, edited.stdout.as_str()), (Some(1), "taken"), "{edited:?}");
    assert_eq!(record(&served, &["/api/user"])["id"], 3);
}

#[test]
fn printed_lines_are_a_test_that_passes() {
    let project = Project::own(&["--no-workflow"]);
    let served = ServedProject::start(&project);
    let ran = invoke(&served, &["/api/hello?name=Ann", "--save", "ann"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines = ran.stderr.split("replay it:\n").nth(1).unwrap();
    let main = "functions/api/hello/src/main.rs";
    let code = fs::read_to_string(project.path(main)).unwrap();
    let (before, _) = code.trim_end().rsplit_once('}').unwrap();
    project.write(main, &format!("{before}\n    #[test]\n    fn saved() {{\n{lines}    }}\n}}\n"));
    let mut cargo = Command::new(env!("CARGO"));
    let tested = run(cargo.args(["test", "--quiet", "saved"]).current_dir(project.root()));
    assert_eq!(tested.code, Some(0), "{}{}", tested.stdout, tested.stderr);
    assert!(tested.stdout.contains("1 passed"), "{}", tested.stdout);
}
