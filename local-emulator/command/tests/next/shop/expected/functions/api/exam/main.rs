//! `/api/exam`: a stub that answers 501.

// Ported from pages/api/exam/index.ts. Found by text search, not verified:
// - pages/api/exam/index.ts:1: imports `../../../lib/exam`: code of your own, which was not read; port it as well

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/exam from pages/api/exam/index.ts";

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

    const PATH: &str = "/api/exam";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
