//! Gives the same answer on `lambda_http`, with its default features and its documented `main`.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

async fn handler(_request: Request) -> Result<Response<Body>, Error> {
    let body = serde_json::json!({ "name": "John Doe" }).to_string();
    Ok(Response::builder()
        .status(200)
        .header("content-type", "application/json; charset=utf-8")
        .body(body.into())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}
