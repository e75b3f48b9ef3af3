//! Lambda's Invoke API on the emulator's port. `.ci/smoke-invoke` calls it with real SDKs.

mod streams;

use std::fs;
use std::thread;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::harness::{
    Connection, Project, Request, Response, ServedProject, faults, faults_alone, main_project, post,
};

const HOLD: &str = include_str!("../../fixtures/faults/functions/api/hold/src/main.rs");

fn path(function: &str) -> String {
    format!("/2015-03-31/functions/{function}/invocations")
}

fn invocation(function: &str, payload: &str) -> Request {
    post(&path(function), "application/octet-stream", payload)
}

/// Returns a request that makes the function `Raw` do what `fault` names.
fn raw(fault: &str) -> Request {
    invocation("Raw", &json!({ "rawPath": format!("/api/raw/{fault}") }).to_string())
}

fn invoke(request: &Request) -> Response {
    faults().send(request)
}

#[test]
fn event_and_answer_pass_byte_for_byte() {
    let payload = r#"{ "é": [1,2 ], "rawPath":"/api/raw/event" }"#;
    let answer = invoke(&invocation("Raw", payload));
    assert_eq!(answer.status_and_text(), (200, payload.to_owned()));
    assert_eq!(answer.header("x-amz-executed-version"), Some("$LATEST"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!((answer.header("x-amz-function-error"), answer.header("x-amz-log-result")), (None, None));
    for (fault, text) in [("text", r#""Hello""#), ("number", "3"), ("garbage", "<not json")] {
        assert_eq!(invoke(&raw(fault)).text(), text);
    }
}

#[test]
fn library_function_takes_its_front_doors_event() {
    let event = json!({
        "version": "2.0",
        "routeKey": "GET /api/user",
        "rawPath": "/api/user",
        "rawQueryString": "",
        "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/api/user"}, "stage": "$default"},
        "isBase64Encoded": false
    });
    let answer = main_project().send(&invocation("api-user", &event.to_string()));
    assert_eq!(answer.json()["body"], r#"{"name":"John Doe"}"#);
}

#[test]
fn function_is_found_by_each_name_arn_and_qualifier() {
    let event = json!({"rawPath": "/api/raw/number"}).to_string();
    for name in [
        "Raw",
        "faults-raw",
        "Raw:$LATEST",
        "Raw%3A%24LATEST",
        "function:Raw",
        "123456789012:function:Raw",
        "arn:aws:lambda:us-east-1:123456789012:function:Raw",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3ARaw%3A%24LATEST",
    ] {
        assert_eq!(invoke(&invocation(name, &event)).status_and_text(), (200, "3".to_owned()), "{name}");
    }
    let queried = post(&format!("{}?Qualifier=%24LATEST", path("Raw")), "application/json", event);
    assert_eq!(invoke(&queried).status_and_text(), (200, "3".to_owned()));
}

#[test]
fn refused_invocation_is_an_error_that_sdks_read() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function";
    for (target, status, error_type, words) in [
        (
            path("nobody"),
            404,
            "ResourceNotFoundException",
            format!("Function not found: {arn}:nobody:$LATEST"),
        ),
        (path("Raw:live"), 404, "ResourceNotFoundException", format!("Function not found: {arn}:Raw:live")),
        (
            path("arn:aws:lambda:eu-west-1:123456789012:function:Raw"),
            404,
            "ResourceNotFoundException",
            "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')".to_owned(),
        ),
        (
            path("arn:aws:lambda:us-east-1:210987654321:function:Raw"),
            404,
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:210987654321:function:Raw:$LATEST".to_owned(),
        ),
        (
            format!("{}?Qualifier=1", path("Raw:$LATEST")),
            400,
            "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier.".to_owned(),
        ),
        (path("Raw!"), 400, "ValidationException", "1 validation error detected: Value 'Raw!'".to_owned()),
        (
            "/2015-03-31/functions/".to_owned(),
            404,
            "UnknownOperationException",
            "the emulator has only `Invoke`".to_owned(),
        ),
    ] {
        let answer = invoke(&post(&target, "application/json", "{}"));
        assert_eq!(
            (answer.status, answer.header("x-amzn-errortype")),
            (status, Some(error_type)),
            "{target}"
        );
        let body = answer.json();
        let message = body["Message"].as_str().or(body["message"].as_str()).unwrap();
        assert!(message.starts_with(&words), "{body}");
        assert!(answer.header("x-amzn-requestid").is_some());
    }
    faults().wait_for_log("404: ResourceNotFoundException: Function not found");
}

#[test]
fn empty_event_is_accepted_and_non_json_refused() {
    let project = Project::new().answering("api/event", "_event.json.clone()");
    let served = ServedProject::start(&project);
    let package = project.package("api/event");
    assert_eq!(served.send(&invocation(&package, "")).text(), "{}");
    for payload in ["{", "hello", "{}{}"] {
        let answer = served.send(&invocation(&package, payload));
        assert_eq!(answer.status, 400, "{payload}");
        assert_eq!(answer.header("x-amzn-errortype"), Some("InvalidRequestContentException"));
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with("Could not parse request body into json: "), "{message}");
    }
}

#[test]
fn payload_limit_is_lower_for_asynchronous_events() {
    let payload = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    for (length, kind, status) in [
        (6 << 20, "DryRun", 204),
        ((6 << 20) + 1, "DryRun", 413),
        (1 << 20, "Event", 202),
        ((1 << 20) + 1, "Event", 413),
    ] {
        let answer = invoke(&invocation("Echo", &payload(length)).header("x-amz-invocation-type", kind));
        assert_eq!(answer.status, status, "{length} {kind}");
        let error = (status == 413).then_some("RequestEntityTooLargeException");
        assert_eq!(answer.header("x-amzn-errortype"), error);
    }
}

/// The runtime interface emulator answers with an empty body or plain text, and never sends the header:
/// <https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/20>, `/21` and `/86` beside it.
#[test]
fn each_failure_answers_with_a_header_and_json() {
    let served = faults_alone();
    for (fault, error_type, words) in [
        ("error", "Mine", "the password is hunter2"),
        ("exit-0", "Runtime.ExitError", "Error: Runtime exited without providing a reason"),
        ("exit-3", "Runtime.ExitError", "Error: Runtime exited with error: exit status 3"),
        ("hang", "Sandbox.Timedout", "Error: Task timed out after 2.00 seconds"),
        ("big", "Function.ResponseSizeTooLarge", "exceeded maximum allowed payload size (6291556 bytes)."),
    ] {
        let answer = served.send(&raw(fault));
        assert_eq!(
            (answer.status, answer.header("x-amz-function-error")),
            (200, Some("Unhandled")),
            "{fault}"
        );
        let error = answer.json();
        assert_eq!(error["errorType"], error_type);
        assert!(error["errorMessage"].as_str().unwrap().ends_with(words), "{error}");
    }
    let answer = served.send(&invocation("faults-init-error", "{}"));
    assert_eq!((answer.status, answer.header("x-amz-function-error")), (200, Some("Unhandled")));
    assert!(answer.text().contains("the database is gone"), "{}", answer.text());
}

#[test]
fn caller_of_broken_function_gets_compiler_error() {
    let answer = invoke(&invocation("faults-uncompiled", "{}"));
    assert_eq!((answer.status, answer.header("x-amzn-errortype")), (409, Some("ResourceConflictException")));
    assert!(answer.json()["message"].as_str().unwrap().contains("error[E0308]: mismatched types"));
}

#[test]
fn answer_has_the_tail_of_the_log() {
    let served = faults_alone();
    for (fault, line, status) in [
        ("print", Some("begun, and ended"), None),
        ("error", None, None),
        ("exit-3", None, Some("Status: error\tError Type: Runtime.ExitError")),
        ("hang", None, Some("Status: timeout")),
    ] {
        let answer = served.send(&raw(fault).header("x-amz-log-type", "Tail"));
        let log = STANDARD.decode(answer.header("x-amz-log-result").unwrap()).unwrap();
        let log = String::from_utf8(log).unwrap();
        let id = answer.header("x-amzn-requestid").unwrap();
        assert!(log.starts_with(&format!("START RequestId: {id} Version: $LATEST\n")), "{log}");
        assert!(log.contains(&format!("END RequestId: {id}\nREPORT RequestId: {id}\tDuration: ")), "{log}");
        assert!(line.is_none_or(|line| log.lines().any(|printed| printed == line)), "{log}");
        assert_eq!(log.find("Status: ").map(|at| log[at..].trim_end()), status, "{log}");
        // The caller of Lambda gets the error message, and the log does not show it.
        assert!(!log.contains("hunter2") && !log.contains("Error: "), "{log}");
    }
    // A function that fails in its init has a log too, and the caller gets it at once.
    let answer = served.send(&invocation("faults-init-error", "{}").header("x-amz-log-type", "Tail"));
    let log = STANDARD.decode(answer.header("x-amz-log-result").unwrap()).unwrap();
    assert!(String::from_utf8(log).unwrap().contains("\nREPORT RequestId: "));
}

/// The runtime interface emulator answers a malformed client context with a 500.
#[test]
fn a_client_context_reaches_the_function() {
    let context = r#"{"client":{"installation_id":"i"},"custom":{"a":"é"}}"#;
    let sent = raw("context").header("x-amz-client-context", &STANDARD.encode(context));
    assert_eq!(invoke(&sent).text(), context);
    assert_eq!(invoke(&raw("context")).text(), "");
    for broken in ["*", &STANDARD.encode("{")] {
        let answer = invoke(&raw("context").header("x-amz-client-context", broken));
        let error = ("x-amzn-errortype", Some("InvalidRequestContentException"));
        assert_eq!((answer.status, answer.header(error.0)), (400, error.1), "{broken}");
    }
}

#[test]
fn a_dry_run_runs_nothing() {
    let project = Project::new().answering("api/told", "{ println!(\"told\"); \"{}\" }");
    let served = ServedProject::start(&project);
    let request = invocation(&project.package("api/told"), "{}");
    let answer = served.send(&request.clone().header("x-amz-invocation-type", "DryRun"));
    assert_eq!(answer.status_and_text(), (204, String::new()));
    assert_eq!(served.send(&request).status, 200);
    served.wait_for_log("| REPORT");
    assert_eq!(served.log().matches("| told").count(), 1);
}

/// The runtime interface emulator blocks an invocation of the type `Event`:
/// <https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/32>.
#[test]
fn asynchronous_event_is_accepted_and_waits() {
    let mut project = Project::new();
    project.add_crate("api/hold", &HOLD.replace("faults_lambda", "lambda"));
    let served = ServedProject::start_with(project.root(), |config| config.sandboxes = 1);
    let file = project.path("go");
    let event = json!({ "rawQueryString": file }).to_string();
    let request = invocation(&project.package("api/hold"), &event);
    let event = request.clone().header("x-amz-invocation-type", "Event");
    let ids: Vec<String> = (0..3)
        .map(|_| {
            let answer = served.send(&event);
            assert_eq!(answer.status_and_text(), (202, String::new()));
            assert_eq!(answer.header("x-amz-executed-version"), None);
            answer.header("x-amzn-requestid").unwrap().to_owned()
        })
        .collect();
    served.wait_for_log("| holding");
    // A caller that wants the answer does not wait for a sandbox.
    let throttled = served.send(&request);
    assert_eq!(
        (throttled.status, throttled.header("x-amzn-errortype")),
        (429, Some("TooManyRequestsException"))
    );
    assert_eq!(throttled.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
    assert_eq!(throttled.json()["message"], "Rate Exceeded.");
    fs::write(&file, "").unwrap();
    for id in ids {
        served.wait_for_log(&format!("REPORT RequestId: {id}"));
    }
}

#[test]
fn failed_event_is_logged_with_its_next_attempt() {
    let answer = invoke(&raw("error").header("x-amz-invocation-type", "Event"));
    assert_eq!(answer.status, 202);
    let id = answer.header("x-amzn-requestid").unwrap().to_owned();
    let line = faults().wait_for_log(&format!("asynchronous event {id} for Raw: "));
    assert!(
        line.ends_with("Mine: the password is hunter2; as on Lambda, another attempt follows in 60 s"),
        "{line}"
    );
}

#[test]
fn emulator_with_a_pending_retry_ends_at_once() {
    let served = faults_alone();
    served.send(&raw("error").header("x-amz-invocation-type", "Event"));
    served.wait_for_log("another attempt follows in 60 s");
    let stopping = Instant::now();
    drop(served);
    assert!(stopping.elapsed().as_secs() < 30);
}

/// A second invocation at the same time crashes the runtime interface emulator:
/// <https://github.com/aws/aws-lambda-runtime-interface-emulator/issues/97>.
#[test]
fn parallel_invocations_have_own_sandboxes_and_ids() {
    let mut project = Project::new();
    project.add_crate("api/hold", &HOLD.replace("faults_lambda", "lambda"));
    let served = ServedProject::start(&project);
    let file = project.path("go");
    let event = json!({ "rawQueryString": file }).to_string();
    let request = invocation(&project.package("api/hold"), &event);
    let answers: Vec<_> = thread::scope(|scope| {
        let invocations: Vec<_> = (0..4).map(|_| scope.spawn(|| served.send(&request))).collect();
        served.wait_until(|log| log.matches("| holding").count() == 4);
        fs::write(&file, "").unwrap();
        invocations.into_iter().map(|invocation| invocation.join().unwrap()).collect()
    });
    let distinct =
        |of: fn(&Response) -> String| answers.iter().map(of).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!(distinct(Response::text), 4);
    assert_eq!(distinct(|answer| answer.header("x-amzn-requestid").unwrap().to_owned()), 4);
}

#[test]
fn truncated_request_blocks_no_other_client() {
    let mut slow = Connection::open(faults().address).unwrap();
    let head = format!("POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{{", path("Raw"));
    slow.write(head.as_bytes()).unwrap();
    assert_eq!(invoke(&raw("number")).text(), "3");
}
