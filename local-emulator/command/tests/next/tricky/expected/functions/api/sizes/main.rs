//! `/api/sizes`: a stub that answers 501.

// Ported from pages/api/sizes.js. Found by text search, not verified:
// - pages/api/sizes.js:3: `sizeLimit`: not a size whose meaning is certain; set `.body_limit(bytes)` on the route
// - pages/api/sizes.js:4: `runtime: 'edge'`: the handler takes a `NextRequest` and returns a `Response`; rewrite it as `handler(req, res)`. An edge route has no limit for bodies, and this one has 1 MB
// - pages/api/sizes.js:6: `maxDuration`: set `Timeout: 5` in `template.yaml`
// - pages/api/sizes.js:8: method `GET`: port it to `answer_get`
// - pages/api/sizes.js:8: `redirect`: `res.redirect("/path")` answers 307, unless `status` sets another
// - pages/api/sizes.js:9: `writeHead`: a response is one value, finished by `res.json`, `res.send` or `res.stream(stream)`
// Other methods get a 405 here, while the handler of Next.js gets them all.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, get, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/sizes from pages/api/sizes.js";

async fn answer_get(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

fn route() -> Route {
    route!(get(answer_get))
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    const PATH: &str = "/api/sizes";

    #[test]
    fn unported_route_answers_501() {
        assert_eq!(TestRequest::get(PATH).send(&route()).status(), 501);
    }
}
