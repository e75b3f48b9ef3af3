//! Conditional requests: a client that already has the response gets a 304.

use http::header::{CACHE_CONTROL, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};

use crate::body::Body;
use crate::header_list::{joined, lists};
use crate::http_date::ordinal;
use crate::response::Response;

/// The version of a response that the client has. Most requests have no conditions.
///
/// The order is that of RFC 9110 §13.2.2: `If-None-Match` counts, and `If-Modified-Since` only without it. Only a 2xx
/// response to GET or HEAD becomes a 304. Next.js differs in two ways: it ignores `If-Modified-Since`, and it answers
/// POSTs and errors with a 304 too, although a changed or refused resource is not a copy of what the client has.
#[derive(Default)]
pub(crate) struct Conditions {
    none_match: Option<HeaderValue>,
    modified_since: Option<HeaderValue>,
}

impl Conditions {
    pub(crate) fn from_request(request: &Request<Body>) -> Self {
        let headers = request.headers();
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Self::default();
        }
        let conditions = Self {
            none_match: joined(headers, &IF_NONE_MATCH),
            modified_since: headers.get(IF_MODIFIED_SINCE).cloned(),
        };
        // A browser that reloads a page sends `no-cache`, and expects the whole response.
        let any = conditions.none_match.is_some() || conditions.modified_since.is_some();
        if any && lists(headers, &CACHE_CONTROL, "no-cache") { Self::default() } else { conditions }
    }

    /// Returns the response, or a 304 instead.
    pub(crate) fn applied_to(&self, mut response: Response) -> Response {
        if response.status().is_success() && self.is_met_by(response.headers()) {
            // All other headers stay, `content-type` too: a front door would set its own, and a cache updates what it
            // has with the headers of a 304.
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        response
    }

    fn is_met_by(&self, headers: &HeaderMap) -> bool {
        if let Some(list) = &self.none_match {
            return headers.get(ETAG).is_some_and(|etag| names(list.as_bytes(), opaque(etag.as_bytes())));
        }
        let (Some(since), Some(modified)) = (&self.modified_since, headers.get(LAST_MODIFIED)) else {
            return false;
        };
        match (ordinal(since.as_bytes()), ordinal(modified.as_bytes())) {
            (Some(since), Some(modified)) => modified <= since,
            // A client sends back the `Last-Modified` that it got, which need not be a date.
            _ => since == modified,
        }
    }
}

/// Returns an `ETag` without its `W/`: `If-None-Match` compares weakly.
fn opaque(etag: &[u8]) -> &[u8] {
    etag.strip_prefix(b"W/").unwrap_or(etag)
}

/// Returns whether a list of `ETag`s, or `*`, contains this one. A comma within quotes is part of an `ETag`.
fn names(mut list: &[u8], etag: &[u8]) -> bool {
    loop {
        list = list.trim_ascii_start();
        let tag = opaque(list);
        let quoted = tag.strip_prefix(b"\"").and_then(|rest| rest.iter().position(|byte| *byte == b'"'));
        let end = match quoted {
            Some(closing) => closing + 2,
            None => tag.iter().position(|byte| *byte == b',').unwrap_or(tag.len()),
        };
        let (tag, rest) = tag.split_at(end);
        if tag.trim_ascii_end() == b"*" || tag.trim_ascii_end() == etag {
            return true;
        }
        match rest.iter().position(|byte| *byte == b',') {
            Some(comma) => list = &rest[comma + 1..],
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::request::ApiRequest;
    use crate::response::{ApiResponse, Result};
    use crate::route::Route;
    use crate::test::{TestRequest, TestResponse};
    use http::Method;
    use proptest::prelude::proptest;

    const OLD: &str = "Wed, 01 Jan 2020 00:00:00 GMT";
    const NEW: &str = "Wed, 01 Jan 2030 00:00:00 GMT";
    /// The `ETag` of `{"v":1}`.
    const TAG: &str = r#""br1g6bz2627""#;

    type Answer = fn(ApiResponse) -> Result;

    fn route(answer: Answer) -> Route {
        Route::new("/api/x", move |_: ApiRequest, res: ApiResponse| std::future::ready(answer(res)))
    }

    fn version(res: ApiResponse) -> Result {
        res.json(serde_json::json!({ "v": 1 }))
    }

    fn asked(answer: Answer, headers: &[(&str, &str)]) -> TestResponse {
        let request = headers
            .iter()
            .fold(TestRequest::get("/api/x"), |request, (name, value)| request.header(name, value));
        request.send(&route(answer))
    }

    #[test]
    fn client_with_the_response_gets_a_304() {
        for none_match in [
            TAG,
            "*",
            &format!("W/{TAG}"),
            &format!(r#""x", {TAG} , "y""#),
            &format!(r#""a,b",W/{TAG}"#),
            "br1g, * ",
        ] {
            let answer = asked(version, &[("if-none-match", none_match)]);
            assert_eq!((answer.status().as_u16(), answer.text().as_str()), (304, ""), "{none_match}");
        }
    }

    #[test]
    fn client_with_another_response_gets_this_one() {
        for none_match in ["", ",", r#""x""#, "W/", "br1g6bz2627", r#""a,"br1g6bz2627","#, r#""br1g6bz2627"#]
        {
            let answer = asked(version, &[("if-none-match", none_match)]);
            assert_eq!(
                (answer.status().as_u16(), answer.text().as_str()),
                (200, r#"{"v":1}"#),
                "{none_match}"
            );
        }
    }

    #[test]
    fn a_304_keeps_all_headers_but_the_length() {
        let answer: Answer = |res| {
            res.header("cache-control", "max-age=60")
                .header("vary", "x-t")
                .header("content-length", "7")
                .cookie(("a", "1"))
                .json(serde_json::json!({ "v": 1 }))
        };
        let answer = asked(answer, &[("if-none-match", TAG)]);
        assert_eq!(answer.status(), 304);
        for (name, value) in [
            ("etag", Some(TAG)),
            ("content-type", Some("application/json; charset=utf-8")),
            ("cache-control", Some("max-age=60")),
            ("vary", Some("x-t")),
            ("set-cookie", Some("a=1")),
            ("content-length", None),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }

    #[test]
    fn reload_gets_the_whole_response() {
        for (cache_control, status) in [("no-cache", 200), ("max-age=0, No-Cache", 200), ("max-age=0", 304)] {
            let answer = asked(version, &[("if-none-match", TAG), ("cache-control", cache_control)]);
            assert_eq!(answer.status(), status, "{cache_control}");
        }
    }

    #[test]
    fn only_a_2xx_to_get_and_head_can_be_a_304() {
        let answered = |method: Method, answer: Answer| {
            TestRequest::new(method, "/api/x").header("if-none-match", TAG).send(&route(answer)).status()
        };
        assert_eq!(answered(Method::HEAD, version), 304);
        assert_eq!(answered(Method::POST, version), 200);
        assert_eq!(answered(Method::DELETE, version), 200);
        assert_eq!(answered(Method::GET, |res| version(res.status(201))), 304);
        assert_eq!(answered(Method::GET, |res| version(res.status(404))), 404);
    }

    #[test]
    fn etag_of_the_handler_counts_for_any_body() {
        let answers: [Answer; 4] = [
            |res| res.header("etag", r#""mine""#).json(1),
            |res| res.header("etag", r#""mine""#).send("v1"),
            |res| res.header("etag", r#"W/"mine""#).end(),
            |res| res.header("etag", r#""mine""#).body(crate::Body::from("v1")),
        ];
        for answer in answers {
            assert_eq!(asked(answer, &[("if-none-match", r#""mine""#)]).status(), 304);
            assert_eq!(asked(answer, &[("if-none-match", r#""other""#)]).status(), 200);
        }
    }

    #[test]
    fn response_without_an_etag_is_never_a_304() {
        for none_match in ["*", TAG] {
            assert_eq!(asked(ApiResponse::end, &[("if-none-match", none_match)]).status(), 200);
            let off = TestRequest::get("/api/x")
                .header("if-none-match", none_match)
                .send(&route(version).no_etag());
            assert_eq!((off.status().as_u16(), off.header("etag")), (200, None));
        }
    }

    #[test]
    fn response_not_modified_since_is_a_304() {
        let modified: Answer = |res| res.header("last-modified", OLD).end();
        for (since, status) in [
            (NEW, 304),
            (OLD, 304),
            ("Wednesday, 01-Jan-20 00:00:00 GMT", 304),
            ("Wed Jan  1 00:00:00 2020", 304),
            ("Tue, 31 Dec 2019 23:59:59 GMT", 200),
            ("Tuesday, 31-Dec-19 23:59:59 GMT", 200),
            ("Tue Dec 31 23:59:59 2019", 200),
            ("2030", 200),
        ] {
            assert_eq!(asked(modified, &[("if-modified-since", since)]).status(), status, "{since}");
        }
        assert_eq!(asked(ApiResponse::end, &[("if-modified-since", NEW)]).status(), 200);
        assert_eq!(
            TestRequest::post("/api/x").header("if-modified-since", NEW).send(&route(modified)).status(),
            200
        );
    }

    #[test]
    fn etag_counts_more_than_a_date() {
        let modified: Answer = |res| version(res.header("last-modified", OLD));
        for (none_match, since, status) in [(TAG, "Tue, 31 Dec 2019 23:59:59 GMT", 304), (r#""x""#, NEW, 200)]
        {
            let headers = [("if-none-match", none_match), ("if-modified-since", since)];
            assert_eq!(asked(modified, &headers).status(), status);
        }
    }

    proptest! {
        #[test]
        fn no_header_of_a_client_panics(value in "[\\PC\"*, W/]{0,40}") {
            super::names(value.as_bytes(), TAG.as_bytes());
        }
    }
}
