//! `/api/posts/[id]`: a dynamic segment becomes a query parameter of its name.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    res.json(json!({ "id": req.query().get("id") }))
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
    fn decoded_segment_replaces_the_query_parameter() {
        for (target, body) in [
            ("/api/posts/7", r#"{"id":"7"}"#),
            ("/api/posts/7?id=9", r#"{"id":"7"}"#),
            ("/api/posts/caf%C3%A9%2Fau%20lait", r#"{"id":"café/au lait"}"#),
        ] {
            assert_eq!(TestRequest::get(target).send(&route()).text(), body, "{target}");
        }
    }

    #[test]
    fn post_without_an_id_is_not_found() {
        assert_eq!(TestRequest::get("/api/posts/").send(&route()).status(), 404);
    }
}
