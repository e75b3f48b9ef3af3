//! `invoke --event`: a function without a front door.

use std::fs;

use serde_json::json;
use tempfile::tempdir;

use super::{invoke, record};
use crate::harness::faults;

#[test]
fn event_invokes_the_function() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("event.json");
    let event = json!({ "rawPath": "/api/raw/event", "of": "tests" }).to_string();
    fs::write(&file, &event).unwrap();
    let served = faults();
    for function in ["/api/raw/[fault]", "api/raw/[fault]", "faults-raw", "Raw"] {
        let ran = invoke(served, &[function, "--event", file.to_str().unwrap()]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), event.as_str()), "{function}: {ran:?}");
    }
    let sent = record(served, &["/api/raw/[fault]", "--event", file.to_str().unwrap()]);
    assert_eq!((&sent["event"]["text"], &sent["function"]), (&json!(event), &json!("/api/raw/[fault]")));
    assert_eq!(sent["path"], "/2015-03-31/functions/faults-raw/invocations");
}

#[test]
fn failed_function_fails_the_command() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("event.json");
    fs::write(&file, r#"{"rawPath":"/error"}"#).unwrap();
    let file = file.to_str().unwrap();
    let ran = invoke(faults(), &["Raw", "--event", file]);
    let payload = r#"{"errorType":"Mine","errorMessage":"the password is hunter2"}"#;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), payload));
    assert!(
        ran.stderr.ends_with("error: the function failed: Mine: the password is hunter2\n"),
        "{}",
        ran.stderr
    );
    for (function, words) in [
        ("Nobody", "error: there is no function `Nobody`: `cargo api-routes routes` lists them\n"),
        (
            "/api/uncompiled",
            "error: the function was not invoked: ResourceConflictException: the function takes no invocations: \
             error[E0308]: mismatched types\n",
        ),
        ("/api/raw/error", "error: no function has the route `/api/raw/error`: write it as its folder"),
    ] {
        let ran = invoke(faults(), &[function, "--event", file]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}
