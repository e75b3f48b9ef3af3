//! Makes the response of an error: in the form of the project, or as the client prefers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderValue, Request};
use serde::Serialize;
use serde_json::Value;

use crate::accept::prefers_text;
use crate::error::ApiError;
use crate::header_list::{joined, lists};
use crate::panics;
use crate::request_line::RequestLine;
use crate::response::{JSON, Response, Result, TEXT};

/// The form that a project gives to errors, set by `Route::errors`.
pub(crate) type ErrorHook = Arc<dyn Fn(&ApiError) -> Result + Send + Sync>;

/// The data of a request that its error response needs. The request itself belongs to the handler.
pub(crate) struct Refusal {
    request: RequestLine,
    accept: Option<HeaderValue>,
    hook: Option<ErrorHook>,
    panics_fail_the_invocation: bool,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Value>,
}

impl Refusal {
    pub(crate) fn new<B>(request: &Request<B>, hook: Option<&ErrorHook>) -> Self {
        let accept = joined(request.headers(), &ACCEPT);
        let request = RequestLine::new(request);
        Self { request, accept, hook: hook.cloned(), panics_fail_the_invocation: false }
    }

    /// Sets whether a panic fails the invocation, instead of becoming a response.
    pub(crate) fn with_failing_panics(mut self, panics_fail_the_invocation: bool) -> Self {
        self.panics_fail_the_invocation = panics_fail_the_invocation;
        self
    }

    pub(crate) fn panics_fail_the_invocation(&self) -> bool {
        self.panics_fail_the_invocation
    }

    /// Makes the response. If the status is 500 or above, logs the cause.
    pub(crate) fn answer(&self, error: ApiError) -> Response {
        error.log_cause(&self.request);
        self.shaped(&error).unwrap_or_else(|| self.plain(error))
    }

    /// Makes the response in the form of the project. Returns `None` if the project has none, or its hook fails.
    fn shaped(&self, error: &ApiError) -> Option<Response> {
        let hook = self.hook.as_ref()?;
        match catch_unwind(AssertUnwindSafe(|| hook(error))) {
            Ok(Ok(response)) => return Some(response),
            Ok(Err(failure)) => failure.log(format_args!("{}: the error hook failed", self.request)),
            Err(panic) => panics::log_caught("the error hook", &*panic),
        }
        None
    }

    fn plain(&self, error: ApiError) -> Response {
        let accept = self.accept.as_ref().and_then(|accept| accept.to_str().ok());
        let (content_type, body) = match accept {
            Some(accept) if prefers_text(accept) => (TEXT, text(&error)),
            _ => (JSON, json(&error)),
        };
        let mut response = Response::new(body.into());
        *response.status_mut() = error.status();
        *response.headers_mut() = error.into_headers();
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        if !lists(response.headers(), &VARY, ACCEPT.as_str()) {
            response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
        }
        response
    }
}

fn json(error: &ApiError) -> String {
    let body = ErrorBody { error: error.message(), details: error.details() };
    // Strings and a JSON value always serialize, so the body is never empty.
    serde_json::to_string(&body).unwrap_or_default()
}

/// Returns the message, and the details on a second line.
fn text(error: &ApiError) -> String {
    let mut text = error.message().to_owned();
    if let Some(details) = error.details() {
        text.push('\n');
        // Not with `Display`, which would link a second copy of the code that writes JSON.
        text.push_str(&serde_json::to_string(details).unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::error::ApiError;
    use crate::request::ApiRequest;
    use crate::response::{ApiResponse, Result};
    use crate::route::Route;
    use crate::test::{TestRequest, TestResponse};
    use serde_json::{Value, json};

    async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
        match req.query().get("do") {
            Some("taken") => Err(ApiError::new(409, "Taken").with_details(json!([{ "path": "name" }]))),
            Some("fail") => Err(std::io::Error::other("s3cret").into()),
            Some("panic") => panic!("s3cret"),
            Some("late") => res.cookie(("a", "1")).header("etag", "\"x\"").status(99).send("never"),
            Some("post") => res.method_not_allowed(&[http::Method::POST]),
            _ => res.status(101).end(),
        }
    }

    fn route() -> Route {
        Route::new("/api/x/[[...rest]]", handler).body_limit(10)
    }

    fn refused(kind: &str, accept: &str, route: &Route) -> TestResponse {
        TestRequest::get(format!("/api/x?do={kind}")).header("accept", accept).send(route)
    }

    #[test]
    fn an_error_is_json_or_text_as_the_client_prefers() {
        let json = refused("taken", "*/*", &route());
        assert_eq!(json.text(), r#"{"error":"Taken","details":[{"path":"name"}]}"#);
        let text = refused("taken", "text/plain", &route());
        assert_eq!(text.text(), "Taken\n[{\"path\":\"name\"}]");
        for (answer, content_type) in
            [(json, "application/json; charset=utf-8"), (text, "text/plain; charset=utf-8")]
        {
            assert_eq!((answer.status().as_u16(), answer.header("content-type")), (409, Some(content_type)));
            assert_eq!((answer.header("vary"), answer.header("etag")), (Some("accept"), None));
        }
    }

    #[test]
    fn every_error_of_the_library_has_the_preferred_form() {
        let text = |answer: TestResponse| (answer.status().as_u16(), answer.text());
        let hidden = (500, "Internal Server Error".to_owned());
        for kind in ["fail", "panic", "late", "informational"] {
            assert_eq!(text(refused(kind, "text/plain", &route())), hidden, "{kind}");
        }
        let large =
            TestRequest::post("/api/x").header("accept", "text/*").body("eleven bytes").send(&route());
        assert_eq!(text(large), (413, "Body exceeded 10b limit".to_owned()));
        let elsewhere =
            TestRequest::get("/elsewhere").header("accept", "text/*").send(&Route::new("/api/[id]", handler));
        assert_eq!(text(elsewhere), (404, "Not Found".to_owned()));
    }

    #[test]
    fn cookie_and_etag_before_a_500_are_not_sent() {
        let answer = refused("late", "*/*", &route());
        assert_eq!(
            (answer.status().as_u16(), answer.header("set-cookie"), answer.header("etag")),
            (500, None, None)
        );
    }

    #[test]
    fn hook_of_the_project_shapes_all_errors() {
        fn shape(error: &ApiError, res: ApiResponse) -> Result {
            res.header("x-shaped", "yes").json(json!({ "m": error.message(), "d": error.details() }))
        }
        let route = route().errors(shape);
        let answers = [
            (refused("taken", "text/plain", &route), 409, json!({ "m": "Taken", "d": [{ "path": "name" }] })),
            (refused("fail", "*/*", &route), 500, json!({ "m": "Internal Server Error", "d": null })),
            (refused("panic", "*/*", &route), 500, json!({ "m": "Internal Server Error", "d": null })),
            (
                TestRequest::post("/api/x").body("eleven bytes").send(&route),
                413,
                json!({ "m": "Body exceeded 10b limit", "d": null }),
            ),
        ];
        for (answer, status, body) in answers {
            assert_eq!((answer.status().as_u16(), answer.json::<Value>()), (status, body));
            assert_eq!((answer.header("x-shaped"), answer.header("etag")), (Some("yes"), None));
        }
        assert_eq!(refused("post", "*/*", &route).header("allow"), Some("POST"));
    }

    #[test]
    fn failing_hook_leaves_the_usual_form() {
        let failing: [fn(&ApiError, ApiResponse) -> Result; 3] = [
            |_, _| Err(ApiError::new(418, "from the hook")),
            |_, _| panic!("s3cret"),
            |_, res| res.status(700).end(),
        ];
        for hook in failing {
            let answer = refused("taken", "text/plain;q=0.1", &route().errors(hook));
            assert_eq!(answer.status(), 409);
            assert!(answer.text().starts_with("Taken"), "{}", answer.text());
        }
    }
}
