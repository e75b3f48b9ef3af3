use std::sync::mpsc;
use std::task::Poll;

use http::Request;
use lambda_http::{Context, RequestExt};
use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::body::Body;
use crate::caller::Caller;
use crate::request::ApiRequest;
use crate::response::ApiResponse;
use crate::test::TestRequest;

async fn echo(req: ApiRequest, res: ApiResponse) -> crate::Result {
    if req.query().get("as") == Some("bytes") {
        return res.header("content-type", "text/plain").send(vec![0xff, 0xfe, 0x01]);
    }
    let query: Vec<_> = ["id", "a", "b"].map(|name| req.query().get_all(name).collect::<Vec<_>>()).into();
    let seen = json!({
        "method": req.method().as_str(), "path": req.uri().path(), "query": query, "theme": req.cookies().get("theme"),
        "client": req.client_ip(), "body": req.text()?,
    });
    res.append_header("x-part", "1").append_header("x-part", "2").cookie(("seen", "yes")).json(seen)
}

fn route() -> Route {
    Route::new("/api/posts/[id]", echo)
}

fn requests() -> [TestRequest; 5] {
    [
        TestRequest::get("/api/posts/a%20b?a=1&a=2&b=x%20y").cookie("theme", "dark"),
        TestRequest::post("/api/posts/7").json(json!({ "name": "☕" })),
        TestRequest::post("/api/posts/7").body("plain"),
        TestRequest::get("/api/posts/7?as=bytes"),
        TestRequest::get("/elsewhere"),
    ]
}

/// Returns the request that `lambda_http` makes of an event.
fn read(event: &[u8]) -> lambda_http::Request {
    lambda_http::request::from_str(std::str::from_utf8(event).unwrap()).unwrap()
}

async fn answer(request: lambda_http::Request, route: Route) -> (u16, Vec<String>, Vec<u8>) {
    let answer = service(route).oneshot(request).await.unwrap().into_inner();
    let headers = lines(answer.headers());
    (answer.status().as_u16(), headers, answer.body().to_vec())
}

/// With the values of a name joined, as some front doors have them and others not.
fn lines(headers: &HeaderMap) -> Vec<String> {
    let line = |name| {
        let values: Vec<_> = headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        format!("{name}: {}", values.join(", "))
    };
    let mut lines: Vec<_> = headers.keys().map(line).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn a_route_answers_as_it_does_by_itself() {
    for front_door in FrontDoor::ALL {
        for request in requests() {
            let event = request.via(*front_door).event(route().pattern());
            let mounted = answer(read(&event.json), route()).await;
            let alone = event.send(&route());
            assert_eq!(
                mounted,
                (alone.status().as_u16(), lines(alone.headers()), alone.bytes().to_vec()),
                "{front_door}"
            );
        }
    }
}

#[tokio::test]
async fn path_has_no_named_stage() {
    let event = TestRequest::get("/api/posts/7").event(route().pattern());
    let mut event: serde_json::Value = serde_json::from_slice(&event.json).unwrap();
    event["rawPath"] = json!("/prod/api/posts/7");
    event["requestContext"]["stage"] = json!("prod");
    let (status, _, body) = answer(read(event.to_string().as_bytes()), route()).await;
    let seen: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &seen["path"]), (200, &json!("/api/posts/7")));
}

#[tokio::test]
async fn a_request_of_the_programs_own_is_answered_as_well() {
    let request = Request::builder().uri("/api/posts/7").body(LambdaBody::Empty).unwrap();
    assert_eq!(answer(request, route()).await.0, 200);
}

#[tokio::test]
async fn client_ip_is_the_last_of_the_load_balancer() {
    let event = json!({
        "requestContext": { "elb": { "targetGroupArn": "arn" } }, "httpMethod": "GET", "path": "/api/posts/7",
        "multiValueHeaders": { "x-forwarded-for": ["10.0.0.1", "198.51.100.9"] },
        "body": "", "isBase64Encoded": false,
    });
    let (_, _, body) = answer(read(event.to_string().as_bytes()), route()).await;
    let seen: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(seen["client"], "198.51.100.9");
}

#[tokio::test]
async fn lambda_http_has_context_and_late_work_first() {
    let (done, read_done) = mpsc::channel();
    let route = Route::new("/api/posts/[id]", move |req: ApiRequest, res: ApiResponse| {
        let done = done.clone();
        async move {
            req.wait_until(async move { done.send("late").unwrap() });
            assert!(req.event::<serde_json::Value>().is_err());
            assert!(req.extensions().get::<lambda_http::request::RequestContext>().is_some());
            res.send(req.context().map(|context| context.request_id().to_owned()).unwrap_or_default())
        }
    });
    let event = TestRequest::get("/api/posts/7").event(route.pattern());
    let mut context = Context::default();
    context.request_id = "8f5".to_owned();
    let (_, _, body) = answer(read(&event.json).with_lambda_context(context), route).await;
    assert_eq!((body.as_slice(), read_done.try_recv()), (b"8f5".as_slice(), Ok("late")));
}

#[tokio::test]
async fn collected_stream_that_fails_is_a_hidden_500() {
    let stream = |broken: bool| {
        Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| async move {
            let last = if broken { Err(std::io::Error::other("s3cret")) } else { Ok("b") };
            res.stream(futures_util::stream::iter([Ok("a"), last]))
        })
    };
    let event = TestRequest::get("/api/x").event(stream(false).pattern());
    assert_eq!(answer(read(&event.json), stream(false)).await.2, b"ab");
    let (status, _, body) = answer(read(&event.json), stream(true)).await;
    assert_eq!((status, body.as_slice()), (500, br#"{"error":"Internal Server Error"}"#.as_slice()));
}

#[tokio::test]
async fn a_stream_without_end_is_a_hidden_500() {
    let endless = Route::new("/api/x", |_: ApiRequest, res: ApiResponse| async move {
        let kilobytes = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1024]));
        res.stream(kilobytes)
    });
    for front_door in FrontDoor::ALL {
        let event = TestRequest::get("/api/x").via(*front_door).event(endless.pattern());
        let (status, _, body) = answer(read(&event.json), endless.clone()).await;
        assert_eq!((status, body.as_slice()), (500, br#"{"error":"Internal Server Error"}"#.as_slice()));
    }
}

#[tokio::test]
async fn error_with_a_failing_body_is_not_a_success() {
    async fn fails(_: ApiRequest, _: ApiResponse) -> crate::Result {
        Err(ApiError::bad_request("no"))
    }
    let broken =
        || Body::from_stream(futures_util::stream::iter([Err::<&str, _>(std::io::Error::other("no"))]));
    let route = Route::new("/api/x", fails).errors(move |_, res| res.body(broken()));
    let event = TestRequest::get("/api/x").event(route.pattern());
    let (status, _, body) = answer(read(&event.json), route).await;
    assert_eq!((status, body.len()), (500, 0));
}

#[tokio::test]
async fn panic_of_a_body_is_a_hidden_500_with_kept_headers() {
    let panics = async |_: ApiRequest, res: ApiResponse| {
        let pieces =
            futures_util::stream::poll_fn(|_| -> Poll<Option<Result<Bytes, String>>> { panic!("s3cret") });
        res.header("access-control-allow-origin", "*").stream(pieces)
    };
    let route = Route::new("/api/x", panics);
    let event = TestRequest::get("/api/x").event(route.pattern()).json;
    let (status, headers, body) = answer(read(&event), route.clone()).await;
    assert_eq!((status, &*body), (500, br#"{"error":"Internal Server Error"}"#.as_slice()));
    assert!(headers.contains(&"access-control-allow-origin: *".to_owned()), "{headers:?}");

    let fails = tokio::spawn(answer(read(&event), route.panics_fail_the_invocation()));
    assert!(fails.await.unwrap_err().is_panic());
}

#[tokio::test]
async fn a_caller_is_the_same_in_a_program_on_lambda_http() {
    async fn caller(req: ApiRequest, res: ApiResponse) -> crate::Result {
        #[derive(serde::Deserialize)]
        struct Claims {
            #[serde(default)]
            exp: u64,
            #[serde(default)]
            groups: Vec<String>,
        }
        let claims: Claims = req.claims()?;
        let caller = req.caller();
        res.json((caller.as_ref().map(Caller::id), claims.exp, claims.groups))
    }
    let route = || Route::new("/api/me", caller);
    let token = json!({ "sub": "ann", "exp": 7, "groups": ["a", "b"] });
    let context = json!({ "principalId": "ann", "exp": 7 });
    let ann = "arn:aws:iam::123456789012:user/ann";
    let mut requests = vec![(FrontDoor::FunctionUrl, TestRequest::get("/api/me").iam_caller(ann))];
    for front_door in [FrontDoor::HttpApi, FrontDoor::HttpApiPayload1, FrontDoor::RestApi] {
        requests.push((front_door, TestRequest::get("/api/me")));
        requests.push((front_door, TestRequest::get("/api/me").claims(&token)));
        requests.push((front_door, TestRequest::get("/api/me").authorizer_context(&context)));
        requests.push((front_door, TestRequest::get("/api/me").iam_caller(ann)));
    }
    for (front_door, request) in requests {
        let event = request.via(front_door).event(route().pattern());
        let mounted = answer(read(&event.json), route()).await;
        let alone = event.send(&route());
        assert_eq!(
            (mounted.0, String::from_utf8(mounted.2).unwrap()),
            (alone.status().as_u16(), alone.text()),
            "{front_door}"
        );
    }
}
