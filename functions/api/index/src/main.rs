//! `/api`: a folder named `index` answers for the folder around it.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde_json::json;

async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    res.header("cache-control", "no-store").json(json!({ "status": "ok" }))
}

fn route() -> Route {
    route!(handler)
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    #[test]
    fn health_check_is_not_cached() {
        let answer = TestRequest::get("/api").send(&route());
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.text(), r#"{"status":"ok"}"#);
    }
}
