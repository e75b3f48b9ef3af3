//! Functions that fail: the request gets the answer of a failed invocation, and no other request suffers.

use std::thread;

use crate::harness::{Connection, faults, faults_alone, main_project};

const FAILED: (u16, &str) = (500, r#"{"message":"Internal Server Error"}"#);
const HIDDEN: (u16, &str) = (500, r#"{"error":"Internal Server Error"}"#);

#[test]
fn panic_or_error_is_hidden_and_process_survives() {
    let served = faults_alone();
    let before = served.get("/api/echo?do=pid").text();
    for (target, log) in
        [("/api/echo?do=panic", "the password is hunter2"), ("/api/echo?do=error", "the password is hunter2")]
    {
        let answer = served.get(target);
        assert_eq!((answer.status, answer.text().as_str()), HIDDEN, "{target}");
        assert!(served.wait_for_log(log).starts_with("/api/echo | "));
    }
    assert_eq!(served.get("/api/echo?do=pid").text(), before);
}

#[test]
fn handler_error_is_logged() {
    assert_eq!(
        faults().get("/api/echo?do=refuse").status_and_text(),
        (409, r#"{"error":"Taken"}"#.to_owned())
    );
}

#[test]
fn a_function_that_ends_is_started_again() {
    let served = faults_alone();
    for (fault, words) in [
        ("exit-0", "Error: Runtime exited without providing a reason"),
        ("exit-3", "Error: Runtime exited with error: exit status 3"),
        ("abort", "Error: Runtime exited with error: signal: aborted"),
    ] {
        let before = served.get("/api/raw/pid").text();
        let answer = served.get(&format!("/api/raw/{fault}"));
        assert_eq!((answer.status, answer.text().as_str()), FAILED, "{fault}");
        served.wait_for_log(words);
        served.wait_for_log("Error Type: Runtime.ExitError");
        let after = served.get("/api/raw/pid");
        assert_eq!(after.status, 200);
        assert_ne!(after.text(), before, "{fault}");
    }
}

#[test]
fn silent_function_is_killed_at_its_timeout() {
    let served = faults_alone();
    for fault in ["hang", "spin"] {
        let answer = served.get(&format!("/api/raw/{fault}"));
        assert_eq!((answer.status, answer.text().as_str()), FAILED, "{fault}");
        served.wait_for_log("Task timed out after 2.00 seconds");
        served.wait_for_log("Status: timeout");
        assert_eq!(served.get("/api/raw/number").text(), "3");
    }
}

#[test]
fn an_error_that_a_function_posts_is_hidden() {
    let answer = faults().get("/api/raw/error");
    assert_eq!((answer.status, answer.text().as_str()), FAILED);
}

#[test]
fn a_function_that_cannot_start_says_why_in_the_log() {
    for (target, words) in [
        ("/api/init-error", "the database is gone"),
        ("/api/init-exit", "Runtime exited with error: exit status 9"),
    ] {
        let answer = faults().get(target);
        assert_eq!((answer.status, answer.text().as_str()), FAILED, "{target}");
        // The log has the emulator's own words too, not only the gateway's line.
        faults().wait_until(|log| {
            let warning = format!("warning: `{target}` failed: ");
            log.lines().any(|line| line.starts_with(&warning) && line.contains(words))
        });
    }
}

#[test]
fn broken_function_answers_with_compiler_error() {
    let answer = faults().get("/api/uncompiled");
    assert_eq!((answer.status, answer.header("content-type")), (502, Some("text/plain; charset=utf-8")));
    for words in ["error[E0308]: mismatched types", "functions/api/uncompiled/src/main.rs:4:23"] {
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    assert!(!answer.text().contains('\u{1b}'), "{}", answer.text());
}

#[test]
fn other_functions_answer_while_one_hangs() {
    thread::scope(|scope| {
        let hanging = scope.spawn(|| faults().get("/api/raw/hang").status);
        faults().wait_for_log("/api/raw/[fault] | hanging in");
        for target in ["/api/raw/number", "/api/echo"] {
            assert_eq!(faults().get(target).status, 200, "{target}");
        }
        assert!(!hanging.is_finished());
        assert_eq!(hanging.join().unwrap(), 500);
    });
    assert_eq!(main_project().get("/api/user").status, 200);
}

#[test]
fn a_client_that_hangs_up_does_not_end_its_invocation() {
    let served = faults_alone();
    let before = served.get("/api/hold?/").text();
    let release = tempfile::tempdir().unwrap();
    let file = release.path().join("go");
    let mut connection = Connection::open(served.address).unwrap();
    let request = format!("GET /api/hold?{} HTTP/1.1\r\nhost: localhost\r\n\r\n", file.display());
    let held = served.log().matches("| holding").count();
    connection.write(request.as_bytes()).unwrap();
    served.wait_until(|log| log.matches("| holding").count() > held);
    drop(connection);
    std::fs::write(file, "").unwrap();
    // The only sandbox has to become idle before this request is answered.
    assert_eq!(served.get("/api/hold?/").text(), before);
}
