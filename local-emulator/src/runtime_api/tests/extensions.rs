//! Internal extensions. The test plays an extension and its runtime.

use serde_json::{Value, json};

use super::{Answer, ID, Lambda, Runtime, response};

impl Runtime {
    /// Calls the Extensions API, whose paths have the version in another position.
    async fn extension(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let length = body.len();
        let head = format!("{method} /2020-01-01/extension/{path} HTTP/1.1\r\nhost: x\r\n{headers}");
        self.send(&format!("{head}content-length: {length}\r\n\r\n{body}")).await;
        self.receive().await
    }

    pub(super) async fn register(&mut self, name: &str, events: &Value) -> Answer {
        let body = json!({ "events": events }).to_string();
        self.extension("POST", "register", &format!("Lambda-Extension-Name: {name}\r\n"), &body).await
    }
}

fn identifier(registered: &Answer) -> String {
    let header = "lambda-extension-identifier: ";
    let id = registered.head.lines().find_map(|line| line.strip_prefix(header));
    format!("{header}{}\r\n", id.unwrap())
}

fn refused(answer: &Answer, error_type: &str, message: &str) {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, &body["errorType"]), (403, &json!(error_type)), "{answer:?}");
    assert!(body["errorMessage"].as_str().unwrap().contains(message), "{answer:?}");
}

#[tokio::test]
async fn next_event_waits_for_the_extension() {
    let (lambda, outcome) = Lambda::start().await;
    let (mut runtime, mut extension) = (lambda.runtime().await, lambda.runtime().await);
    let registered = extension.register("sidecar", &json!(["INVOKE"])).await;
    assert_eq!(
        registered.body,
        r#"{"functionName":"Probe","functionVersion":"$LATEST","handler":"bootstrap"}"#
    );
    let id = identifier(&registered);

    // The first event comes when both have asked for it.
    let first = tokio::spawn(async move { (runtime.next().await, runtime) });
    let invoke_event = extension.extension("GET", "event/next", &id, "").await;
    let (event, mut runtime) = first.await.unwrap();
    assert_eq!(event.body, r#"{"n":1}"#);
    let invoke_event: Value = serde_json::from_str(&invoke_event.body).unwrap();
    assert_eq!(invoke_event["eventType"], "INVOKE");
    assert_eq!(invoke_event["requestId"], ID);
    assert_eq!(invoke_event["invokedFunctionArn"], "arn:aws:lambda:us-east-1:123456789012:function:Probe");
    assert_eq!(invoke_event["tracing"]["type"], "X-Amzn-Trace-Id");
    assert!(invoke_event["deadlineMs"].is_u64());

    // The sandbox waits for the extension, and the caller does not.
    assert_eq!(runtime.post(&response(ID), "done").await.status, 202);
    assert!(outcome.await.is_ok());
    let mut asking = lambda.runtime().await;
    let next = tokio::spawn(async move { asking.next().await.body });
    while !lambda.sandbox.extensions_are_waited_for() {
        tokio::task::yield_now().await;
    }
    assert!(!lambda.sandbox.is_ready());
    let mut other = lambda.runtime().await;
    let invoke_event = tokio::spawn(async move { other.extension("GET", "event/next", &id, "").await.body });
    let second = crate::sandbox::fixture::invocation(2, &json!({ "n": 2 }));
    let _outcome = crate::sandbox::fixture::begin_when_ready(&lambda.sandbox, second).await;
    assert_eq!(next.await.unwrap(), r#"{"n":2}"#);
    assert!(invoke_event.await.unwrap().contains(r#""requestId":"00000000-0000-0000-0000-000000000002""#));
}

#[tokio::test]
async fn extension_registers_by_name_during_init() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut extension = lambda.runtime().await;
    let nameless = extension.extension("POST", "register", "", "{}").await;
    refused(&nameless, "Extension.InvalidExtensionName", "Empty extension name");
    let malformed = extension.extension("POST", "register", "Lambda-Extension-Name: a\r\n", "{").await;
    refused(&malformed, "InvalidRequestFormat", "EOF");
    let shutdown = extension.register("a", &json!(["INVOKE", "SHUTDOWN"])).await;
    refused(
        &shutdown,
        "Extension.InvalidEventType",
        "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension",
    );
    let unknown = extension.register("a", &json!(["NAP"])).await;
    refused(&unknown, "Extension.InvalidEventType", "NAP: ErrorInvalidEventType");
    for n in 0..10 {
        let registered = extension.register(&n.to_string(), &json!([])).await;
        assert_eq!(registered.status, 200);
        if n == 0 {
            let twice = extension.register("0", &json!([])).await;
            refused(&twice, "Extension.InvalidExtensionState", "already registered");
        }
        let id = identifier(&registered);
        let mut waiting = lambda.runtime().await;
        tokio::spawn(async move { waiting.extension("GET", "event/next", &id, "").await });
    }
    refused(&extension.register("10", &json!([])).await, "Extension.TooManyExtensions", "limit (10)");

    let (lambda, _outcome) = Lambda::start().await;
    let mut runtime = lambda.runtime().await;
    runtime.next().await;
    refused(&runtime.register("late", &json!([])).await, "Extension.RegistrationClosed", "closed already");
}

#[tokio::test]
async fn extension_is_known_by_its_identifier() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut extension = lambda.runtime().await;
    for (header, error_type) in [
        ("", "Extension.MissingExtensionIdentifier"),
        ("lambda-extension-identifier: x\r\n", "Extension.InvalidExtensionIdentifier"),
        (
            "lambda-extension-identifier: 00000000-0000-0000-0000-000000000001\r\n",
            "Extension.UnknownExtensionIdentifier",
        ),
    ] {
        refused(&extension.extension("GET", "event/next", header, "").await, error_type, "");
    }
    let id = identifier(&extension.register("a", &json!([])).await);
    let untyped = extension.extension("POST", "init/error", &id, "{}").await;
    refused(&untyped, "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found");
    let typed = format!("{id}lambda-extension-function-error-type: Extension.Sad\r\n");
    assert_eq!(extension.extension("POST", "init/error", &typed, "{}").await.status, 202);
    let next = extension.extension("GET", "event/next", &id, "").await;
    refused(&next, "Extension.InvalidExtensionState", "State transition from InitError to Ready failed");
}

#[tokio::test]
async fn telemetry_subscription_is_not_supported() {
    let (lambda, _outcome) = Lambda::start().await;
    let mut extension = lambda.runtime().await;
    extension.send("PUT /2022-07-01/telemetry HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}").await;
    let answer = extension.receive().await;
    assert_eq!(answer.status, 202);
    assert_eq!(
        answer.body,
        r#"{"errorMessage":"Telemetry API is not supported","errorType":"Telemetry.NotSupported"}"#
    );
}
