//! A function without a library: `lambda_runtime` alone reads the same members of the same event into owned values, and
//! answers with the same JSON.

use std::collections::HashMap;
use std::hint::black_box;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    raw_path: String,
    raw_query_string: String,
    #[serde(default)]
    query_string_parameters: HashMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    headers: HashMap<String, String>,
    request_context: RequestContext,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
struct RequestContext {
    http: Http,
}

#[derive(Deserialize)]
struct Http {
    method: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    status_code: u16,
    headers: HashMap<&'static str, &'static str>,
    cookies: Vec<String>,
    is_base64_encoded: bool,
    body: String,
}

async fn handler(event: LambdaEvent<Event>) -> Result<Reply, Error> {
    let event = black_box(event.payload);
    black_box((&event.raw_path, &event.raw_query_string, &event.query_string_parameters, &event.cookies));
    black_box((&event.headers, &event.request_context.http.method, &event.body, event.is_base64_encoded));
    Ok(Reply {
        status_code: 200,
        headers: HashMap::from([("content-type", "application/json; charset=utf-8")]),
        cookies: Vec::new(),
        is_base64_encoded: false,
        body: serde_json::json!({ "name": "John Doe" }).to_string(),
    })
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Not `lambda_runtime::run`, which would add a tracing span to each call.
    runtime.block_on(lambda_runtime::Runtime::new(service_fn(handler)).run())
}
