//! `/api/og/card`: a stub that answers 501.

// Ported from pages/api/og/card.tsx. Found by text search, not verified:
// - pages/api/og/card.tsx:1: imports `next/og`: a part of Next.js, which is not here
// - pages/api/og/card.tsx:4: `runtime: 'edge'`: the handler takes a `NextRequest` and returns a `Response`; rewrite it as `handler(req, res)`. An edge route has no limit for bodies, and this one has 1 MB
// - pages/api/og/card.tsx:7: query `title`: `req.query().get("title")`
// - pages/api/og/card.tsx:8: cookies `theme`: `req.cookies().get("theme")`

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/og/card from pages/api/og/card.tsx";

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

    const PATH: &str = "/api/og/card";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
