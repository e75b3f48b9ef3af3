//! `/api/shop/[[...slug]]`: takes any number of segments.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let slug: Vec<_> = req.query().get_all("slug").collect();
    res.json(json!({ "slug": slug }))
}

fn main() -> ExitCode {
    route!(handler).run()
}
