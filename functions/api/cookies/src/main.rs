//! `/api/cookies`: counts the visits of a browser in a cookie.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Cookie, Result, Route, SameSite, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let before = req.cookies().get("visits").and_then(|visits| visits.parse().ok()).unwrap_or(0_u32);
    let visits = before.saturating_add(1);
    let cookie = Cookie::build(("visits", visits.to_string()));
    res.cookie(cookie.path("/").http_only(true).same_site(SameSite::Lax)).json(json!({ "visits": visits }))
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
    fn each_visit_adds_one() {
        for (sent, body) in [("", r#"{"visits":1}"#), ("1", r#"{"visits":2}"#), ("many", r#"{"visits":1}"#)] {
            assert_eq!(
                TestRequest::get("/api/cookies").cookie("visits", sent).send(&route()).text(),
                body,
                "{sent}"
            );
        }
    }

    #[test]
    fn count_is_in_a_cookie_hidden_from_scripts() {
        let answer = TestRequest::get("/api/cookies").cookie("visits", "4").send(&route());
        assert_eq!(answer.set_cookies(), ["visits=5; HttpOnly; SameSite=Lax; Path=/"]);
    }
}
