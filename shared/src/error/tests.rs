use std::env;
use std::process::Command;

use super::{ApiError, OrStatus};
use crate::request::ApiRequest;
use crate::response::ApiResponse;
use crate::route::Route;
use crate::test::TestRequest;

#[test]
fn error_is_a_hidden_500_with_its_causes_in_the_log() {
    let error = ApiError::from("x".parse::<u8>().unwrap_err());
    assert_eq!(error.cause().unwrap(), "invalid digit found in string");
    assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
}

#[test]
fn a_reason_has_the_words_of_its_author() {
    let failure = || "x".parse::<u8>().unwrap_err();
    for (error, reason) in [
        (ApiError::from(failure()), "invalid digit found in string"),
        (ApiError::new(500, "`PORT` is no number"), "`PORT` is no number"),
        (
            ApiError::new(500, "`PORT` is no number").caused_by(failure()),
            "`PORT` is no number: invalid digit found in string",
        ),
    ] {
        assert_eq!(error.reason(), reason);
    }
}

#[test]
fn a_status_that_does_not_exist_is_a_hidden_500() {
    let error = ApiError::new(99, "never sent");
    assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
}

#[test]
fn a_failure_takes_a_status_and_keeps_its_cause() {
    let error = "x".parse::<u8>().or_status(400, "Not a number").unwrap_err();
    assert_eq!(error.to_string(), "400 Not a number: invalid digit found in string");
    assert_eq!(None::<u8>.or_status(404, "None").unwrap_err().to_string(), "404 None");
}

#[test]
fn error_is_one_pointer() {
    assert_eq!(size_of::<ApiError>(), size_of::<usize>());
}

/// Lines that a test logs are seen from outside alone, so this test runs itself a second time.
#[test]
fn log_of_a_test_names_request_and_line() {
    const INNER: &str = "API_ROUTES_TEST_FAILS";
    let line = line!() + 3;
    let handler = async |req: ApiRequest, res: ApiResponse| match req.query().get("do") {
        Some("panic") => panic!("no luck"),
        _ => res.json("x".parse::<u8>()?),
    };
    if env::var_os(INNER).is_some() {
        let route = Route::new("/api/posts/[id]", handler);
        for target in ["/api/posts/7?token=s3cret", "/api/posts/8?do=panic"] {
            assert_eq!(TestRequest::get(target).send(&route).status(), 500);
        }
        return;
    }
    let name = "error::tests::log_of_a_test_names_request_and_line";
    let inner = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(INNER, "1")
        .env("RUST_BACKTRACE", "0")
        .env_remove("AWS_LAMBDA_LOG_LEVEL")
        .env_remove("AWS_LAMBDA_LOG_FORMAT")
        .output()
        .unwrap();
    assert!(inner.status.success(), "{inner:?}");
    let log = String::from_utf8(inner.stderr).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.starts_with("ERROR ")).collect();
    let [error, panic] = lines[..] else { panic!("{log}") };
    let file = file!();
    assert_eq!(error, format!("ERROR GET /api/posts/7: 500 at {file}:{line}: invalid digit found in string"));
    assert_eq!(panic, "ERROR GET /api/posts/8: 500: the handler panicked: no luck");
}
