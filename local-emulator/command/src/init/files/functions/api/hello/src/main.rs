//! `/api/hello`: greets the caller by the query parameter `name`.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let name = req.query().get("name").unwrap_or("World");
    res.json(json!({ "greeting": format!("Hello, {name}!") }))
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
    fn name_is_part_of_the_greeting() {
        let answer = TestRequest::get("/api/hello?name=Ann").send(&route());
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text(), r#"{"greeting":"Hello, Ann!"}"#);
    }

    #[test]
    fn missing_name_greets_the_world() {
        let answer = TestRequest::get("/api/hello").send(&route());
        assert_eq!(answer.text(), r#"{"greeting":"Hello, World!"}"#);
    }
}
