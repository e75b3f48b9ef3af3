//! `/api/exam/tests`: a stub that answers 501.

// Ported from pages/api/exam/tests.ts. Found by text search, not verified:
// - pages/api/exam/tests.ts:1: method `GET`: port it to `answer_get`
// - pages/api/exam/tests.ts:1: method `POST`: port it to `answer_post`
// - pages/api/exam/tests.ts:1: method `PUT`: port it to `answer_put`
// - pages/api/exam/tests.ts:1: method `PATCH`: port it to `answer_patch`
// - pages/api/exam/tests.ts:1: method `DELETE`: port it to `answer_delete`
// - pages/api/exam/tests.ts:1: method `HEAD`: port it to `answer_head`
// - pages/api/exam/tests.ts:1: method `OPTIONS`: port it to `answer_options`
// Other methods get a 405 here, while the handler of Next.js gets them all.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, get, route};

const NOT_PORTED: &str = "Not ported yet: functions/api/exam/tests from pages/api/exam/tests.ts";

async fn answer_get(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_post(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_put(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_patch(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_delete(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_head(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_options(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

fn route() -> Route {
    route!(
        get(answer_get)
            .post(answer_post)
            .put(answer_put)
            .patch(answer_patch)
            .delete(answer_delete)
            .head(answer_head)
            .options(answer_options)
    )
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    const PATH: &str = "/api/exam/tests";

    #[test]
    fn unported_methods_answer_501() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] {
            let answer = TestRequest::new(method.parse().unwrap(), PATH).send(&route());
            assert_eq!(answer.status(), 501, "{method}");
        }
    }
}
