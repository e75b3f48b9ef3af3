//! The log of a function whose `LogFormat` is `JSON`.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_emulator::record::LogStyle;
use serde_json::{Value, json};

use crate::any_runtime::python;
use crate::harness::{Project, ServedProject, post};

/// A runtime that does what the end of the path names.
const RUNTIME: &str = r#"
import http.client, json, os, time

while True:
    lambda_ = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    lambda_.request("GET", "/2018-06-01/runtime/invocation/next")
    invocation = lambda_.getresponse()
    path = "/2018-06-01/runtime/invocation/" + invocation.getheader("lambda-runtime-aws-request-id")
    todo = json.load(invocation)["rawPath"].rsplit("/", 1)[-1]
    print("told to " + todo, flush=True)
    if todo == "exit":
        os._exit(3)
    if todo == "hang":
        time.sleep(600)
    if todo == "fail":
        lambda_.request("POST", path + "/error", json.dumps({"errorType": "Sad", "errorMessage": "no"}))
    else:
        lambda_.request("POST", path + "/response", json.dumps("done"))
    lambda_.getresponse().read()
"#;

fn project(logging: &str) -> Project {
    let project = Project::new();
    let template = format!(
        "Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: orders/
      Handler: orders
      Runtime: provided.al2023
      Timeout: 1
      LoggingConfig: {{LogFormat: JSON{logging}}}
      Events:
        Any: {{Type: HttpApi, Properties: {{Path: '/orders/{{todo}}'}}}}
"
    );
    project.write("template.yaml", &template);
    project.write("orders/bootstrap", &format!("#!{}{RUNTIME}", python()));
    set_permissions(project.path("orders/bootstrap"), Permissions::from_mode(0o755)).unwrap();
    project
}

/// Returns the log tail that the caller of `Invoke` gets, and the id of the request.
fn tail(served: &ServedProject, todo: &str) -> (String, String) {
    let event = json!({ "rawPath": format!("/orders/{todo}") }).to_string();
    let path = "/2015-03-31/functions/Orders/invocations";
    let answer = served.send(&post(path, "application/json", &*event).header("x-amz-log-type", "Tail"));
    let log = STANDARD.decode(answer.header("x-amz-log-result").unwrap()).unwrap();
    (String::from_utf8(log).unwrap(), answer.header("x-amzn-requestid").unwrap().to_owned())
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn caller_gets_objects_in_place_of_start_and_report() {
    let project = project("");
    let served = ServedProject::start(&project);
    for (todo, expected) in [
        ("answer", &[("start", None), ("report", Some("success"))][..]),
        // The runtime succeeds, even if the function posts an error.
        ("fail", &[("start", None), ("report", Some("success"))]),
        ("exit", &[("start", None), ("runtimeDone", Some("error")), ("report", Some("error"))]),
        ("hang", &[("start", None), ("runtimeDone", Some("timeout")), ("report", Some("timeout"))]),
    ] {
        let (log, id) = tail(&served, todo);
        assert!(log.lines().any(|line| line == format!("told to {todo}")), "{log}");
        let lines: Vec<_> = log.lines().filter(|line| !line.starts_with("told to ")).map(parsed).collect();
        let events: Vec<_> = lines
            .iter()
            .map(|line| (line["type"].as_str().unwrap(), line["record"]["status"].as_str()))
            .map(|(kind, status)| (kind.strip_prefix("platform.").unwrap(), status))
            .collect();
        assert_eq!(events, expected, "{log}");
        assert!(lines.iter().all(|line| line["record"]["requestId"] == *id), "{log}");
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:Orders";
        assert_eq!(lines[0]["record"], json!({ "requestId": id, "functionArn": arn, "version": "$LATEST" }));
    }
}

#[test]
fn system_log_level_decides_which_objects_there_are() {
    for (level, expected) in [
        ("WARN", &["told to answer"][..]),
        ("DEBUG", &["platform.start", "told to answer", "platform.runtimeDone", "platform.report"]),
    ] {
        let project = project(&format!(", SystemLogLevel: {level}"));
        let served = ServedProject::start(&project);
        let (log, _) = tail(&served, "answer");
        assert_eq!(log.lines().count(), expected.len(), "{log}");
        for (line, words) in log.lines().zip(expected) {
            assert!(line.contains(words), "{words}: {log}");
        }
        // The init comes before the invocation.
        assert_eq!(served.log().contains("platform.initReport"), level == "DEBUG", "{}", served.log());
    }
}

#[test]
fn terminal_has_objects_only_with_lambdas_lines() {
    for style in [LogStyle::Requests, LogStyle::Lambda] {
        let project = project("");
        let served = ServedProject::start_with(project.root(), |config| config.log = style);
        assert_eq!(served.get("/orders/answer").text(), "done");
        let last = if style == LogStyle::Lambda { r#""type":"platform.report""# } else { "billed" };
        served.wait_for_log(last);
        assert_eq!(served.log().contains("platform."), style == LogStyle::Lambda, "{}", served.log());
    }
}

#[test]
fn inspector_shows_the_log_as_it_is() {
    let project = project("");
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/orders/answer").text(), "done");
    let record = crate::inspector::newest(&served);
    let log = record["log"].as_array().unwrap().iter().map(|line| line["line"].as_str().unwrap());
    let [start, line, report] = log.collect::<Vec<_>>()[..] else { panic!("{record}") };
    assert_eq!(line, "told to answer");
    let (start, report) = (parsed(start), parsed(report));
    assert_eq!((&start["type"], &report["type"]), (&json!("platform.start"), &json!("platform.report")));
    assert_eq!(report["record"]["requestId"], record["request_id"]);
    assert_eq!(report["record"]["metrics"]["billedDurationMs"], record["billed_ms"]);
    assert!(record["report"].as_str().unwrap().starts_with("REPORT RequestId: "), "{record}");
}

#[test]
fn invoke_command_hides_objects_unless_verbose() {
    let project = project("");
    let served = ServedProject::start(&project);
    for (arguments, objects) in [(&["/orders/answer"][..], 0), (&["/orders/answer", "--verbose"], 2)] {
        let ran = crate::invoke_command::invoke(&served, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "done"), "{ran:?}");
        assert_eq!(ran.stderr.matches(r#""type":"platform."#).count(), objects, "{ran:?}");
        assert!(ran.stderr.contains("told to answer"), "{ran:?}");
    }
}
