use std::panic::AssertUnwindSafe;
use std::task::Poll;
use std::time::Duration;

use http::StatusCode;
use http_body_util::Full;
use serde_json::json;
use tower::util::{MapRequestLayer, MapResponseLayer};
use tower::{ServiceBuilder, layer::layer_fn, service_fn};
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::*;
use crate::config::KB;
use crate::error::ApiError;
use crate::front_door::FrontDoor;
use crate::panics;
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
use crate::test::{TestEvent, TestRequest};

async fn hello(_: ApiRequest, res: ApiResponse) -> Result {
    res.send("hello")
}

async fn length(req: ApiRequest, res: ApiResponse) -> Result {
    res.json(req.bytes().len())
}

const HIDDEN: (u16, &str) = (500, r#"{"error":"Internal Server Error"}"#);

#[test]
fn a_body_over_the_limit_is_refused_in_nexts_words() {
    let cases = [
        (Route::new("/api/x", length), 1024 * KB, "1mb"),
        (Route::new("/api/x", length).body_limit(500 * KB), 500 * KB, "500kb"),
        (Route::new("/api/x", length).body_limit(0), 0, "0b"),
    ];
    for (route, limit, words) in cases {
        assert_eq!(TestRequest::post("/api/x").body(vec![b'x'; limit]).send(&route).status(), 200);
        let refused = TestRequest::post("/api/x").body(vec![b'x'; limit + 1]).send(&route);
        assert_eq!(refused.status(), 413);
        assert_eq!(refused.text(), format!(r#"{{"error":"Body exceeded {words} limit"}}"#));
    }
    let unlimited = Route::new("/api/x", length).body_limit(1).no_body_limit();
    assert_eq!(TestRequest::post("/api/x").body(vec![b'x'; 2048 * KB]).send(&unlimited).text(), "2097152");
}

#[test]
fn route_survives_errors_and_panics() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| match req.query().get("do") {
        Some("fail") => Err(std::io::Error::other("s3cret").into()),
        Some("panic") => panic!("s3cret"),
        _ => res.end(),
    });
    for broken in ["fail", "panic"] {
        let answer = TestRequest::get(format!("/api/x?do={broken}")).send(&route);
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), HIDDEN, "{broken}");
    }
    assert_eq!(TestRequest::get("/api/x").send(&route).status(), 200);
}

#[test]
fn panic_before_the_future_is_a_hidden_500() {
    fn handler(req: ApiRequest, res: ApiResponse) -> impl Future<Output = Result> {
        assert!(req.method() != "GET", "s3cret");
        drop(req);
        std::future::ready(res.end())
    }
    let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", handler));
    assert_eq!((answer.status().as_u16(), answer.text().as_str()), HIDDEN);
}

#[test]
fn a_panic_may_fail_the_invocation_through_all_layers() {
    let route = || {
        let panics = async |_: ApiRequest, _: ApiResponse| panic!("counted");
        Route::new("/api/x", panics).panics_fail_the_invocation()
    };
    for route in [route(), route().layer(CorsLayer::new()).layer(CorsLayer::new())] {
        let sent = std::panic::catch_unwind(AssertUnwindSafe(|| TestRequest::get("/api/x").send(&route)));
        assert!(sent.is_err_and(|panic| panics::message(&*panic) == "the route panicked: counted"));
    }
}

#[test]
fn late_work_is_done_when_a_test_has_its_answer() {
    let (done, read) = std::sync::mpsc::channel();
    let route = Route::new("/api/x", move |req: ApiRequest, res: ApiResponse| {
        let done = done.clone();
        async move {
            req.wait_until(async move { done.send("late").unwrap() });
            res.send("answered")
        }
    });
    assert_eq!(TestRequest::get("/api/x").send(&route).text(), "answered");
    assert_eq!(read.try_recv(), Ok("late"));
}

#[test]
fn a_closure_may_capture_state() {
    let greeting = String::from("hello");
    let route = Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| {
        let greeting = greeting.clone();
        async move { res.send(greeting) }
    });
    assert_eq!(TestRequest::get("/api/x").send(&route).text(), "hello");
}

#[test]
fn last_layer_is_the_outermost() {
    let named = |name: &'static str| {
        MapRequestLayer::new(move |mut request: Request<Body>| {
            request.headers_mut().append("x-seen", http::HeaderValue::from_static(name));
            request
        })
    };
    let seen = async |req: ApiRequest, res: ApiResponse| {
        let seen = req.headers().get_all("x-seen").iter().filter_map(|value| value.to_str().ok());
        res.json(seen.collect::<Vec<_>>())
    };
    let route = Route::new("/api/x", seen).layer(named("inner")).body_limit(KB).layer(named("outer"));
    assert_eq!(TestRequest::get("/api/x").send(&route).text(), r#"["outer","inner"]"#);
}

#[test]
fn tower_https_layers_fit() {
    let cors = CorsLayer::new().allow_origin(Any).allow_methods([http::Method::GET]);
    let route = Route::new("/api/x", hello).layer(cors).layer(SetResponseHeaderLayer::overriding(
        http::header::SERVER,
        http::HeaderValue::from_static("us"),
    ));
    let preflight = TestRequest::new(http::Method::OPTIONS, "/api/x")
        .header("origin", "https://example.com")
        .header("access-control-request-method", "GET")
        .send(&route);
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET"));
    let answer = TestRequest::get("/api/x").header("origin", "https://example.com").send(&route);
    assert_eq!(
        (answer.header("access-control-allow-origin"), answer.header("server")),
        (Some("*"), Some("us"))
    );
}

#[test]
fn a_time_out_is_the_layers_answer() {
    let never = async |_: ApiRequest, _: ApiResponse| std::future::pending().await;
    let time_out = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(1));
    assert_eq!(TestRequest::get("/api/x").send(&Route::new("/api/x", never).layer(time_out)).status(), 504);
}

#[test]
fn response_is_compressed_if_the_client_accepts_it() {
    let long = async |_: ApiRequest, res: ApiResponse| res.json("long ".repeat(200));
    let route = Route::new("/api/x", long).layer(CompressionLayer::new());
    let plain = TestRequest::get("/api/x").send(&route);
    assert_eq!((plain.header("content-encoding"), plain.bytes().len()), (None, 1002));
    let compressed = TestRequest::get("/api/x").header("accept-encoding", "gzip").send(&route);
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(compressed.bytes().starts_with(&[0x1f, 0x8b]) && compressed.bytes().len() < 100);
    // A 304 has nothing to compress.
    let etag = plain.header("etag").unwrap();
    let known = TestRequest::get("/api/x")
        .header("accept-encoding", "gzip")
        .header("if-none-match", etag)
        .send(&route);
    assert_eq!(
        (known.status().as_u16(), known.header("content-encoding"), known.bytes().len()),
        (304, None, 0)
    );
}

#[test]
fn request_id_reaches_handler_and_client() {
    #[derive(Clone)]
    struct Fixed;
    impl MakeRequestId for Fixed {
        fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
            Some(RequestId::new(http::HeaderValue::from_static("made")))
        }
    }
    let seen = async |req: ApiRequest, res: ApiResponse| {
        let id = req.extensions().get::<RequestId>().map(|id| id.header_value().as_bytes());
        res.send(id.unwrap_or_default())
    };
    let route = Route::new("/api/x", seen)
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(Fixed));
    let made = TestRequest::get("/api/x").send(&route);
    assert_eq!((made.text().as_str(), made.header("x-request-id")), ("made", Some("made")));
    let given = TestRequest::get("/api/x").header("x-request-id", "given").send(&route);
    assert_eq!((given.text().as_str(), given.header("x-request-id")), ("given", Some("given")));
}

#[test]
fn later_hook_shapes_errors_of_a_layer() {
    let failing = layer_fn(|_| {
        service_fn(async |_: Request<Body>| Err::<http::Response<Body>, BoxError>("s3cret".into()))
    });
    let hook = |error: &ApiError, res: ApiResponse| res.send(format!("shaped: {}", error.message()));
    let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", hello).layer(failing).errors(hook));
    assert_eq!((answer.status().as_u16(), answer.text().as_str()), (500, "shaped: Internal Server Error"));
}

#[test]
fn without_a_layer_no_cors_header_is_sent() {
    let answer =
        TestRequest::get("/api/x").header("origin", "https://example.com").send(&Route::new("/api/x", hello));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn a_layer_that_fails_or_panics_is_a_hidden_500() {
    let failing = layer_fn(|_| {
        service_fn(async |_: Request<Body>| Err::<http::Response<Body>, BoxError>("s3cret".into()))
    });
    let panicking = layer_fn(|_| {
        service_fn(async |_: Request<Body>| -> Result<http::Response<Body>, BoxError> { panic!("s3cret") })
    });
    for route in [Route::new("/api/x", hello).layer(failing), Route::new("/api/x", hello).layer(panicking)] {
        let answer = TestRequest::get("/api/x").send(&route);
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), HIDDEN);
    }
}

/// Such a reply is a failure to every front door, and would be answered in its own words.
#[test]
fn invalid_status_of_a_layer_is_a_hidden_500() {
    for status in [101, 700] {
        let odd = MapResponseLayer::new(move |mut response: http::Response<Body>| {
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        });
        let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", hello).layer(odd));
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), HIDDEN, "{status}");
    }
}

#[tokio::test]
async fn layer_may_limit_the_request_body() {
    let route = Route::new("/api/x", length).layer(RequestBodyLimitLayer::new(4));
    for (body, status) in [("four", 200), ("fifth", 413)] {
        let named = Request::post("/api/x")
            .header("content-length", body.len())
            .body(Full::<Bytes>::from(body))
            .unwrap();
        assert_eq!(route.clone().call(named).await.unwrap().status(), status, "{body}");
        let streamed = Body::from_stream(futures_util::stream::iter([Ok::<_, BoxError>(body)]));
        let streamed = Request::post("/api/x").body(streamed).unwrap();
        assert_eq!(route.clone().call(streamed).await.unwrap().status(), status, "{body} as a stream");
        assert_eq!(
            TestRequest::post("/api/x").body(body).send_async(&route).await.status(),
            status,
            "{body} of an event"
        );
    }
}

/// Behind a server of its own a route reads the body as it comes, and a client may go away midway.
#[tokio::test]
async fn a_body_that_breaks_off_is_the_clients_mistake() {
    let broken = futures_util::stream::iter([Ok("half"), Err("gone")]);
    let request = Request::post("/api/x").body(Body::from_stream(broken)).unwrap();
    let response = Route::new("/api/x", length).call(request).await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.into_body().as_bytes(), Some(br#"{"error":"Invalid body"}"#.as_slice()));
}

#[tokio::test]
async fn panic_of_a_request_body_is_a_hidden_500() {
    let panics =
        futures_util::stream::poll_fn(|_| -> Poll<Option<Result<Bytes, BoxError>>> { panic!("s3cret") });
    let request = Request::post("/api/x").body(Body::from_stream(panics)).unwrap();
    let response = Route::new("/api/x", length).call(request).await.unwrap();
    let body = response.body().as_bytes().map(|body| std::str::from_utf8(body).unwrap());
    assert_eq!((response.status().as_u16(), body), (HIDDEN.0, Some(HIDDEN.1)));
}

#[tokio::test]
async fn a_route_is_a_service_in_any_tower_stack() {
    let mut stack = ServiceBuilder::new().service(Route::new("/api/x", length));
    let request = Request::post("/api/x").body(Full::<Bytes>::from("four")).unwrap();
    let response = stack.call(request).await.unwrap();
    assert_eq!(response.into_body().as_bytes(), Some(b"4".as_slice()));
}

#[test]
#[should_panic = "`/api/[[id]]` is no route: Optional route parameters are not yet supported"]
fn path_that_is_not_a_route_panics_at_once() {
    let _: Route = Route::new("/api/[[id]]", hello);
}

async fn parameters(req: ApiRequest, res: ApiResponse) -> Result {
    res.json(req.query().get_all("slug").collect::<Vec<_>>())
}

/// An API may map another path than the folder to a function; a Function URL maps nothing.
#[test]
fn parameters_of_another_path_are_from_api_gateway() {
    let route = Route::new("/api/shop/[[...slug]]", parameters);
    let http_api = json!({
        "version": "2.0", "routeKey": "ANY /store/{slug+}", "rawPath": "/store/a/b", "rawQueryString": "",
        "requestContext": { "http": { "method": "GET" }, "stage": "$default" },
        "headers": {}, "pathParameters": { "slug": "a/b" }, "isBase64Encoded": false,
    });
    assert_eq!(TestEvent::new(http_api.to_string()).send(&route).text(), r#"["a","b"]"#);
    for front_door in [FrontDoor::FunctionUrl, FrontDoor::Alb, FrontDoor::AlbMultiValue] {
        assert_eq!(TestRequest::get("/store/a/b").via(front_door).send(&route).status(), 404, "{front_door}");
    }
}

/// An HTTP API has decoded its path parameters, and lost what was wrong with them.
#[test]
fn path_that_cannot_be_decoded_is_refused() {
    let route = Route::new("/api/posts/[slug]", parameters);
    for front_door in [FrontDoor::HttpApiPayload1, FrontDoor::RestApi, FrontDoor::FunctionUrl, FrontDoor::Alb]
    {
        assert_eq!(
            TestRequest::get("/api/posts/%zz").via(front_door).send(&route).status(),
            400,
            "{front_door}"
        );
    }
}

#[test]
fn hook_takes_the_state_or_leaves_it_out() {
    async fn flush() {}
    async fn close(_: u8) -> std::io::Result<()> {
        Ok(())
    }
    let stateless: Route = Route::new("/api/x", hello).on_shutdown(flush);
    let closure: Route = Route::new("/api/x", hello).on_shutdown(async || {});
    let with_state = Route::new("/api/x", hello).on_shutdown(close).with_state(7);
    let without_state = Route::new("/api/x", hello).on_shutdown(flush).with_state(7_u8);
    for mut route in [stateless, closure, with_state, without_state] {
        assert!(route.take_shutdown().is_some());
    }
}
