//! The environment of a runtime, and the headers of its invocations. A script returns both.

use std::collections::BTreeMap;
use std::fs::{Permissions, set_permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::any_runtime::python;
use crate::harness::{Project, Request, ServedProject, get, post};

/// A runtime on Python's standard library alone, without a Lambda client.
const RUNTIME: &str = r#"
import http.client, json, os

while True:
    lambda_ = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    lambda_.request("GET", "/2018-06-01/runtime/invocation/next")
    invocation = lambda_.getresponse()
    observed = {
        "status": invocation.status,
        "headers": {name.lower(): value for name, value in invocation.getheaders()},
        "event": json.load(invocation),
        "environment": dict(os.environ),
        "cwd": os.getcwd(),
    }
    request_id = observed["headers"]["lambda-runtime-aws-request-id"]
    path = f"/2018-06-01/runtime/invocation/{request_id}/response"
    lambda_.request("POST", path, "late", {"lambda-runtime-invocation-id": "another"})
    gone = lambda_.getresponse()
    observed["gone"] = [gone.status, json.load(gone)]
    reply = json.dumps({"statusCode": 200, "body": json.dumps(observed)})
    echo = {"lambda-runtime-invocation-id": observed["headers"]["lambda-runtime-invocation-id"]}
    lambda_.request("POST", path, reply, echo)
    lambda_.getresponse().read()
"#;

const TEMPLATE: &str = "Resources:
  Told:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: observed/
      Handler: observed.handler
      Runtime: provided.al2023
      MemorySize: 512
      Timeout: 30
      LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: DEBUG}
      Environment: {Variables: {TZ: 'Europe/Oslo', OWN: '1'}}
      Events:
        Any: {Type: HttpApi, Properties: {Path: '/observed'}}
";

/// Returns the environment and the headers of the invocation of a request.
fn observe(request: &Request) -> Value {
    let project = Project::new();
    project.write("template.yaml", TEMPLATE);
    project.write("observed/bootstrap", &format!("#!{}{RUNTIME}", python()));
    set_permissions(project.path("observed/bootstrap"), Permissions::from_mode(0o755)).unwrap();
    let served = ServedProject::start(&project);
    let answer = served.send(request);
    assert_eq!(answer.status, 200, "{}", served.log());
    answer.json()
}

/// Returns the environment and the headers of an invocation through the Invoke API.
fn observe_invocation(target: &str, headers: &[(&str, &str)]) -> Value {
    let invoke = post(target, "application/json", "{}");
    let reply = observe(&headers.iter().fold(invoke, |invoke, (name, value)| invoke.header(name, value)));
    serde_json::from_str(reply["body"].as_str().unwrap()).unwrap()
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

/// `cargo lambda watch` sends `function-arn` as every ARN, and 600,000 ms after 1970 as every deadline:
/// <https://github.com/cargo-lambda/cargo-lambda>.
#[test]
fn invocation_has_lambdas_headers_with_true_values() {
    let begun = now();
    let root = "1-6a5145a9-1bae89e2512ec92d5d9438a0";
    let observed = observe(&get("/observed").header("x-amzn-trace-id", &format!("Root={root}")));
    let headers: BTreeMap<String, String> = serde_json::from_value(observed["headers"].clone()).unwrap();
    let names: Vec<_> = headers.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "content-length",
            "content-type",
            "date",
            "lambda-runtime-aws-request-id",
            "lambda-runtime-deadline-ms",
            "lambda-runtime-invocation-id",
            "lambda-runtime-invoked-function-arn",
            "lambda-runtime-trace-id",
        ]
    );
    assert_eq!((&observed["status"], &*headers["content-type"]), (&Value::from(200), "application/json"));
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:Told";
    assert_eq!(headers["lambda-runtime-invoked-function-arn"], arn);
    assert_eq!(headers["lambda-runtime-aws-request-id"].len(), "0971b37e-c025-4712-8106-91e0da492094".len());
    let deadline = Duration::from_millis(headers["lambda-runtime-deadline-ms"].parse().unwrap());
    let timeout = Duration::from_secs(30);
    assert!(begun + timeout <= deadline && deadline <= now() + timeout, "{deadline:?}");
    // The client and the function have the same trace.
    let trace = &headers["lambda-runtime-trace-id"];
    assert!(trace.starts_with(&format!("Root={root};Parent=")) && trace.ends_with(";Sampled=0"), "{trace}");
    assert_eq!(observed["event"]["headers"]["x-amzn-trace-id"], format!("Root={root}"));
}

/// The answer comes after the deadline of its attempt, while a retry with the same request id runs.
#[test]
fn only_the_answer_to_the_own_attempt_is_accepted() {
    let gone = &observe(&get("/observed"))["gone"];
    let body = json!({ "errorMessage": "Invoke timeout", "errorType": "InvokeTimeout" });
    assert_eq!(*gone, json!([410, body]));
}

/// A qualifier `$LATEST` is part of the ARN, although Lambda runs `$LATEST` without a qualifier too.
#[test]
fn qualifier_ends_the_arn_that_was_invoked() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:Told";
    for (name, query, qualifier) in [
        ("Told", "", ""),
        ("Told:$LATEST", "", ":$LATEST"),
        ("Told", "?Qualifier=%24LATEST", ":$LATEST"),
        (&format!("{arn}:$LATEST"), "", ":$LATEST"),
    ] {
        let observed = observe_invocation(&format!("/2015-03-31/functions/{name}/invocations{query}"), &[]);
        let invoked = &observed["headers"]["lambda-runtime-invoked-function-arn"];
        assert_eq!(invoked, &format!("{arn}{qualifier}"), "{name}{query}");
    }
}

/// The function continues a trace that its caller records.
#[test]
fn segment_of_the_caller_reaches_the_function() {
    let trace = "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Parent=53995c3f42cd8ad8;Sampled=1";
    for (sent, expected) in [
        (trace, trace),
        (
            "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Parent=53995c3f42cd8ad8",
            "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Parent=53995c3f42cd8ad8;Sampled=0",
        ),
    ] {
        let target = "/2015-03-31/functions/Told/invocations";
        let observed = observe_invocation(target, &[("x-amzn-trace-id", sent)]);
        assert_eq!(observed["headers"]["lambda-runtime-trace-id"], expected);
    }
}

/// `cargo lambda watch` has version 1, 4,096 MB, `AWS_LAMBDA_MAX_CONCURRENCY` and a path in
/// `AWS_LAMBDA_RUNTIME_API`.
#[test]
fn the_environment_is_that_of_an_os_only_runtime() {
    let observed = observe(&get("/observed"));
    let mut seen: BTreeMap<String, String> = serde_json::from_value(observed["environment"].clone()).unwrap();
    let mut taken = |name: &str| seen.remove(name).unwrap_or_default();
    let runtime_api = taken("AWS_LAMBDA_RUNTIME_API");
    assert!(runtime_api.parse::<SocketAddr>().is_ok(), "{runtime_api}");
    let log_stream = taken("AWS_LAMBDA_LOG_STREAM_NAME");
    let (date, id) = log_stream.split_once("/[$LATEST]").unwrap();
    assert_eq!((date.len(), id.len()), ("2026/11/23".len(), 32), "{log_stream}");
    let task_root = taken("LAMBDA_TASK_ROOT");
    assert!(task_root.ends_with("/observed") && observed["cwd"] == task_root, "{task_root}");
    // Python sets the first, and macOS the second.
    taken("LC_CTYPE");
    taken("__CF_USER_TEXT_ENCODING");
    let seen: Vec<_> = seen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_NAME", "Told"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/Told"),
        ("AWS_LAMBDA_LOG_LEVEL", "DEBUG"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("LANG", "en_US.UTF-8"),
        ("OWN", "1"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", "Europe/Oslo"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
        ("_HANDLER", "observed.handler"),
    ];
    assert_eq!(seen, expected);
}
