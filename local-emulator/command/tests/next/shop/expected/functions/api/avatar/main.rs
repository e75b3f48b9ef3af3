//! `/api/avatar`: a stub that answers 501.

// Ported from pages/api/avatar.ts. Found by text search, not verified:
// - pages/api/avatar.ts:2: imports `@aws-sdk/client-s3`: no counterpart is known; find a crate, or call the service over HTTP
// - pages/api/avatar.ts:4: process.env `AWS_REGION`: `std::env::var("AWS_REGION")` in `connect`; Lambda sets it
// - pages/api/avatar.ts:9: `sizeLimit`: became `.body_limit(4 * MB)`
// - pages/api/avatar.ts:11: `responseLimit`: nothing to port. Lambda's 6 MB cannot be lifted, except by `res.stream(stream)`
// - pages/api/avatar.ts:13: `maxDuration`: set `Timeout: 20` in `template.yaml`
// - pages/api/avatar.ts:17: method `PUT`: port it to `answer_put`
// - pages/api/avatar.ts:20: cookies `user-id`: `req.cookies().get("user-id")`
// - pages/api/avatar.ts:21: process.env `AVATARS`: `std::env::var("AVATARS")` in `connect`; declare it in `template.yaml`
// Other methods get a 405 here, while the handler of Next.js gets them all.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, MB, Result, Route, put, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/avatar from pages/api/avatar.ts";

async fn answer_put(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

fn route() -> Route {
    route!(put(answer_put)).body_limit(4 * MB)
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    const PATH: &str = "/api/avatar";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::put(PATH).send(&route()).status(), 501);
    }
}
