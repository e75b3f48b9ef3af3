use std::sync::Arc;
use std::task::Poll;

use http::{Method, Request};
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tower::Service;

use crate::body::Body;
use crate::error::ApiError;
use crate::event;
use crate::handler::{Handler, Wrapped};
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Response, Result};
use crate::route::Route;
use crate::test::{TestRequest, TestResponse};

const ORIGIN: &str = "access-control-allow-origin";

/// With headers that each failure below keeps, and a header that none keeps.
fn prepared(res: ApiResponse) -> ApiResponse {
    res.header(ORIGIN, "*")
        .header("retry-after", "7")
        .header("etag", "\"x\"")
        .header("cache-control", "no-store")
}

fn kept(answer: &TestResponse) -> [Option<&str>; 4] {
    [ORIGIN, "retry-after", "etag", "cache-control"].map(|name| answer.header(name))
}

const KEPT: [Option<&str>; 4] = [Some("*"), Some("7"), None, Some("no-store")];
const NOTHING: [Option<&str>; 4] = [None; 4];

async fn fails(req: ApiRequest, res: ApiResponse) -> Result {
    let res = prepared(res);
    match req.query().get("how") {
        Some("question mark") => res.json("x".parse::<u8>()?),
        Some("early drop") => {
            drop(res);
            tokio::task::yield_now().await;
            Err(ApiError::new(404, "Not here"))
        }
        Some("mistake") => res.status(99).send("never"),
        Some("mistake before") => prepared(res.header("a b", "c")).end(),
        Some("final status") => res.status(101).end(),
        Some("not serialized") => res.json(std::collections::HashMap::from([(vec![1], 2)])),
        Some("not allowed") => res.method_not_allowed(&[Method::POST]),
        Some("panic") => {
            // The response lives until the panic.
            let _res = res;
            panic!("on purpose")
        }
        Some("spawned") => {
            tokio::spawn(async move { drop(res) }).await?;
            Err(ApiError::new(404, "Not here"))
        }
        Some("finished") => {
            res.send("finished")?;
            Err(ApiError::new(404, "Not here"))
        }
        _ => res.end(),
    }
}

fn asked(how: &str, route: &Route) -> TestResponse {
    TestRequest::get(format!("/api/x?how={}", how.replace(' ', "%20"))).send(route)
}

#[test]
fn headers_before_a_failure_are_sent_with_it() {
    let route = Route::new("/api/x", fails);
    for (how, status) in [
        ("question mark", 500),
        ("early drop", 404),
        ("mistake", 500),
        ("mistake before", 500),
        ("final status", 500),
        ("not serialized", 500),
        ("not allowed", 405),
        ("panic", 500),
        ("spawned", 404),
    ] {
        let answer = asked(how, &route);
        assert_eq!((answer.status().as_u16(), kept(&answer)), (status, KEPT), "{how}");
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"), "{how}");
    }
    // A finished response is sent or lost as a whole.
    assert_eq!(kept(&asked("finished", &route)), NOTHING);
    let sent = asked("nothing", &route);
    assert_eq!((sent.status().as_u16(), sent.header("etag")), (200, Some("\"x\"")));
}

#[test]
fn only_headers_that_hold_for_an_error_are_kept() {
    let cases: &[(&str, &str, bool)] = &[
        (ORIGIN, "*", true),
        ("content-security-policy", "default-src 'none'", true),
        ("content-security-policy-report-only", "default-src 'none'", true),
        ("x-request-id", "7", true),
        ("link", "</a>; rel=help", true),
        ("vary", "origin", true),
        ("set-cookie", "a=1", true),
        ("cache-control", "no-store", true),
        ("cache-control", "private, No-Cache", true),
        ("cache-control", "no-cache=\"x-a\"", false),
        ("cache-control", "private", false),
        ("cache-control", "max-age=60", false),
        ("cdn-cache-control", "max-age=60", false),
        ("cdn-cache-control", "no-store", true),
        ("cloudflare-cdn-cache-control", "max-age=60", false),
        ("surrogate-control", "max-age=60", false),
        ("expires", "0", true),
        ("expires", "-1", true),
        ("expires", "Wed, 01 Jan 2070 00:00:00 GMT", false),
        ("content-length", "7", false),
        ("content-type", "text/csv", false),
        ("content-encoding", "gzip", false),
        ("content-disposition", "attachment", false),
        ("content-range", "bytes 0-1/2", false),
        ("content-language", "en", false),
        ("content-md5", "7", false),
        ("digest", "7", false),
        ("repr-digest", "7", false),
        ("content-location", "/x.json", false),
        ("etag", "\"x\"", false),
        ("last-modified", "Wed, 01 Jan 2020 00:00:00 GMT", false),
        ("accept-ranges", "bytes", false),
        ("location", "/api/posts/7", false),
        ("trailer", "x-a", false),
        ("transfer-encoding", "chunked", false),
    ];
    for (name, value, is_kept) in cases {
        for status in [404, 500] {
            let mut lost = http::HeaderMap::new();
            lost.insert(*name, value.parse().unwrap());
            let error = ApiError::new(status, "Failed").keeping(&lost);
            let is_kept = *is_kept && !(*name == "set-cookie" && status == 500);
            let kept = error.headers().get(*name).map(|value| value.to_str().unwrap());
            assert_eq!(kept, is_kept.then_some(*value), "{status} {name}");
        }
    }
}

#[test]
fn headers_of_the_error_win_except_cookies_and_vary() {
    async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
        let status = if req.query().get("hidden").is_some() { 500 } else { 401 };
        let _res =
            res.header("x-a", "res").append_header("x-a", "2").cookie(("a", "1")).header("vary", "origin");
        let error = ApiError::new(status, "Sign in first").header("x-a", "error").cookie(("b", "2"));
        Err(error.append_header("vary", "cookie").append_header("set-cookie", "a=1"))
    }
    let route = Route::new("/api/x", handler);
    for (target, cookies) in [("/api/x", &["a=1", "b=2"][..]), ("/api/x?hidden", &["b=2", "a=1"])] {
        let answer = TestRequest::get(target).send(&route);
        assert_eq!(answer.set_cookies(), cookies, "{target}");
        assert_eq!(answer.header("vary"), Some("origin, cookie, accept"));
        assert_eq!(answer.header("x-a"), Some("error"));
    }
}

#[test]
fn mistake_in_an_error_keeps_its_other_headers() {
    let error = ApiError::new(404, "Gone").header(ORIGIN, "*").cookie(("a", "1")).header("a b", "c");
    assert_eq!((error.status().as_u16(), error.headers().len()), (500, 1));
    let error = ApiError::new(404, "Gone").header(ORIGIN, "*").append_header("a", "line\nbreak");
    assert_eq!((error.status().as_u16(), &error.headers()[ORIGIN]), (500, &"*".parse().unwrap()));
}

#[test]
fn wrappers_keep_what_they_and_the_handler_set() {
    async fn passes_on(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        inner.run(req, res.header("x-wrapper", "yes")).await
    }
    async fn keeps_its_own(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        let _res = res.header("x-wrapper", "yes");
        inner.run(req, ApiResponse::new()).await
    }
    async fn answers(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        let res = res.header("x-wrapper", "yes");
        inner.run(req, res).await.or_else(|error| ApiResponse::new().status(error.status()).send("answered"))
    }
    async fn fails_itself(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        inner.run(req, res.header("x-wrapper", "yes")).await.map_err(|_| ApiError::new(418, "Another"))
    }
    let cases = [
        (Route::new("/api/x", fails.wrap(passes_on)), 404, Some("yes"), Some("*")),
        (Route::new("/api/x", fails.wrap(keeps_its_own)), 404, Some("yes"), None),
        (Route::new("/api/x", fails.wrap(answers)), 404, None, None),
        (Route::new("/api/x", fails.wrap(fails_itself)), 418, Some("yes"), Some("*")),
        (Route::new("/api/x", fails.wrap(passes_on).wrap(fails_itself)), 418, Some("yes"), Some("*")),
    ];
    for (place, (route, status, wrapper, origin)) in cases.into_iter().enumerate() {
        let answer = asked("early drop", &route);
        let headers = ["x-wrapper", ORIGIN].map(|name| answer.header(name));
        assert_eq!((answer.status().as_u16(), headers), (status, [wrapper, origin]), "{place}");
    }
}

#[test]
fn hook_sees_the_kept_headers_and_sends_them() {
    fn shape(error: &ApiError, res: ApiResponse) -> Result {
        res.json(json!({ "allowed": error.headers()[ORIGIN].to_str()? }))
    }
    let answer = asked("early drop", &Route::new("/api/x", fails).errors(shape));
    assert_eq!((answer.status().as_u16(), kept(&answer)), (404, KEPT));
    assert_eq!(answer.json::<Value>(), json!({ "allowed": "*" }));
}

#[test]
fn panic_of_a_future_that_holds_res_keeps_its_headers() {
    fn handler(_req: ApiRequest, res: ApiResponse) -> impl Future<Output = Result> {
        let held = prepared(res);
        std::future::poll_fn(move |_| -> Poll<Result> { panic!("with {held:?}") })
    }
    let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    assert_eq!((answer.status().as_u16(), kept(&answer)), (500, KEPT));
}

/// The requests without an event, as under axum, and with the events of Lambda.
fn requests(route: &Route) -> [[Request<Body>; 2]; 2] {
    let targets = ["/api/x?n=1", "/api/x?n=2"];
    let without_event = targets.map(|target| Request::get(target).body(Body::empty()).unwrap());
    let events = targets.map(|target| TestRequest::get(target).event(route.pattern()).json);
    [without_event, events.map(|event| event::decode(&event, None).unwrap().1)]
}

#[tokio::test]
async fn interleaved_invocations_keep_their_own_headers() {
    let turns = Arc::new(Barrier::new(2));
    let route = Route::new("/api/x", move |req: ApiRequest, res: ApiResponse| {
        let turns = Arc::clone(&turns);
        async move {
            let res = res.header("x-n", req.query().get("n").unwrap_or_default());
            turns.wait().await;
            drop(res);
            turns.wait().await;
            Err(ApiError::new(404, "Not here"))
        }
    });
    for [first, second] in requests(&route) {
        let (mut one, mut two) = (route.clone(), route.clone());
        let responses: [Response; 2] =
            <[_; 2]>::from(tokio::join!(one.call(first), two.call(second))).map(Result::unwrap);
        assert_eq!(responses.map(|response| response.headers()["x-n"].clone()), ["1", "2"]);
    }
}

#[tokio::test]
async fn response_that_outlives_its_invocation_is_harmless() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let route = Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| {
        sender.send(prepared(res)).unwrap();
        std::future::ready(Err(ApiError::new(404, "Not here")))
    });
    for request in requests(&route).into_iter().flatten() {
        let response = route.clone().call(request).await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().get(ORIGIN)), (404, None));
        drop(receiver.recv().await);
    }
}
