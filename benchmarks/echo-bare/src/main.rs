//! Sends a JSON body back, on `lambda_runtime` alone.

use std::collections::HashMap;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
struct Event {
    body: String,
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
    let value: Value = serde_json::from_str(&event.payload.body)?;
    Ok(Reply {
        status_code: 200,
        headers: HashMap::from([("content-type", "application/json; charset=utf-8")]),
        cookies: Vec::new(),
        is_base64_encoded: false,
        body: serde_json::to_string(&value)?,
    })
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(lambda_runtime::Runtime::new(service_fn(handler)).run())
}
