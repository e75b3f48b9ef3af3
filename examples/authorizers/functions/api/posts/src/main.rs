//! `/api/posts`: everyone reads posts, and a caller with a scope writes them.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Handler, OrStatus, Result, Route, Wrapped, get, route};
use serde_json::json;

/// Lets callers with a scope in. The template requires the scope too, but a test or another program has no template.
async fn with_scope(scope: &'static str, req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
    let caller = req.caller().or_status(401, "Unauthorized")?;
    if !caller.has_scope(scope) {
        return Err(ApiError::new(403, "Forbidden"));
    }
    inner.run(req, res).await
}

async fn list(_req: ApiRequest, res: ApiResponse) -> Result {
    res.json(json!(["Hello"]))
}

async fn create(req: ApiRequest, res: ApiResponse) -> Result {
    let author = req.caller().or_status(401, "Unauthorized")?;
    res.status(201).json(json!({ "author": author.id() }))
}

fn route() -> Route {
    route!(get(list).post(create.wrap(|req, res, inner| with_scope("posts:write", req, res, inner))))
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;
    use serde_json::json;

    #[test]
    fn everyone_reads() {
        assert_eq!(TestRequest::get("/api/posts").send(&route()).text(), r#"["Hello"]"#);
    }

    #[test]
    fn a_writer_has_the_scope() {
        for (scope, status) in [("posts:read posts:write", 201), ("posts:read", 403), ("", 403)] {
            let request = TestRequest::post("/api/posts").claims(json!({ "sub": "ann", "scope": scope }));
            assert_eq!(request.send(&route()).status(), status, "{scope}");
        }
        assert_eq!(TestRequest::post("/api/posts").send(&route()).status(), 401);
    }
}
