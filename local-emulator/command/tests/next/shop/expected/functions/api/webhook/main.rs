//! `/api/webhook`: a stub that answers 501.

// Ported from pages/api/webhook.ts. Found by text search, not verified:
// - pages/api/webhook.ts:1: imports `micro`: `req.bytes()` is the raw body
// - pages/api/webhook.ts:2: imports `stripe`: no counterpart is known; find a crate, or call the service over HTTP
// - pages/api/webhook.ts:5: process.env `STRIPE_SECRET`: `std::env::var("STRIPE_SECRET")` in `connect`; declare it in `template.yaml`
// - pages/api/webhook.ts:5: process.env `STRIPE_WEBHOOK_SECRET`: `std::env::var("STRIPE_WEBHOOK_SECRET")` in `connect`; declare it in `template.yaml`
// - pages/api/webhook.ts:9: `bodyParser: false`: became `.no_body_limit()`; `req.bytes()` is the raw body
// - pages/api/webhook.ts:9: `externalResolver`: nothing to port. A handler that forgets to answer does not compile
// - pages/api/webhook.ts:12: method `POST`: port it to `answer_post`
// - pages/api/webhook.ts:14: process.env `ORDERS_URL`: `std::env::var("ORDERS_URL")` in `connect`; declare it in `template.yaml`
// Other methods get a 405 here, while the handler of Next.js gets them all.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, post, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/webhook from pages/api/webhook.ts";

async fn answer_post(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

fn route() -> Route {
    route!(post(answer_post)).no_body_limit()
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    const PATH: &str = "/api/webhook";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::post(PATH).send(&route()).status(), 501);
    }
}
