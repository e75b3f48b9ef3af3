//! Processes of attached functions that start and end.

use std::thread;

use super::{AttachedEmulator, USER};
use crate::harness::{Connection, Project, get, post};

const WAITS: &str = "`/api/user` waits for its process: start it with `sh -c ";

#[test]
fn requests_wait_for_the_process_and_say_so_once() {
    let attached = AttachedEmulator::start();
    thread::scope(|scope| {
        let requests = [0, 1, 2].map(|_| scope.spawn(|| attached.served.get("/api/user").text()));
        attached.served.wait_for_log(WAITS);
        let process = attached.run();
        for request in requests {
            assert_eq!(request.join().unwrap(), process.id);
        }
    });
    assert_eq!(attached.count(WAITS), 1);
    attached.served.wait_until(|log| log.matches("REPORT").count() == 3);
}

#[test]
fn running_process_answers_at_once() {
    let attached = AttachedEmulator::start();
    let process = attached.run();
    assert_eq!(attached.served.get("/api/user").text(), process.id);
    assert_eq!(attached.count(WAITS), 0);
}

#[test]
fn new_process_takes_over_from_one_that_is_gone() {
    let attached = AttachedEmulator::start();
    let first = attached.run();
    let id = attached.served.get("/api/user").text();
    assert_eq!(id, first.id);
    first.kill();
    attached.served.wait_for_log(&format!("process {id} of `/api/user` has ended"));
    thread::scope(|scope| {
        let request = scope.spawn(|| attached.served.get("/api/user").text());
        attached.served.wait_for_log(WAITS);
        let second = attached.run();
        assert_eq!(request.join().unwrap(), second.id);
    });
}

#[test]
fn last_process_that_asked_gets_the_next_event() {
    let attached = AttachedEmulator::start();
    let (first, second) = (attached.run(), attached.run());
    assert_eq!(attached.served.get("/api/user").text(), second.id);
    second.kill();
    attached.served.wait_until(|log| log.contains("has ended"));
    assert_eq!(attached.served.get("/api/user").text(), first.id);
}

#[test]
fn process_that_dies_fails_its_invocation() {
    let attached = AttachedEmulator::start();
    thread::scope(|scope| {
        let request = scope.spawn(|| attached.served.get("/api/user?hang").status_and_text());
        let process = attached.run();
        attached.served.wait_for_log("START RequestId");
        process.kill();
        let error = r#"{"message":"Internal Server Error"}"#.to_owned();
        assert_eq!(request.join().unwrap(), (500, error));
    });
    attached.served.wait_for_log("Error: Runtime exited without providing a reason");
    let next = attached.run();
    assert_eq!(attached.served.get("/api/user").text(), next.id);
}

/// The test is the process, and speaks the Runtime API by hand.
#[test]
fn answer_to_another_attempt_is_gone() {
    let attached = AttachedEmulator::start();
    let runtime_api = attached.runtime_api();
    thread::scope(|scope| {
        let request = scope.spawn(|| attached.served.get("/api/user").text());
        let event = get("/2018-06-01/runtime/invocation/next").send(runtime_api);
        let header = |name: &str| event.header(name).unwrap().to_owned();
        let path =
            format!("/2018-06-01/runtime/invocation/{}/response", header("lambda-runtime-aws-request-id"));
        let answer = |id: &str, body: &str| {
            let answer = post(&path, "application/json", body).header("lambda-runtime-invocation-id", id);
            answer.send(runtime_api).status
        };
        assert_eq!(answer("another", "late"), 410);
        assert_eq!(answer(&header("lambda-runtime-invocation-id"), r#""own""#), 202);
        assert_eq!(request.join().unwrap(), "own");
    });
}

#[test]
fn process_that_starts_keeps_one_at_a_breakpoint() {
    let attached = AttachedEmulator::start();
    thread::scope(|scope| {
        let stopped = attached.run();
        let request = scope.spawn(|| attached.served.get("/api/user?hang").status);
        attached.served.wait_for_log("START RequestId");
        let second = attached.run();
        assert!(!request.is_finished());
        stopped.kill();
        assert_eq!(request.join().unwrap(), 500);
        assert_eq!(attached.served.get("/api/user").text(), second.id);
    });
}

#[test]
fn request_of_a_client_that_left_is_skipped() {
    let attached = AttachedEmulator::start();
    let mut client = Connection::open(attached.served.address).unwrap();
    client.write(b"GET /api/user?hang HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    attached.served.wait_for_log(WAITS);
    drop(client);
    let process = attached.run();
    assert_eq!(attached.served.get("/api/user").text(), process.id);
    assert_eq!(attached.count("START"), 1);
}

#[test]
fn init_error_reaches_the_request_that_waits() {
    let attached = AttachedEmulator::start();
    let runtime_api = attached.runtime_api();
    let error = post(
        "/2018-06-01/runtime/init/error",
        "application/json",
        r#"{"errorType":"Config","errorMessage":"no table"}"#,
    );
    assert_eq!(error.send(runtime_api).status, 202);
    assert_eq!(attached.count("warning: `/api/user` failed: Config: no table"), 1);
    thread::scope(|scope| {
        let request = scope.spawn(|| attached.served.get("/api/user").status);
        attached.served.wait_for_log(WAITS);
        assert_eq!(error.send(runtime_api).status, 202);
        assert_eq!(request.join().unwrap(), 500);
    });
    assert_eq!(attached.count("warning: `/api/user` failed: Config: no table"), 2);
}

#[test]
fn web_page_reaches_no_runtime_api() {
    let attached = AttachedEmulator::start();
    let next = get("/2018-06-01/runtime/invocation/next");
    for (name, value) in [("origin", "http://localhost:3000"), ("host", "rebound.example.com")] {
        assert_eq!(next.clone().header(name, value).send(attached.runtime_api()).status, 403);
    }
}

#[test]
fn other_functions_are_built_and_started() {
    let project = Project::new().answering("api/user", USER).answering("api/other", "\"other\"");
    let attached = AttachedEmulator::start_with(project);
    assert_eq!(attached.served.get("/api/other").text(), "other");
    attached.served.wait_for_log("built 1 function in ");
    attached.project.edit("functions/api/user/src/main.rs", "\"hang\"", "\"stop\"");
    attached.project.edit("functions/api/other/src/main.rs", "\"other\"", "\"new\"");
    attached.served.wait_for_answer("/api/other", "new");
    let process = attached.run();
    assert_eq!(attached.served.get("/api/user").text(), process.id);
    assert!(!attached.served.log().contains(&format!("built {}", attached.project.package("api/user"))));
}
