//! `/api/cors`: lets the pages of another origin read the answer. Without CORS headers, only pages of the own origin
//! can.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, HeaderValue, Method, Result, Route, header, route};
use serde_json::json;
use tower_http::cors::CorsLayer;

async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    res.json(json!({ "message": "Hello, other origin" }))
}

fn route() -> Route {
    let cors = CorsLayer::new()
        .allow_origin([HeaderValue::from_static("https://app.example.com")])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE]);
    route!(handler).layer(cors)
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::Method;
    use api_routes::test::TestRequest;

    #[test]
    fn answer_is_open_to_one_origin() {
        for (origin, allowed) in
            [("https://app.example.com", Some("https://app.example.com")), ("https://evil.example", None)]
        {
            let answer = TestRequest::get("/api/cors").header("origin", origin).send(&route());
            assert_eq!(
                (answer.status().as_u16(), answer.header("access-control-allow-origin")),
                (200, allowed)
            );
        }
    }

    #[test]
    fn preflight_is_answered_before_the_handler() {
        let preflight = TestRequest::new(Method::OPTIONS, "/api/cors")
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "POST");
        let answer = preflight.send(&route());
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), (200, ""));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST"));
    }
}
