//! `invoke --from-request`: recorded requests, unchanged or edited.

use serde_json::json;

use super::{header, invoke, record};
use crate::harness::{faults, main_project};

#[test]
fn recorded_request_is_sent_again_edited() {
    let served = main_project();
    let first = record(
        served,
        &["/api/notes", "--json", r#"{"text":"a"}"#, "-H", "x-a: 1", "-H", "x-a: 2", "-H", "x-b: 3"],
    );
    let id = first["id"].to_string();
    let again = record(served, &["--from-request", &id]);
    assert_eq!((&again["sent_from"], &again["status"]), (&first["id"], &json!(201)));
    assert_eq!(again["request"], first["request"]);

    let edits = ["--from-request", &id, "--json", r#"{"text":"bc"}"#, "--header", "X-A: 4"];
    let ran = invoke(served, &edits);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), r#"{"text":"bc"}"#), "{ran:?}");
    assert!(ran.stderr.contains(&format!(" from {id}: POST /api/notes 201 ")), "{ran:?}");
    let edited = record(served, &edits);
    assert_eq!(edited["sent_from"], first["id"]);
    assert_eq!((header(&edited, "x-a"), header(&edited, "x-b")), (vec!["4"], vec!["3"]));
    assert_eq!(
        (header(&edited, "content-type"), header(&edited, "content-length")),
        (vec!["application/json"], vec!["13"])
    );

    let moved = record(served, &["/api/user", "--from-request", &id, "--method", "GET"]);
    assert_eq!(
        (&moved["method"], &moved["path"], &moved["status"]),
        (&json!("GET"), &json!("/api/user"), &json!(200))
    );
    assert_eq!(moved["request"]["body"], first["request"]["body"]);
}

#[test]
fn body_that_was_cut_needs_another_one() {
    let served = faults();
    let long = "x".repeat(100_000);
    let id = record(served, &["/api/echo", "--body", &long])["id"].to_string();
    let refused = invoke(served, &["--from-request", &id]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains("send the request with a new body"), "{}", refused.stderr);
    let again = record(served, &["--from-request", &id, "--body", "short"]);
    assert_eq!(again["request"]["body"]["text"], "short");
}
