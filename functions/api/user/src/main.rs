//! `/api/user`: answers with JSON.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde_json::json;

async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    res.status(200).json(json!({ "name": "John Doe" }))
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
    fn user_is_john_doe() {
        let answer = TestRequest::get("/api/user").send(&route());
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(answer.text(), r#"{"name":"John Doe"}"#);
    }
}
