use serde_json::json;

use super::InvokeError;
use crate::gateway::NotReady;
use crate::invocation::Throttle;
use crate::invoke_api::constraint;

/// The bodies are those of `LocalStack`'s snapshots, recorded against AWS, or else have the members of the model.
#[test]
fn errors_have_the_form_that_sdks_read() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:x:$LATEST";
    for (error, status, name, body) in [
        (
            InvokeError::FunctionNotFound { arn: arn.to_owned() },
            404,
            "ResourceNotFoundException",
            json!({"Message": format!("Function not found: {arn}"), "Type": "User"}),
        ),
        (
            InvokeError::OtherRegion { asked: "eu-west-1".to_owned(), here: "us-east-1".to_owned() },
            404,
            "ResourceNotFoundException",
            json!({
                "Message": "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
                "Type": "User"
            }),
        ),
        (
            InvokeError::QualifierMismatch,
            400,
            "InvalidParameterValueException",
            json!({
                "Type": "User",
                "message": "The derived qualifier from the function name does not match the specified qualifier."
            }),
        ),
        (
            InvokeError::InvalidContent("Could not parse".to_owned()),
            400,
            "InvalidRequestContentException",
            json!({"Type": "User", "message": "Could not parse"}),
        ),
        (
            InvokeError::Throttled(Throttle::Function(1)),
            429,
            "TooManyRequestsException",
            json!({
                "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
                "Type": "User",
                "message": "Rate Exceeded."
            }),
        ),
        (
            InvokeError::Throttled(Throttle::Account(1)),
            429,
            "TooManyRequestsException",
            json!({
                "Reason": "ConcurrentInvocationLimitExceeded",
                "Type": "User",
                "message": "Rate Exceeded."
            }),
        ),
        (
            InvokeError::QueueFull,
            429,
            "TooManyRequestsException",
            json!({"Reason": "CallerRateLimitExceeded", "Type": "User", "message": "Rate Exceeded."}),
        ),
        (
            InvokeError::RequestTooLarge,
            413,
            "RequestEntityTooLargeException",
            json!({"Message": "Request must be smaller than 6291456 bytes for the InvokeFunction operation"}),
        ),
        (
            InvokeError::EventTooLarge { size: 2_000_000 },
            413,
            "RequestEntityTooLargeException",
            json!({
                "Type": "User",
                "message": "2000000 byte payload is too large for the Event invocation type (limit 1048576 bytes)"
            }),
        ),
        (
            InvokeError::NotReady(NotReady("error[E0425]".into())),
            409,
            "ResourceConflictException",
            json!({"Type": "User", "message": "the function takes no invocations: error[E0425]"}),
        ),
        (
            InvokeError::UnknownOperation,
            404,
            "UnknownOperationException",
            json!({"Message": "the emulator has only `Invoke` and `InvokeWithResponseStream` of Lambda's API"}),
        ),
    ] {
        assert_eq!((error.status().as_u16(), error.name()), (status, name), "{error}");
        assert_eq!(error.body().to_string(), body.to_string());
    }
}

#[test]
fn error_lists_all_invalid_parameters() {
    let name = constraint::function_name("*");
    let kind = constraint::not_one_of("invocationType", "Later", "Event, RequestResponse, DryRun");
    let pattern = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
    let first = format!(
        "Value '*' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"
    );
    let second = "Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]";
    let one = InvokeError::Validation(vec![name.clone()]);
    assert_eq!(one.body(), json!({"message": format!("1 validation error detected: {first}")}));
    let both = InvokeError::Validation(vec![name, kind]);
    assert_eq!(both.to_string(), format!("2 validation errors detected: {first}; {second}"));
    assert_eq!((both.status().as_u16(), both.name()), (400, "ValidationException"));
}

#[test]
fn log_names_the_limit_without_control_characters() {
    let throttled = InvokeError::Throttled(Throttle::Function(3));
    assert_eq!(
        throttled.words(),
        "TooManyRequestsException: the function's concurrency limit of 3 is reached"
    );
    let escape = InvokeError::Validation(vec![constraint::function_name("\x1b[2J")]);
    assert!(!escape.words().contains('\x1b'), "{}", escape.words());
}
