//! Tests of the thread that a request runs on, and of the values that a test provides with it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::future::join;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Barrier;

use super::*;
use crate::Context;
use crate::log;

const HOUR: Duration = Duration::from_secs(3600);

/// A route that asks a server on this port for its text.
fn proxy(port: u16) -> Route {
    Route::new("/api/x", async |_: ApiRequest, res: ApiResponse, port: u16| {
        let mut text = String::new();
        TcpStream::connect(("127.0.0.1", port)).await?.read_to_string(&mut text).await?;
        res.send(text)
    })
    .with_state(port)
}

#[tokio::test]
async fn test_on_one_thread_serves_its_own_handler() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let route = proxy(server.local_addr().unwrap().port());
    let serve = async {
        let (mut client, _) = server.accept().await.unwrap();
        client.write_all(b"from the test").await.unwrap();
    };
    let (answer, ()) = join(TestRequest::get("/api/x").send_async(&route), serve).await;
    assert_eq!(answer.text(), "from the test");
}

/// Such as a handler whose service is a route too.
#[test]
fn handler_sends_a_request_to_another_route() {
    let inner = |_: ApiRequest, res: ApiResponse| async { res.send("from the other route") };
    let inner = Route::new("/api/inner", inner);
    let outer = async |_: ApiRequest, res: ApiResponse, inner: Route| {
        res.send(TestRequest::get("/api/inner").send(&inner).text())
    };
    let outer = Route::new("/api/outer", outer).with_state(inner);
    assert_eq!(TestRequest::get("/api/outer").send(&outer).text(), "from the other route");
}

#[tokio::test]
async fn requests_of_one_test_run_side_by_side() {
    let route = Route::new("/api/x", async |_: ApiRequest, res: ApiResponse, both: Arc<Barrier>| {
        both.wait().await;
        res.end()
    });
    let route = route.with_state(Arc::new(Barrier::new(2)));
    let spawned = route.clone();
    let spawned = tokio::spawn(async move { TestRequest::get("/api/x").send_async(&spawned).await });
    assert_eq!(TestRequest::get("/api/x").send_async(&route).await.status(), 200);
    assert_eq!(spawned.await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn clock_of_the_test_is_the_handlers() {
    let route = Route::new("/api/x", async |req: ApiRequest, res: ApiResponse| {
        req.wait_until(async { tokio::time::sleep(HOUR).await });
        tokio::time::sleep(HOUR).await;
        res.end()
    });
    let begin = tokio::time::Instant::now();
    TestRequest::get("/api/x").send_async(&route).await;
    assert_eq!(begin.elapsed().as_secs(), 2 * HOUR.as_secs());
}

#[tokio::test]
async fn only_send_async_uses_the_runtime_of_the_test() {
    let route = Route::new("/api/x", async |_: ApiRequest, res: ApiResponse| {
        res.send(format!("{:?}", Handle::current().runtime_flavor()))
    });
    let here = TestRequest::get("/api/x").send_async(&route).await;
    let shared = TestRequest::get("/api/x").send(&route);
    assert_eq!(here.text(), format!("{:?}", RuntimeFlavor::CurrentThread));
    assert_eq!(shared.text(), format!("{:?}", RuntimeFlavor::MultiThread));
}

#[tokio::test]
#[should_panic = "the route panicked: on purpose"]
async fn failed_invocation_fails_an_async_test() {
    let panics = async |_: ApiRequest, _: ApiResponse| panic!("on purpose");
    TestRequest::get("/api/x").send_async(&Route::new("/api/x", panics).panics_fail_the_invocation()).await;
}

#[tokio::test]
#[should_panic = "the request's body failed: broken"]
async fn failed_request_body_fails_an_async_test() {
    let body = Body::from_stream(stream::iter([Err::<Bytes, _>(std::io::Error::other("broken"))]));
    TestRequest::post("/api/x").body(body).send_async(&Route::new("/api/x", seen)).await;
}

/// Lambda's side of a request, as a handler sees it.
#[derive(Debug, PartialEq)]
struct Side {
    remaining_time: Option<Duration>,
    context: Option<Context>,
    logged_id: Option<String>,
}

/// Sends the request through each front door, and as an event that was recorded.
fn sides(request: impl Fn() -> TestRequest) -> Vec<Side> {
    let sides = Arc::<Mutex<Vec<Side>>>::default();
    let seen = Arc::clone(&sides);
    let route = Route::new("/api/x", move |req: ApiRequest, res: ApiResponse| {
        let logged_id = log::current().map(|current| current.context.request_id().to_owned());
        let (remaining_time, context) = (req.remaining_time(), req.context().cloned());
        seen.lock().unwrap().push(Side { remaining_time, context, logged_id });
        std::future::ready(res.end())
    });
    for front_door in FrontDoor::ALL {
        request().via(*front_door).send(&route);
        request().via(*front_door).event(route.pattern()).send(&route);
    }
    drop(route);
    Arc::into_inner(sides).unwrap().into_inner().unwrap()
}

#[test]
fn time_that_a_test_gives_does_not_pass() {
    for time in [Duration::ZERO, Duration::from_nanos(1_234_567_891), Duration::MAX] {
        let expected = Side { remaining_time: Some(time), context: None, logged_id: None };
        for side in sides(|| TestRequest::get("/api/x").remaining_time(time)) {
            assert_eq!(side, expected);
        }
    }
}

#[test]
fn context_that_a_test_gives_is_the_handlers() {
    let context =
        Context::new("7f3").with_invoked_function_arn("arn:aws:lambda:us-east-1:123456789012:function:x");
    for Side { remaining_time, context: seen, logged_id } in
        sides(|| TestRequest::get("/api/x").context(context.clone()))
    {
        assert_eq!((seen.as_ref(), logged_id.as_deref()), (Some(&context), Some("7f3")));
        let minutes = remaining_time.unwrap().as_secs() / 60;
        assert!((14..=15).contains(&minutes), "{minutes}");
    }
    for side in sides(|| TestRequest::get("/api/x").context(context.clone()).remaining_time(HOUR)) {
        assert_eq!(side.remaining_time, Some(HOUR));
        let deadline = side.context.unwrap().deadline().duration_since(SystemTime::now()).unwrap();
        assert!(deadline <= HOUR && deadline.as_secs() > 3500, "{deadline:?}");
    }
}

#[test]
fn without_either_a_test_has_no_side_of_lambda() {
    for side in sides(|| TestRequest::get("/api/x")) {
        assert_eq!(side, Side { remaining_time: None, context: None, logged_id: None });
    }
}
