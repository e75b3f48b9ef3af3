//! `/api/preview`: a stub that answers 501.

// Ported from pages/api/preview.ts. Found by text search, not verified:
// - pages/api/preview.ts:2: query `secret`: `req.query().get("secret")`
// - pages/api/preview.ts:2: process.env `PREVIEW_SECRET`: `std::env::var("PREVIEW_SECRET")` in `connect`; declare it in `template.yaml`
// - pages/api/preview.ts:3: query `exit`: `req.query().get("exit")`
// - pages/api/preview.ts:4: `clearPreviewData`: not available, since it needs Next's page renderer; keep this route in Next.js, or set a signed cookie of your own
// - pages/api/preview.ts:5: `redirect`: `res.redirect("/path")` answers 307, unless `status` sets another
// - pages/api/preview.ts:7: `setDraftMode`: not available, since it needs Next's page renderer; keep this route in Next.js, or set a signed cookie of your own
// - pages/api/preview.ts:8: query `slug`: `req.query().get("slug")`
// - pages/api/preview.ts:8: `setPreviewData`: not available, since it needs Next's page renderer; keep this route in Next.js, or set a signed cookie of your own

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/preview from pages/api/preview.ts";

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

    const PATH: &str = "/api/preview";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
