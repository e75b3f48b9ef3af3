//! `/api/auth/[...nextauth]`: a stub that answers 501.

// Ported from pages/api/auth/[...nextauth].ts. Found by text search, not verified:
// - pages/api/auth/[...nextauth].ts:1: imports `next-auth`: no counterpart is known; find a crate, or call the service over HTTP
// - pages/api/auth/[...nextauth].ts:5: process.env `GITHUB_ID`: `std::env::var("GITHUB_ID")` in `connect`; declare it in `template.yaml`
// - pages/api/auth/[...nextauth].ts:5: process.env `GITHUB_SECRET`: `std::env::var("GITHUB_SECRET")` in `connect`; declare it in `template.yaml`

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str =
    "Not ported yet: functions/api/auth/[...nextauth] from pages/api/auth/[...nextauth].ts";

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

    const PATH: &str = "/api/auth/a/b";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
