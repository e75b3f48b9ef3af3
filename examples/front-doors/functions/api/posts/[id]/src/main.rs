//! `/api/posts/[id]`: which post, and which front door the request came by.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    res.json(json!({ "post": req.query().get("id"), "by": req.front_door().map(|door| door.to_string()) }))
}

fn main() -> ExitCode {
    route!(handler).run()
}
