//! `/api/posts/[id]`: answers with the id of the post and the front door of the request.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    res.json(json!({ "post": req.query().get("id"), "by": req.front_door().map(|door| door.to_string()) }))
}

fn main() -> ExitCode {
    route!(handler).run()
}
