//! `/api/words`: a stub that answers 501.

// Ported from pages/api/words.ts. Found by text search, not verified:
// - pages/api/words.ts:5: imports `good`: no counterpart is known; find a crate, or call the service over HTTP
// - pages/api/words.ts:8: query `inside`: `req.query().get("inside")`
// - pages/api/words.ts:8: process.env `NESTED`: `std::env::var("NESTED")` in `connect`; declare it in `template.yaml`
// - pages/api/words.ts:13: `sizeLimit`: not a size whose meaning is certain; set `.body_limit(bytes)` on the route
// - pages/api/words.ts:15: process.env `A\u202e\\u{a}"; panic!() } // B`: `std::env::var("A\u202e\\u{a}"; panic!() } // B")` in `connect`; declare it in `template.yaml`
// - pages/api/words.ts:16: process.env `C\u{a}fn main() {}`: `std::env::var("C\u{a}fn main() {}")` in `connect`; declare it in `template.yaml`
// - pages/api/words.ts:17: query `\u{202e}é`: `req.query().get("\u{202e}é")`
// - pages/api/words.ts:20: query `found`: `req.query().get("found")`
// - pages/api/words.ts:20: cookies `a.b`: `req.cookies().get("a.b")`
// - pages/api/words.ts:20: query `x-y`: `req.query().get("x-y")`
// - pages/api/words.ts:20: query `bang`: `req.query().get("bang")`

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/words from pages/api/words.ts";

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

    const PATH: &str = "/api/words";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
