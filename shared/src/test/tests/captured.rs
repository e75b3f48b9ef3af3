//! Requests for the code that a handler calls.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::Context;
use crate::panics;

const PATH: &str = "/api/posts/[id]/[...rest]";

/// Everything that a handler can ask of its request.
fn all(req: &ApiRequest) -> Value {
    let headers: Vec<_> =
        req.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    json!({
        "method": req.method().as_str(),
        "uri": req.uri().to_string(),
        "headers": headers,
        "extensions": req.extensions().len(),
        "query": req.query().iter().collect::<Vec<_>>(),
        "cookies": req.cookies().iter().collect::<Vec<_>>(),
        "body": req.bytes().to_vec(),
        "json": req.body::<Value>().unwrap(),
        "front door": req.front_door().map(|front_door| front_door.to_string()),
        "ip": req.client_ip(),
        "event": req.event::<Value>().unwrap(),
        "context": req.context().map(|context| (context.request_id(), context.invoked_function_arn())),
        "time": req.remaining_time(),
    })
}

#[test]
fn captured_request_is_the_handlers() {
    let context = Context::new("7f3");
    let request = || {
        TestRequest::put("/api/posts/7%20b/x/%C3%A9?q=1%202&q=%26&empty&id=9&e=%C3%A9")
            .cookie("a", "1")
            .cookie("b", "%20")
            .header("x-a", "1")
            .header("x-a", "2")
            .json(json!({ "a": [1, "é"] }))
    };
    let on_lambda = || request().context(context.clone()).remaining_time(Duration::ZERO);
    for front_door in FrontDoor::ALL {
        for request in [&request as &dyn Fn() -> TestRequest, &on_lambda] {
            let seen = Arc::<Mutex<Value>>::default();
            let kept = Arc::clone(&seen);
            let route = Route::new(PATH, move |req: ApiRequest, res: ApiResponse| {
                *kept.lock().unwrap() = all(&req);
                std::future::ready(res.end())
            });
            request().via(*front_door).send(&route);
            let expected = seen.lock().unwrap().take();
            let captured = all(&request().via(*front_door).into_api_request(PATH));
            let event = request().via(*front_door).event(route.pattern());
            let recorded = all(&event.into_api_request(PATH));
            assert_eq!(captured, expected, "{front_door}");
            assert_eq!(recorded, expected, "{front_door}");
        }
    }
}

#[test]
fn request_of_another_path_reaches_no_handler() {
    for target in ["/api/posts", "/api/others/7"] {
        for front_door in FrontDoor::ALL {
            let request = TestRequest::get(target).via(*front_door);
            let captured = catch_unwind(AssertUnwindSafe(|| {
                request.into_api_request("/api/posts/[id]").method().clone()
            }));
            let message = "the request does not reach a handler of `/api/posts/[id]`, but is answered with \
                           404 Not Found: give the path of the route that the request is for";
            assert_eq!(panics::message(&*captured.unwrap_err()), message, "{front_door} {target}");
        }
    }
}

#[test]
#[should_panic = "`api/x` is no route"]
fn path_that_is_not_a_route_fails_the_test() {
    let _ = TestRequest::get("/api/x").into_api_request("api/x");
}

#[test]
#[should_panic = "the request's body failed: broken"]
fn failed_request_body_fails_the_test() {
    let body = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("broken"))]));
    let _ = TestRequest::post("/api/x").body(body).into_api_request("/api/x");
}

#[test]
fn large_body_is_captured() {
    let request = TestRequest::post("/api/x").body(vec![b'a'; 3 * crate::MB]).into_api_request("/api/x");
    assert_eq!(request.bytes().len(), 3 * crate::MB);
}

#[test]
fn late_work_without_an_answer_is_not_done() {
    let done = Arc::new(());
    let work = Arc::clone(&done);
    let request = TestRequest::get("/api/x").into_api_request("/api/x");
    request.wait_until(async move { panic!("{work:?}") });
    assert_eq!(Arc::strong_count(&done), 2);
    drop(request);
    assert_eq!(Arc::strong_count(&done), 1);
}
