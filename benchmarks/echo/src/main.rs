//! Sends a JSON body back, on `api-routes`. With `ETAG` in the environment, the answer has an `ETag`.

use std::env;
use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route};
use serde_json::Value;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let value: Value = req.body()?;
    res.json(value)
}

fn main() -> ExitCode {
    let route = Route::new("/api/user", handler).no_body_limit();
    if env::var_os("ETAG").is_some() { route.run() } else { route.no_etag().run() }
}
