//! `/api/contact`: a stub that answers 501.

// Ported from pages/api/contact.js. Found by text search, not verified:
// - pages/api/contact.js:2: method `OPTIONS`: port it to `handler`
// - pages/api/contact.js:3: process.env `MAIL_HOST`: `std::env::var("MAIL_HOST")` in `connect`; declare it in `template.yaml`
// - pages/api/contact.js:3: process.env `MAIL_KEY`: `std::env::var("MAIL_KEY")` in `connect`; declare it in `template.yaml`

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/contact from pages/api/contact.js";

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

    const PATH: &str = "/api/contact";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
