//! `/api/shop/[[...slug]]`: a stub that answers 501.

// Ported from pages/api/shop/[[...slug]].js. Found by text search, not verified:
// - pages/api/shop/[[...slug]].js:2: query `slug`: `req.query().get_all("slug")`
// - pages/api/shop/[[...slug]].js:2: query as a whole: `req.query().parse::<T>()` fills a type

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str =
    "Not ported yet: functions/api/shop/[[...slug]] from pages/api/shop/[[...slug]].js";

async fn handler(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
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

    const PATH: &str = "/api/shop";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
