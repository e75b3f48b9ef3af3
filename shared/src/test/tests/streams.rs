//! Answers that are read piece by piece.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::Context;
use crate::log;
use crate::sse;

const STREAMING: [FrontDoor; 2] = [FrontDoor::FunctionUrl, FrontDoor::RestApi];

/// A route whose stream is this, once.
fn streaming<E: Into<tower::BoxError> + 'static>(
    pieces: impl Stream<Item = Result<&'static str, E>> + Send + 'static,
) -> Route {
    let body = Mutex::new(Some(Body::from_stream(pieces)));
    let handler = move |_: ApiRequest, res: ApiResponse| {
        let body = body.lock().unwrap().take().unwrap_or_default();
        std::future::ready(res.body(body))
    };
    Route::new("/api/x", handler).streaming()
}

/// A route that streams what the test sends.
fn held() -> (UnboundedSender<&'static str>, Route) {
    let (send, pieces): (_, UnboundedReceiver<_>) = unbounded_channel();
    let pieces = stream::unfold(pieces, async |mut pieces| Some((pieces.recv().await?, pieces)));
    (send, streaming(pieces.map(Ok::<_, io::Error>)))
}

/// The events of a test, in order.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<&'static str>>>);

impl Diary {
    fn write(&self, line: &'static str) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}

/// Writes when it is dropped.
struct Dropped(Diary);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.write("stream dropped");
    }
}

/// Server-sent events without an end, or this many of them, with work for later.
fn ticks(diary: &Diary, count: usize) -> Route {
    async fn handler(req: ApiRequest, res: ApiResponse, (diary, count): (Diary, usize)) -> Result {
        let (late, dropped) = (diary.clone(), Dropped(diary.clone()));
        req.wait_until(async move { late.write("late work") });
        res.events(stream::iter(1..=count).map(move |n| {
            dropped.0.write("piece");
            sse::Event::new().json(n)
        }))
    }
    Route::new("/api/x", handler).with_state((diary.clone(), count)).streaming()
}

#[test]
fn piece_is_read_before_the_next_is_made() {
    let (send, route) = held();
    let mut stream = TestRequest::get("/api/x").stream(&route);
    for piece in ["one", "two"] {
        send.send(piece).unwrap();
        assert_eq!(stream.next().unwrap(), piece);
    }
    drop(send);
    assert_eq!((stream.next(), stream.next(), stream.failure()), (None, None, None));
}

#[tokio::test]
async fn piece_that_is_held_back_does_not_come() {
    let (send, route) = held();
    let mut stream = TestRequest::get("/api/x").stream_async(&route).await;
    for piece in ["one", "two"] {
        assert_eq!(stream.next_async().now_or_never(), None);
        send.send(piece).unwrap();
        assert_eq!(stream.next_async().await.unwrap(), piece);
    }
    assert_eq!(stream.next_async().now_or_never(), None);
    drop(send);
    assert_eq!((stream.next_async().await, stream.failure()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn paused_clock_holds_for_the_stream() {
    let hour = Duration::from_secs(3600);
    let slow = stream::iter(["one", "two"]).then(move |piece| async move {
        tokio::time::sleep(hour).await;
        Ok::<_, io::Error>(piece)
    });
    let begin = tokio::time::Instant::now();
    let mut stream = TestRequest::get("/api/x").stream_async(&streaming(slow)).await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    while stream.next_async().await.is_some() {}
    assert_eq!(begin.elapsed().as_secs(), 2 * hour.as_secs());
}

#[test]
fn dropped_stream_drops_the_handlers() {
    let diary = Diary::default();
    let mut stream = TestRequest::get("/api/x").stream(&ticks(&diary, usize::MAX));
    let events: Vec<_> = stream.by_ref().take(3).collect();
    assert_eq!(events, ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]);
    assert_eq!(diary.lines(), ["piece", "piece", "piece"]);
    drop(stream);
    assert_eq!(diary.lines()[3..], ["stream dropped"]);
}

#[tokio::test]
async fn late_work_comes_after_the_stream() {
    let order = ["piece", "piece", "stream dropped", "late work"];
    let diary = Diary::default();
    let mut stream = TestRequest::get("/api/x").stream(&ticks(&diary, 2));
    assert_eq!(stream.by_ref().take(2).count(), 2);
    assert_eq!(diary.lines(), order[..2]);
    assert_eq!((stream.next(), diary.lines()), (None, order.to_vec()));

    let diary = Diary::default();
    let mut stream = TestRequest::get("/api/x").stream_async(&ticks(&diary, 2)).await;
    while stream.next_async().await.is_some() {}
    assert_eq!(diary.lines(), order);
}

#[tokio::test]
async fn closed_stream_is_dropped_before_late_work() {
    let order = ["piece", "stream dropped", "late work"];
    let diary = Diary::default();
    let mut stream = TestRequest::get("/api/x").stream(&ticks(&diary, usize::MAX));
    assert!(stream.next().is_some());
    stream.close();
    assert_eq!(diary.lines(), order);

    let diary = Diary::default();
    let mut stream = TestRequest::get("/api/x").stream_async(&ticks(&diary, usize::MAX)).await;
    assert!(stream.next_async().await.is_some());
    stream.close_async().await;
    assert_eq!(diary.lines(), order);
}

#[test]
fn stream_that_fails_midway_has_its_error() {
    let failing = || stream::iter([Ok("one"), Err(io::Error::other("lost the rest")), Ok("never")]);
    let panicking = || {
        stream::iter([false, true]).map(|panics| {
            assert!(!panics, "out of paper");
            Ok::<_, io::Error>("one")
        })
    };
    for front_door in STREAMING {
        for (route, failure) in [
            (streaming(failing()), "Runtime.StreamError: the response's body failed: lost the rest"),
            (streaming(panicking()), "Runtime.Panic: the response's body panicked: out of paper"),
        ] {
            let mut stream = TestRequest::get("/api/x").via(front_door).stream(&route);
            assert_eq!((stream.next().unwrap().as_ref(), stream.failure()), (b"one".as_slice(), None));
            assert_eq!((stream.next(), stream.next()), (None, None));
            assert_eq!(stream.failure().unwrap().to_string(), failure);
        }
    }
}

#[test]
fn head_of_a_stream_is_read_from_its_prelude() {
    let route = Route::new("/api/posts/[id]", async |req: ApiRequest, res: ApiResponse| {
        let res = res.status(203).cookie(("b", "1")).cookie(("a", "2"));
        let res = res
            .append_header("vary", "a")
            .append_header("vary", "b")
            .header("x-id", req.query().get("id").unwrap());
        res.body(Body::from("body"))
    });
    let route = route.streaming();
    for front_door in STREAMING {
        let mut stream = TestRequest::get("/api/posts/7").via(front_door).stream(&route);
        assert_eq!((stream.status().as_u16(), stream.header("x-id")), (203, Some("7")), "{front_door}");
        assert_eq!(stream.set_cookies(), ["b=1", "a=2"], "{front_door}");
        let vary: Vec<_> = stream.headers().get_all("vary").iter().map(|v| v.to_str().unwrap()).collect();
        assert_eq!(vary.join(", "), "a, b", "{front_door}");
        assert_eq!(stream.next().unwrap(), "body", "{front_door}");
    }
}

#[test]
fn nothing_is_streamed_as_lambda_gets_it() {
    let route = || streaming(stream::iter([Ok::<_, io::Error>("")]));
    assert_eq!(TestRequest::get("/api/x").stream(&route()).collect::<Vec<_>>(), ["\n"]);
    let rest_api = TestRequest::get("/api/x").via(FrontDoor::RestApi);
    assert_eq!(rest_api.stream(&route()).count(), 0);
    let end = Route::new("/api/x", async |_: ApiRequest, res: ApiResponse| res.end()).streaming();
    let mut rest_api = TestRequest::get("/api/x").via(FrontDoor::RestApi).stream(&end);
    assert_eq!(rest_api.header("content-length"), Some("0"));
    assert_eq!(rest_api.next(), None);
}

#[test]
fn refused_request_is_streamed_too() {
    let route = Route::new("/api/x", async |_: ApiRequest, _: ApiResponse| {
        Err::<crate::Response, _>(crate::ApiError::new(401, "Sign in first"))
    });
    let mut stream = TestRequest::get("/api/x").stream(&route.streaming());
    assert_eq!(stream.status(), 401);
    assert_eq!(stream.next().unwrap(), r#"{"error":"Sign in first"}"#);
}

#[tokio::test]
async fn stream_and_late_work_are_in_the_invocation() {
    fn id() -> &'static str {
        match log::current().as_deref().map(|current| current.context.request_id()) {
            Some("7f3") => "7f3",
            _ => "none",
        }
    }
    let diary = Diary::default();
    let handler = async |req: ApiRequest, res: ApiResponse, diary: Diary| {
        diary.write(id());
        req.wait_until(async move { diary.write(id()) });
        res.stream(stream::once(async { Ok::<_, io::Error>(id()) }))
    };
    let route = Route::new("/api/x", handler).with_state(diary.clone()).streaming();
    let context = Context::new("7f3");
    let request = || TestRequest::get("/api/x").context(context.clone());
    assert_eq!(request().stream(&route).collect::<Vec<_>>(), ["7f3"]);
    let mut stream = request().stream_async(&route).await;
    assert_eq!(stream.next_async().await.unwrap(), "7f3");
    assert_eq!(stream.next_async().await, None);
    assert_eq!(diary.lines(), ["7f3"; 4]);
}

#[test]
fn recorded_event_is_streamed_to_its_front_door() {
    let recorded = TestRequest::get("/api/x").via(FrontDoor::RestApi);
    let (_, route) = held();
    assert_eq!(recorded.event(route.pattern()).stream(&route).count(), 0);
}

#[test]
fn front_door_that_collects_fails_a_test_of_a_stream() {
    let route = ticks(&Diary::default(), usize::MAX);
    for front_door in FrontDoor::ALL.iter().filter(|front_door| !STREAMING.contains(front_door)) {
        let request = TestRequest::get("/api/x").via(*front_door);
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| request.stream(&route)));
        let message = format!(
            "this front door ({front_door}) does not stream: choose `.via(FrontDoor::FunctionUrl)` or \
             `.via(FrontDoor::RestApi)`, or get the whole answer with `send`"
        );
        assert_eq!(crate::panics::message(&*failed.unwrap_err()), message);
    }
}

#[test]
#[should_panic = "`/api/x` does not stream: give the route `.streaming()`, or get the whole answer with `send`"]
fn route_that_collects_fails_a_test_of_a_stream() {
    let _ = TestRequest::get("/api/x").stream(&Route::new("/api/x", seen));
}

#[test]
#[should_panic = "the route panicked: on purpose"]
fn failed_invocation_fails_a_test_of_a_stream() {
    let panics = async |_: ApiRequest, _: ApiResponse| panic!("on purpose");
    let route = Route::new("/api/x", panics).panics_fail_the_invocation().streaming();
    let _ = TestRequest::get("/api/x").stream(&route);
}
