//! `/api/posts/[id]`: a stub that answers 501.

// Ported from pages/api/posts/[id]/index.ts. Found by text search, not verified:
// - pages/api/posts/[id]/index.ts:2: imports `@/lib/prisma`: code of your own, which was not read; port it as well
// - pages/api/posts/[id]/index.ts:11: query `id`: `req.query().get("id")`
// - pages/api/posts/[id]/index.ts:15: method `GET`: port it to `answer_get`
// - pages/api/posts/[id]/index.ts:19: method `DELETE`: port it to `answer_delete`
// - pages/api/posts/[id]/index.ts:20: cookies `role`: `req.cookies().get("role")`
// - pages/api/posts/[id]/index.ts:23: `revalidate`: not available, since it needs Next's page renderer; keep a route in Next.js that revalidates, and call it from here
// - pages/api/posts/[id]/index.ts:24: `redirect`: `res.redirect("/path")` answers 307, unless `status` sets another
// Other methods get a 405 here, while the handler of Next.js gets them all.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route, get, route};

const NOT_PORTED: &str =
    "Not ported yet: functions/api/posts/[id] from pages/api/posts/[id]/index.ts";

async fn answer_get(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

async fn answer_delete(_req: ApiRequest, _res: ApiResponse) -> Result {
    Err(ApiError::new(501, NOT_PORTED))
}

fn route() -> Route {
    route!(get(answer_get).delete(answer_delete))
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    const PATH: &str = "/api/posts/1";

    #[test]
    fn unported_methods_answer_501() {
        for method in ["GET", "DELETE"] {
            let answer = TestRequest::new(method.parse().unwrap(), PATH).send(&route());
            assert_eq!(answer.status(), 501, "{method}");
        }
    }
}
