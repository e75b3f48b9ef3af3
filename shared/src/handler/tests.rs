use super::{Handler, Wrapped};
use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
use crate::route::Route;
use crate::test::TestRequest;

#[derive(Clone)]
struct User(&'static str);

async fn greet(req: ApiRequest, res: ApiResponse) -> Result {
    let User(name) = req.extensions().get().expect("a wrapper put it there");
    res.send(*name)
}

async fn known(mut req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
    req.extensions_mut().insert(User("Ann"));
    inner.run(req, res.header("x-known", "yes")).await
}

#[test]
fn wrapper_changes_request_and_response() {
    let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", greet.wrap(known)));
    assert_eq!((answer.text().as_str(), answer.header("x-known")), ("Ann", Some("yes")));
}

#[test]
fn the_last_wrapper_is_the_outermost() {
    async fn refuses(_: ApiRequest, res: ApiResponse, _: Wrapped) -> Result {
        res.status(401).end()
    }
    async fn never(_: ApiRequest, _: ApiResponse, _: Wrapped) -> Result {
        panic!("an outer wrapper has answered")
    }
    let route = Route::new("/api/x", greet.wrap(never).wrap(refuses));
    assert_eq!(TestRequest::get("/api/x").send(&route).status(), 401);
}

#[test]
fn a_wrapper_sees_the_error_of_the_handler() {
    async fn fails(_: ApiRequest, _: ApiResponse) -> Result {
        Err(crate::ApiError::new(409, "Taken"))
    }
    async fn forgives(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        match inner.run(req, res).await {
            Err(error) if error.status() == 409 => ApiResponse::new().send("never mind"),
            answer => answer,
        }
    }
    let route = Route::new("/api/x", fails.wrap(forgives));
    assert_eq!(TestRequest::get("/api/x").send(&route).text(), "never mind");
}

#[test]
fn a_wrapper_runs_after_the_checks_of_the_route() {
    let route = Route::new("/api/x", greet.wrap(known)).body_limit(1);
    assert_eq!(TestRequest::post("/api/x").body("two").send(&route).status(), 413);
}

mod state {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{ApiRequest, ApiResponse, Handler, Result, Route, TestRequest, Wrapped};
    use crate::methods::get;

    /// A client as programs have it: not `Debug`, and shared by its clones.
    #[derive(Clone, Default)]
    struct Counter(Arc<AtomicUsize>);

    impl Counter {
        fn next(&self) -> usize {
            self.0.fetch_add(1, Ordering::Relaxed)
        }
    }

    async fn read(_: ApiRequest, res: ApiResponse, counter: Counter) -> Result {
        res.json(counter.next())
    }

    async fn write(_: ApiRequest, res: ApiResponse, counter: Counter) -> Result {
        res.status(201).json(counter.next())
    }

    async fn hello(_: ApiRequest, res: ApiResponse) -> Result {
        res.send("hello")
    }

    async fn counted(req: ApiRequest, res: ApiResponse, inner: Wrapped, counter: Counter) -> Result {
        inner.run(req, res.header("x-count", counter.next())).await
    }

    async fn marked(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        inner.run(req, res.header("x-marked", "yes")).await
    }

    #[test]
    fn methods_and_wrappers_share_the_state_of_a_route() {
        let methods = get(read).post(write.wrap(counted).wrap(marked)).put(hello);
        let route = Route::new("/api/x", methods).with_state(Counter::default());
        assert_eq!(TestRequest::get("/api/x").send(&route).text(), "0");
        let written = TestRequest::post("/api/x").send(&route);
        assert_eq!((written.text().as_str(), written.header("x-count")), ("2", Some("1")));
        assert_eq!(written.header("x-marked"), Some("yes"));
        assert_eq!(TestRequest::put("/api/x").send(&route).text(), "hello");
        assert_eq!(TestRequest::get("/api/x").send(&route.clone()).text(), "3");
    }

    #[test]
    fn each_state_of_a_route_is_its_own() {
        let route: Route<Counter> = Route::new("/api/x", read.wrap(marked));
        let (one, other) =
            (route.clone().with_state(Counter::default()), route.with_state(Counter::default()));
        assert_eq!(TestRequest::get("/api/x").send(&one).text(), "0");
        assert_eq!(TestRequest::get("/api/x").send(&one).text(), "1");
        assert_eq!(TestRequest::get("/api/x").send(&other).text(), "0");
    }

    #[test]
    fn route_without_its_state_keeps_settings_and_layers() {
        let layer = tower_http::set_header::SetResponseHeaderLayer::overriding(
            http::header::SERVER,
            http::HeaderValue::from_static("us"),
        );
        let route = Route::new("/api/[id]", get(read)).body_limit(1).layer(layer);
        assert_eq!(route.path(), "/api/[id]");
        let route = route.with_state(Counter::default());
        let refused = TestRequest::get("/api/7").body("two").send(&route);
        assert_eq!((refused.status().as_u16(), refused.header("server")), (413, Some("us")));
    }

    #[test]
    fn closures_take_state_too() {
        let prefix = String::from("count: ");
        let route = Route::new("/api/x", move |_: ApiRequest, res: ApiResponse, counter: Counter| {
            let answer = format!("{prefix}{}", counter.next());
            async move { res.send(answer) }
        });
        let route = route.with_state(Counter::default());
        assert_eq!(TestRequest::get("/api/x").send(&route).text(), "count: 0");
    }
}
