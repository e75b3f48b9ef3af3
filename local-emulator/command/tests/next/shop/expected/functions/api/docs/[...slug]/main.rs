//! `/api/docs/[...slug]`: a stub that answers 501.

// Ported from pages/api/docs/[...slug].ts. Found by text search, not verified:
// - pages/api/docs/[...slug].ts:1: imports `fs/promises` of Node: use `std`, or a crate
// - pages/api/docs/[...slug].ts:2: imports `path` of Node: use `std`, or a crate
// - pages/api/docs/[...slug].ts:5: query `slug`: `req.query().get_all("slug")`

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str =
    "Not ported yet: functions/api/docs/[...slug] from pages/api/docs/[...slug].ts";

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

    const PATH: &str = "/api/docs/a/b";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
