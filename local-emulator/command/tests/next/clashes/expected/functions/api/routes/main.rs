//! `/api/routes`: a stub that answers 501.

// Ported from src/pages/api/routes/index.ts. A text search found nothing in it to list.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/routes from src/pages/api/routes/index.ts";

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

    const PATH: &str = "/api/routes";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
