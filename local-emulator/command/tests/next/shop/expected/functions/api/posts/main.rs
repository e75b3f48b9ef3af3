//! `/api/posts`: a stub that answers 501.

// Ported from pages/api/posts/index.ts. Found by text search, not verified:
// - pages/api/posts/index.ts:2: imports `zod`: `req.body::<T>()` with a type of `serde` checks the body
// - pages/api/posts/index.ts:3: imports `../../../lib/mongodb`: code of your own, which was not read; port it as well
// - pages/api/posts/index.ts:8: process.env `MONGODB_URI`: `std::env::var("MONGODB_URI")` in `connect`; declare it in `template.yaml`
// - pages/api/posts/index.ts:11: method `GET`: port it to `answer_get`
// - pages/api/posts/index.ts:12: query `page`: `req.query().get("page")`
// - pages/api/posts/index.ts:12: query `tag`: `req.query().get("tag")`
// - pages/api/posts/index.ts:16: method `POST`: port it to `answer_post`
// Other methods get a 405 here, while the handler of Next.js gets them all.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, get, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/posts from pages/api/posts/index.ts";

async fn answer_get(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_post(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

fn route() -> Route {
    route!(get(answer_get).post(answer_post))
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    const PATH: &str = "/api/posts";

    #[test]
    fn unported_methods_answer_501() {
        for method in ["GET", "POST"] {
            let answer = TestRequest::new(method.parse().unwrap(), PATH).send(&route());
            assert_eq!(answer.status(), 501, "{method}");
        }
    }
}
