//! `/api/docs/[...slug]`: a catch-all takes all further segments, at least one.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let slug: Vec<_> = req.query().get_all("slug").collect();
    res.json(json!({ "slug": slug }))
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
    fn slug_is_a_list_of_segments() {
        for (target, body) in [
            ("/api/docs/intro", r#"{"slug":["intro"]}"#),
            ("/api/docs/guide/routes/dynamic", r#"{"slug":["guide","routes","dynamic"]}"#),
            ("/api/docs/a%20b/c?slug=d", r#"{"slug":["a b","c"]}"#),
        ] {
            assert_eq!(TestRequest::get(target).send(&route()).text(), body, "{target}");
        }
    }

    #[test]
    fn docs_without_a_slug_are_not_found() {
        assert_eq!(TestRequest::get("/api/docs").send(&route()).status(), 404);
    }
}
