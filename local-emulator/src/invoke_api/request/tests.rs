use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};

use super::{InvocationType, InvokeRequest, LONGEST_CLIENT_CONTEXT, Operation, is_invoke_api_path};

fn read(
    operation: Operation,
    name: &str,
    query: &str,
    headers: &[(&str, &str)],
) -> Result<(Option<String>, InvocationType, bool, Option<String>), String> {
    let mut request = Request::post(format!("/{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    let asked =
        InvokeRequest::read(operation, name, &head).map_err(|error| format!("{}: {error}", error.name()))?;
    Ok((asked.qualifier, asked.invocation_type, asked.tail, asked.client_context))
}

fn invoke(headers: &[(&str, &str)]) -> Result<(InvocationType, bool, Option<String>), String> {
    read(Operation::Invoke, "hello", "", headers).map(|(_, kind, tail, context)| (kind, tail, context))
}

#[test]
fn headers_choose_invocation_type_and_log() {
    for (headers, kind, tail) in [
        (&[] as &[_], InvocationType::RequestResponse, false),
        (&[("x-amz-invocation-type", "RequestResponse")], InvocationType::RequestResponse, false),
        (&[("x-amz-invocation-type", "Event"), ("x-amz-log-type", "Tail")], InvocationType::Event, true),
        (&[("x-amz-invocation-type", "DryRun"), ("x-amz-log-type", "None")], InvocationType::DryRun, false),
    ] {
        assert_eq!(invoke(headers), Ok((kind, tail, None)), "{headers:?}");
    }
}

#[test]
fn asynchronous_stream_is_refused() {
    let asked = read(Operation::InvokeWithResponseStream, "hello", "", &[("x-amz-invocation-type", "Event")]);
    assert_eq!(
        asked.unwrap_err(),
        "ValidationException: 1 validation error detected: Value 'Event' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [RequestResponse, DryRun]"
    );
}

#[test]
fn all_violations_are_in_one_error() {
    let headers = [("x-amz-invocation-type", "event"), ("x-amz-log-type", "Head")];
    let error = read(Operation::Invoke, "*", "?Qualifier=a!", &headers).unwrap_err();
    assert!(error.starts_with("ValidationException: 4 validation errors detected: "), "{error}");
    for parameter in ["qualifier", "functionName", "invocationType", "logType"] {
        assert!(error.contains(&format!(" at '{parameter}' failed")), "{error}");
    }
}

#[test]
fn qualifier_comes_from_the_name_or_the_query() {
    for (name, query, qualifier) in [
        ("hello", "", None),
        ("hello:live", "", Some("live")),
        ("hello", "?Qualifier=%24LATEST", Some("$LATEST")),
        ("hello", "?other=1&Qualifier=7", Some("7")),
        ("hello:7", "?Qualifier=7", Some("7")),
    ] {
        let asked = read(Operation::Invoke, name, query, &[]).unwrap();
        assert_eq!(asked.0.as_deref(), qualifier, "{name}{query}");
    }
    assert_eq!(
        read(Operation::Invoke, "hello:$LATEST", "?Qualifier=1", &[]).unwrap_err(),
        "InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier."
    );
}

#[test]
fn client_context_becomes_json_on_one_line() {
    let sent = STANDARD.encode("{\n\t\"custom\": {\"a\": \"\\n\u{e9}\"}\r\n}");
    let (_, _, context) = invoke(&[("x-amz-client-context", &sent)]).unwrap();
    assert_eq!(context.unwrap(), "{  \"custom\": {\"a\": \"\\n\u{e9}\"}  }");
}

#[test]
fn client_context_of_cargo_lambda_is_plain_json() {
    let header = ("lambda-runtime-client-context", r#"{"a":1}"#);
    assert_eq!(invoke(&[header]).unwrap().2.unwrap(), r#"{"a":1}"#);
    let both = [header, ("x-amz-client-context", "e30=")];
    assert_eq!(invoke(&both).unwrap().2.unwrap(), "{}");
    assert!(invoke(&[("lambda-runtime-client-context", "{")]).is_err());
}

#[test]
fn invalid_client_context_is_refused() {
    let longest = STANDARD.encode(format!("\"{}\"", "x".repeat(LONGEST_CLIENT_CONTEXT / 4 * 3 - 2)));
    assert!(longest.len() <= LONGEST_CLIENT_CONTEXT && invoke(&[("x-amz-client-context", &longest)]).is_ok());
    let too_long = STANDARD.encode(format!("\"{}\"", "x".repeat(LONGEST_CLIENT_CONTEXT)));
    for sent in [&too_long, "", "*", "{}", &STANDARD.encode("{"), &STANDARD.encode(b"\"\xff\"")] {
        let error = invoke(&[("x-amz-client-context", sent)]).unwrap_err();
        assert!(error.starts_with("InvalidRequestContentException: Client context must be "), "{error}");
    }
}

#[test]
fn post_to_invocations_is_an_operation() {
    for (path, operation, name) in [
        ("/2015-03-31/functions/hello/invocations", Operation::Invoke, "hello"),
        ("/2015-03-31/functions/hello%3A%24LATEST/invocations", Operation::Invoke, "hello:$LATEST"),
        ("/2015-03-31/functions/a%2Fb/invocations", Operation::Invoke, "a/b"),
        ("/2015-03-31/functions/%ff/invocations", Operation::Invoke, "\u{fffd}"),
        ("/2015-03-31/functions//invocations", Operation::Invoke, ""),
        (
            "/2021-11-15/functions/arn:aws:lambda/response-streaming-invocations",
            Operation::InvokeWithResponseStream,
            "arn:aws:lambda",
        ),
    ] {
        assert_eq!(Operation::parse(&Method::POST, path), Some((operation, name.into())), "{path}");
        assert_eq!(Operation::parse(&Method::GET, path), None, "{path}");
    }
}

#[test]
fn other_paths_of_the_api_are_no_operation() {
    for path in [
        "/2015-03-31/functions/",
        "/2015-03-31/functions/hello",
        "/2015-03-31/functions/a/b/invocations",
        "/2015-03-31/functions/hello/response-streaming-invocations",
        "/2015-03-31/functions/hello/invocations/",
        "/2021-11-15/functions/hello/invocations",
    ] {
        assert!(is_invoke_api_path(path), "{path}");
        assert_eq!(Operation::parse(&Method::POST, path), None, "{path}");
    }
    for path in ["/", "/2015-03-31/functions", "/api/2015-03-31/functions/hello/invocations"] {
        assert!(!is_invoke_api_path(path), "{path}");
    }
}
