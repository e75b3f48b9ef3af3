//! A route in a program on axum.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, also in what it shares")]

use api_routes::{ApiRequest, ApiResponse, Result, Route};
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt;
use serde_json::json;
use tokio::sync::mpsc;
use tower::ServiceExt;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    res.json(json!({
        "id": req.query().get("id"),
        "page": req.query().get("page"),
        "body": req.text()?,
        "lambda": req.context().is_some(),
    }))
}

async fn answer(app: Router, request: Request<Body>) -> (u16, String) {
    let response = app.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_route_is_a_service_of_its_router() {
    let app = Router::new()
        .route("/hello", get(async || "from axum"))
        .route_service("/api/posts/{id}", Route::new("/api/posts/[id]", handler).body_limit(10));
    let post = |body: &'static str| Request::post("/api/posts/a%20b?page=2&id=9").body(body.into()).unwrap();
    assert_eq!(
        answer(app.clone(), post("ten bytes.")).await,
        (200, r#"{"id":"a b","page":"2","body":"ten bytes.","lambda":false}"#.to_owned())
    );
    assert_eq!(answer(app.clone(), post("eleven byte")).await.0, 413);
    let hello = Request::get("/hello").body(Body::empty()).unwrap();
    assert_eq!(answer(app, hello).await, (200, "from axum".to_owned()));
}

#[tokio::test]
async fn late_work_is_spawned() {
    let (done, mut read_done) = mpsc::channel(1);
    let route = Route::new("/api/late", move |req: ApiRequest, res: ApiResponse| {
        let done = done.clone();
        async move {
            req.wait_until(async move { done.send("late").await.unwrap() });
            res.end()
        }
    });
    let app = Router::new().route_service("/api/late", route);
    assert_eq!(answer(app, Request::get("/api/late").body(Body::empty()).unwrap()).await.0, 200);
    assert_eq!(read_done.recv().await, Some("late"));
}
