use api_routes_project::aws::rest_api::MockResponse;
use api_routes_routing::RouteKey;
use bytes::Bytes;
use http::Method;
use http_body_util::{BodyExt, Empty};
use tokio::time::Instant;

use super::*;
use crate::gateway::Guard;
use crate::gateway::fake::{
    Behavior, ClientResponse, FakeBackend, PEER, answered, asked, get, megabytes, on_the_wire,
};

const INTERNAL: &str = r#"{"message": "Internal server error"}"#;

fn api(behavior: Behavior) -> RestApi<FakeBackend> {
    let resource = |key: &str, streams| -> (RouteKey, Target<()>) {
        (key.parse().unwrap(), Integration { streams, ..().into() }.into())
    };
    let resources = [
        resource("GET /hello", false),
        resource("POST /hello", false),
        resource("HEAD /head", false),
        resource("GET /stream", true),
        resource("HEAD /stream", true),
    ];
    RestApi::new(FakeBackend::new(behavior), ResourceTable::new(resources).unwrap()).with_stage("prod")
}

fn answer(api: &RestApi<FakeBackend>, request: Request<impl RequestBody + Send>) -> ClientResponse {
    answered(Box::pin(api.handle(request, PEER)))
}

#[test]
fn a_mock_method_is_answered_without_a_function() {
    let mock = MockResponse {
        status: 200,
        headers: vec![("Access-Control-Allow-Origin".to_owned(), "*".to_owned())],
        body: "{}\n".to_owned(),
    };
    let resources = [
        ("ANY /hello".parse().unwrap(), Integration::from(()).into()),
        ("OPTIONS /hello".parse().unwrap(), Target::Mock { response: mock, guard: Guard::default() }),
    ];
    let api = RestApi::new(FakeBackend::new(Behavior::Reply("{}")), ResourceTable::new(resources).unwrap());
    let answer = answer(&api, asked(Method::OPTIONS, "/Prod/hello"));
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "{}\n"));
    let expected = [
        ("access-control-allow-origin", Some("*")),
        ("content-type", Some("application/json")),
        ("x-amzn-trace-id", None),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("x-amzn-requestid").is_some());
    assert!(api.backend.invocations().is_empty());
}

fn post(body: impl RequestBody + Send) -> Request<impl RequestBody + Send> {
    Request::post("/prod/hello").body(body).unwrap()
}

#[test]
fn a_reply_becomes_the_response() {
    let api = api(Behavior::Reply(r#"{"statusCode":201,"headers":{"X-A":"1"},"body":"hi"}"#));
    let answer = answer(&api, get("/prod/hello"));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body, "hi");
    assert_eq!(answer.header("x-a"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("content-length"), Some("2"));
    assert_eq!(answer.header("x-amzn-errortype"), None);
    assert_eq!(answer.refusal, None);
}

#[test]
fn the_client_is_told_the_ids_of_the_event() {
    let api = api(Behavior::Reply("{}"));
    let answer = answer(&api, get("/prod/hello"));
    let event = api.backend.event();
    assert_eq!(event["requestContext"]["requestId"], answer.header("x-amzn-requestid").unwrap());
    assert_eq!(event["requestContext"]["extendedRequestId"], answer.header("x-amz-apigw-id").unwrap());
    let trace_id = answer.header("x-amzn-trace-id").unwrap();
    let (root, fields) = trace_id.split_once(';').unwrap();
    assert_eq!(event["headers"]["X-Amzn-Trace-Id"], root);
    let (parent, sampled) = fields.split_once(';').unwrap();
    let parent = parent.strip_prefix("Parent=").unwrap();
    assert!(parent.len() == 16 && u64::from_str_radix(parent, 16).is_ok(), "{trace_id}");
    assert_eq!(sampled, "Sampled=0");
}

#[test]
fn each_failure_has_the_answer_of_aws() {
    let hello = || get("/prod/hello");
    let missing = r#"{"message":"Missing Authentication Token"}"#;
    let of_token = "MissingAuthenticationTokenException";
    let forbidden = r#"{"message":"Forbidden"}"#;
    let timed_out = r#"{"message": "Endpoint request timed out"}"#;
    let internal = "InternalServerErrorException";
    for (behavior, request, status, body, error_type) in [
        (Behavior::Hang, get("/prod/nowhere"), 403, missing, of_token),
        (Behavior::Hang, asked(Method::PUT, "/prod/hello"), 403, missing, of_token),
        (Behavior::Hang, get("/prod"), 403, missing, of_token),
        (Behavior::Hang, get("/hello"), 403, forbidden, "ForbiddenException"),
        (Behavior::Fail, hello(), 502, INTERNAL, internal),
        (Behavior::Reply("\"text\""), hello(), 502, INTERNAL, internal),
        (Behavior::Throttle, hello(), 500, INTERNAL, internal),
        (Behavior::Hang, hello(), 504, timed_out, internal),
        (Behavior::Hang, get("/prod/stream"), 504, timed_out, internal),
        (Behavior::Reply(r#"{"statusCode":200}"#), get("/prod/stream"), 500, INTERNAL, internal),
        (Behavior::Stream(&["no prelude"], false), get("/prod/stream"), 500, INTERNAL, internal),
        (Behavior::Stream(&["{\"stat"], true), get("/prod/stream"), 500, INTERNAL, internal),
        (
            Behavior::Stream(&["{\"statusCode\":0}\0\0\0\0\0\0\0\0"], false),
            get("/prod/stream"),
            500,
            INTERNAL,
            internal,
        ),
        (Behavior::Fail, get("/prod/stream"), 502, INTERNAL, internal),
    ] {
        let answer = answer(&api(behavior.clone()), request);
        assert_eq!((answer.status.as_u16(), &*answer.body), (status, body), "{behavior:?}");
        assert_eq!(answer.header("x-amzn-errortype"), Some(error_type));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("content-length"), Some(&*body.len().to_string()));
        assert_eq!(answer.header("x-amzn-requestid").map(str::len), Some(36));
        assert_eq!(answer.header("x-amz-apigw-id").map(str::len), Some(16));
        assert_eq!(answer.header("x-amzn-trace-id"), None);
        assert!(answer.refusal.is_some());
    }
}

/// Even a well-formed signature does not help, since no route takes the path.
#[test]
fn token_for_no_route_is_an_incomplete_signature() {
    let signature = "AWS4-HMAC-SHA256 Credential=a/20261130/us-east-1/execute-api/aws4_request, SignedHeaders=host, \
                     Signature=0";
    let (incomplete, missing) = ("IncompleteSignatureException", "MissingAuthenticationTokenException");
    for (authorization, error_type, words) in [
        (
            "Bearer e30.e30.",
            incomplete,
            "Invalid key=value pair (missing equal-sign) in Authorization header",
        ),
        ("Basic dTpw==", incomplete, "Authorization header requires 'Credential' parameter. Authorization"),
        ("", incomplete, "Authorization header cannot be empty."),
        (signature, missing, "Missing Authentication Token"),
    ] {
        let mut request = get("/prod/nowhere");
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        request.headers_mut().insert("x-amz-date", "20261130T120000Z".parse().unwrap());
        let answer = answer(&api(Behavior::Hang), request);
        assert_eq!((answer.status.as_u16(), answer.header("x-amzn-errortype")), (403, Some(error_type)));
        assert!(answer.body.starts_with(&format!(r#"{{"message":"{words}"#)), "{}", answer.body);
        // The developer still sees that there is no route.
        assert_eq!(answer.refusal, Some(GatewayError::NoRoute));
    }
}

#[test]
fn behind_a_custom_domain_name_the_path_has_no_stage() {
    let api = api(Behavior::Reply("{}")).without_stage_in_path();
    assert_eq!(answer(&api, get("/hello/")).status, 200);
    let event = api.backend.event();
    assert_eq!(event["path"], "/hello/");
    assert_eq!(event["requestContext"]["path"], "/hello/");
    assert_eq!(event["requestContext"]["stage"], "prod");
    assert_eq!(answer(&api, get("/prod/hello")).status, 403);
}

#[test]
fn the_stage_is_prod_unless_it_has_a_name() {
    let resources = ResourceTable::new([("GET /".parse().unwrap(), Integration::from(()).into())]).unwrap();
    let api = RestApi::new(FakeBackend::new(Behavior::Reply("{}")), resources);
    assert_eq!(answer(&api, get("/Prod")).status, 200);
    let answer = answer(&api, get("/prod"));
    let expected = "no stage takes this path: the stage is `Prod`, so that paths begin with `/Prod/`";
    assert_eq!(answer.refusal.unwrap().to_string(), expected);
}

#[test]
fn request_line_and_headers_share_a_limit() {
    let around = "GET /prod/hello HTTP/1.1\r\n".len() + "x: \r\n".len();
    for (len, status) in [(HEAD - around, 200), (HEAD - around + 1, 431)] {
        let request = Request::get("/prod/hello").header("x", "v".repeat(len));
        let answer = answer(&api(Behavior::Reply("{}")), request.body(Empty::<Bytes>::new()).unwrap());
        assert_eq!(answer.status, status);
    }
}

#[test]
fn a_target_has_a_limit_of_its_own() {
    let target = format!("/prod/hello?{}", "q".repeat(TARGET - "/prod/hello?".len()));
    assert_eq!(answer(&api(Behavior::Hang), get(&target)).status, 431);
    let answer = answer(&api(Behavior::Hang), get(&(target + "q")));
    assert_eq!((answer.status.as_u16(), &*answer.body), (414, r#"{"message":"Request-URI Too Long"}"#));
}

/// Both answers are in <https://github.com/koki-develop/lgtm-generator/issues/10>.
#[test]
fn body_may_be_too_long_for_gateway_or_lambda() {
    let too_long = answer(&api(Behavior::Hang), post(megabytes(usize::MAX)));
    assert_eq!(too_long.body, "HTTP content length exceeded 10485760 bytes.");
    assert_eq!(too_long.status, 413);
    assert_eq!(too_long.header("content-type"), Some("text; charset=utf-8"));
    assert_eq!(too_long.header("x-amzn-errortype"), None);
    let too_long = answer(&api(Behavior::Hang), post(megabytes(7)));
    assert_eq!(too_long.body, r#"{"message": "Request Too Long"}"#);
    assert_eq!(too_long.status, 413);
    assert_eq!(too_long.header("x-amzn-errortype"), Some("BadRequestException"));
}

#[test]
fn base64_is_decoded_if_a_binary_type_is_accepted() {
    let reply = r#"{"body":"aGk=","isBase64Encoded":true}"#;
    for (types, accept, body) in [
        (&["image/png"][..], Some("image/png"), "hi"),
        (&["image/png"], Some("image/png, */*;q=0.1"), "hi"),
        (&["image/png"], Some("text/html, image/png"), "aGk="),
        (&["image/png"], Some("*/*"), "aGk="),
        (&["image/png"], None, "aGk="),
        (&["*/*"], None, "hi"),
        (&[], Some("image/png"), "aGk="),
    ] {
        let types = types.iter().map(ToString::to_string).collect();
        let api = api(Behavior::Reply(reply)).with_binary_media_types(types);
        let request = accept
            .into_iter()
            .fold(Request::get("/prod/hello"), |request, accept| request.header("accept", accept));
        let answer = answer(&api, request.body(Empty::<Bytes>::new()).unwrap());
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, body), "{accept:?}");
    }
}

#[test]
fn a_binary_body_that_is_not_base64_is_500() {
    let api = api(Behavior::Reply(r#"{"body":"hi!","isBase64Encoded":true}"#));
    assert_eq!(answer(&api, get("/prod/hello")).body, "hi!");
    let api = api.with_binary_media_types(vec!["*/*".to_owned()]);
    let answer = answer(&api, get("/prod/hello"));
    assert_eq!((answer.status.as_u16(), &*answer.body), (500, INTERNAL));
}

const STREAM: &[&str] = &[
    r#"{"statusCode":201,"headers":{"X-A":"1","#,
    "\"Content-Type\":\"text/plain\"},\"multiValueHeaders\":{\"x-a\":[\"0\"]},\"cookies\":[\"a=1\",\"b=2\"]}\0\0\0\0\0",
    "\0\0\0one ",
    "two",
];

#[test]
fn a_stream_is_passed_on_behind_its_prelude() {
    let answer = answer(&api(Behavior::Stream(STREAM, false)), get("/prod/stream"));
    assert_eq!((answer.status.as_u16(), &*answer.body, answer.broke_off), (201, "one two", false));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("content-length"), None);
    assert_eq!(answer.headers.get_all("x-a").iter().collect::<Vec<_>>(), ["0", "1"]);
    assert_eq!(answer.headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert!(answer.header("x-amzn-trace-id").is_some());
}

#[test]
fn broken_stream_breaks_off_for_the_client() {
    let answer = answer(&api(Behavior::Stream(STREAM, true)), get("/prod/stream"));
    assert_eq!((answer.status.as_u16(), &*answer.body, answer.broke_off), (201, "one two", true));
}

#[test]
fn a_stream_may_tell_its_length() {
    let stream = |length: &str| {
        Behavior::Stream(
            Vec::leak(vec![&*String::leak(format!(
                "{{\"headers\":{{\"content-length\":{length}}}}}\0\0\0\0\0\0\0\0body"
            ))]),
            false,
        )
    };
    for (length, header) in [("4", Some("4")), ("\"4\"", Some("4")), ("\"four\"", None)] {
        let answer = answer(&api(stream(length)), get("/prod/stream"));
        assert_eq!((answer.body.as_str(), answer.header("content-length")), ("body", header), "{length}");
    }
}

#[test]
fn the_answer_to_head_has_no_stream() {
    let answer = answer(&api(Behavior::Stream(STREAM, false)), asked(Method::HEAD, "/prod/stream"));
    assert_eq!((answer.status.as_u16(), &*answer.body), (201, ""));
}

#[test]
fn a_prelude_in_a_buffered_answer_begins_the_body() {
    let answer =
        answer(&api(Behavior::Reply("{\"statusCode\":202}\0\0\0\0\0\0\0\0body")), get("/prod/stream"));
    assert_eq!((answer.status.as_u16(), &*answer.body), (202, "body"));
    assert_eq!(answer.header("content-length"), Some("4"));
}

#[tokio::test(start_paused = true)]
async fn a_stream_goes_at_the_bandwidth_of_the_api() {
    let slow = Bandwidth { burst: 4, per_second: 1 };
    let api = api(Behavior::Stream(STREAM, false)).with_bandwidth(Some(slow));
    let began = Instant::now();
    let response = api.handle(get("/prod/stream"), PEER).await;
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "one two");
    assert_eq!(began.elapsed().as_secs(), 3, "for three bytes over the burst");
}

fn exchanged(api: &RestApi<FakeBackend>, request: &str) -> String {
    on_the_wire(async |request| api.handle(request, PEER).await, request)
}

fn exchanged_get(api: &RestApi<FakeBackend>, target: &str) -> String {
    exchanged(api, &format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
}

#[test]
fn hop_by_hop_headers_on_the_wire_are_the_gateways() {
    let api = api(Behavior::Reply(
        r#"{"headers":{"Date":"never","Connection":"x","Content-Length":"9"},"body":"hi"}"#,
    ));
    let response = exchanged_get(&api, "/prod/hello");
    assert!(response.ends_with("\r\n\r\nhi"), "{response}");
    for line in ["content-length: 2", "x-amzn-remapped-content-length: 9", "x-amzn-remapped-date: never"] {
        assert!(response.contains(&format!("\r\n{line}\r\n")), "{line}: {response}");
    }
    assert_eq!(response.matches("\r\ndate: ").count(), 1, "{response}");
}

#[test]
fn stream_without_a_length_is_chunked_on_the_wire() {
    let response = exchanged_get(&api(Behavior::Stream(STREAM, false)), "/prod/stream");
    assert!(response.contains("\r\ntransfer-encoding: chunked\r\n"), "{response}");
    assert!(response.ends_with("\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n"), "{response}");
    let stream = Behavior::Stream(&["{\"headers\":{\"content-length\":\"4\"}}\0\0\0\0\0\0\0\0body"], false);
    let response = exchanged_get(&api(stream), "/prod/stream");
    assert!(
        response.contains("\r\ncontent-length: 4\r\n") && response.ends_with("\r\n\r\nbody"),
        "{response}"
    );
}

#[test]
fn on_the_wire_a_stream_that_breaks_off_has_no_end() {
    let response = exchanged_get(&api(Behavior::Stream(STREAM, true)), "/prod/stream");
    assert!(response.ends_with("\r\n4\r\none \r\n3\r\ntwo\r\n"), "{response}");
}

#[test]
fn on_the_wire_a_stream_is_no_longer_than_it_says() {
    let stream = Behavior::Stream(&["{\"headers\":{\"content-length\":3}}\0\0\0\0\0\0\0\0body"], false);
    let response = exchanged_get(&api(stream), "/prod/stream");
    assert!(
        response.contains("\r\ncontent-length: 3\r\n") && response.ends_with("\r\n\r\nbod"),
        "{response}"
    );
}
