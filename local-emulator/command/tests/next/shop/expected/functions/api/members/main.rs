//! `/api/members`: a stub that answers 501.

// Ported from pages/api/members.ts. Found by text search, not verified:
// - pages/api/members.ts:1: imports `next-connect`: `get(list).post(create)` for methods, `handler.wrap(…)` for middleware
// - pages/api/members.ts:2: imports `cors`: `.layer(CorsLayer::new()…)` of `tower-http` on the route
// - pages/api/members.ts:3: imports `jsonwebtoken`: no counterpart is known; find a crate, or call the service over HTTP
// - pages/api/members.ts:4: imports `~/server/members`: code of your own, which was not read; port it as well
// - pages/api/members.ts:6: process.env `ORIGIN`: `std::env::var("ORIGIN")` in `connect`; declare it in `template.yaml`
// - pages/api/members.ts:10: cookies `token`: `req.cookies().get("token")`
// - pages/api/members.ts:10: process.env `JWT_SECRET`: `std::env::var("JWT_SECRET")` in `connect`; declare it in `template.yaml`
// - pages/api/members.ts:11: query as a whole: `req.query().parse::<T>()` fills a type

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/members from pages/api/members.ts";

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

    const PATH: &str = "/api/members";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
