//! `/api/shop/[[...slug]]`: an optional catch-all also takes `/api/shop`. The handler reads the query as a type.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Shelf {
    #[serde(default)]
    slug: Vec<String>,
    page: Option<u32>,
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let Shelf { slug, page } = req.query().parse()?;
    res.json(json!({ "slug": slug, "page": page.unwrap_or(1) }))
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
    use serde_json::{Value, json};

    #[test]
    fn shelf_may_have_a_slug_and_a_page() {
        for (target, slug, page) in [
            ("/api/shop", json!([]), 1),
            ("/api/shop?page=2", json!([]), 2),
            ("/api/shop/clothes", json!(["clothes"]), 1),
            ("/api/shop/clothes/tops?page=3", json!(["clothes", "tops"]), 3),
        ] {
            let answer = TestRequest::get(target).send(&route());
            assert_eq!(answer.json::<Value>(), json!({ "slug": slug, "page": page }), "{target}");
        }
    }

    #[test]
    fn page_that_is_not_a_number_is_refused() {
        let answer = TestRequest::get("/api/shop?page=two").send(&route());
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.json::<Value>()["details"][0]["path"], "page");
    }
}
