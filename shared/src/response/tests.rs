use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use std::borrow::Cow;
use tower_http::set_header::SetResponseHeaderLayer;

use super::*;
use crate::handler::{Handler, Wrapped};
use crate::request::ApiRequest;
use crate::route::Route;
use crate::test::{TestRequest, TestResponse};

/// The response of a handler that does `answer`.
fn answered(answer: fn(ApiResponse) -> Result) -> TestResponse {
    TestRequest::get("/api/x")
        .send(&Route::new("/api/x", move |_: ApiRequest, res| std::future::ready(answer(res))))
}

#[test]
fn each_kind_of_content_has_its_type() {
    type Case = (fn(ApiResponse) -> Result, Option<HeaderValue>, &'static str);
    let cases: &[Case] = &[
        (|res| res.json(json!({ "a": [1, null] })), Some(JSON), r#"{"a":[1,null]}"#),
        (|res| res.json("text"), Some(JSON), r#""text""#),
        (|res| res.json(()), Some(JSON), "null"),
        (|res| res.send("text"), Some(TEXT), "text"),
        (|res| res.send(String::from("☃")), Some(TEXT), "☃"),
        (|res| res.send(Cow::Borrowed("lent")), Some(TEXT), "lent"),
        (|res| res.send(""), Some(TEXT), ""),
        (|res| res.send(vec![b'x']), Some(BYTES), "x"),
        (|res| res.send(b"raw"), Some(BYTES), "raw"),
        (|res| res.send(b"raw".as_slice()), Some(BYTES), "raw"),
        (|res| res.send(Bytes::from_static(b"raw")), Some(BYTES), "raw"),
        (|res| res.send(json!(true)), Some(JSON), "true"),
        (|res| res.send(Content::from(&Value::Bool(true))), Some(JSON), "true"),
        (|res| res.body(Body::from("streamed")), Some(BYTES), "streamed"),
        (ApiResponse::end, None, ""),
    ];
    for (answer, content_type, body) in cases {
        let answer = answered(*answer);
        assert_eq!(answer.status(), 200);
        let content_type = content_type.as_ref().map(|value| value.to_str().unwrap());
        assert_eq!(answer.header("content-type"), content_type, "{body}");
        assert_eq!(answer.text(), *body);
    }
}

#[test]
fn json_keeps_the_order_of_its_keys() {
    assert_eq!(answered(|res| res.json(json!({ "b": 1, "a": 2 }))).text(), r#"{"b":1,"a":2}"#);
}

#[test]
fn a_content_type_that_was_set_is_kept() {
    let problem = answered(|res| res.header("content-type", "application/problem+json").json(json!({})));
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    let page = answered(|res| res.header("content-type", "text/html; charset=utf-8").send("<p>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
}

#[test]
fn the_last_status_and_the_last_header_count() {
    let answer = answered(|res| res.status(404).header("x-a", "1").header("x-a", "2").status(201).end());
    assert_eq!((answer.status().as_u16(), answer.header("x-a")), (201, Some("2")));
    let both = answered(|res| res.header("vary", "a").append_header("vary", "b").end());
    // Two lines, which an HTTP API carries as one.
    assert_eq!(both.header("vary"), Some("a, b"));
}

#[test]
fn mistake_is_a_hidden_500_at_the_finish() {
    let mistakes: &[fn(ApiResponse) -> Result] = &[
        |res| res.status(99).json("x"),
        |res| res.status(1000).end(),
        |res| res.header("a b", "c").send("x"),
        |res| res.header("a", "line\nbreak").end(),
        |res| res.status(99).redirect("/x"),
        |res| res.status(99).body(Body::empty()),
        |res| res.status(99).method_not_allowed(&[]),
        |res| res.json(std::collections::HashMap::from([(vec![1], 2)])),
    ];
    for mistake in mistakes {
        let answer = answered(*mistake);
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (500, r#"{"error":"Internal Server Error"}"#)
        );
    }
}

/// A header is Latin-1, as in Node.
#[test]
fn header_beyond_latin_1_is_a_mistake_that_names_it() {
    let wide: [fn(&'static str) -> ApiError; 5] = [
        |text| ApiResponse::new().header("x-name", text).end().unwrap_err(),
        |text| ApiResponse::new().append_header("x-name", text.to_owned()).end().unwrap_err(),
        |text| ApiResponse::new().header("x-name", HeaderValue::from_str(text).unwrap()).end().unwrap_err(),
        |text| ApiError::new(404, "No such name").header("x-name", text),
        |text| {
            let cookie = Cookie::build(("x-name", "1")).path(text);
            ApiResponse::new().cookie(cookie).end().unwrap_err()
        },
    ];
    for text in ["caf\u{e9} \u{100}", "☃", "🦀 s3cret"] {
        for error in wide {
            let error = error(text);
            assert_eq!((error.status().as_u16(), error.message()), (500, "Internal Server Error"));
            let reason = error.reason();
            assert!(reason.contains("x-name") || reason.contains("set-cookie"), "{reason}");
            assert!(!reason.contains("s3cret"), "{reason}");
        }
    }
    let latin1 = ApiResponse::new().header("x-name", "\u{e9}\u{ff}").header("x-tab", "a\tb").end().unwrap();
    assert_eq!(latin1.headers()["x-name"].as_bytes(), "\u{e9}\u{ff}".as_bytes());
    let bytes =
        ApiResponse::new().header("x-name", HeaderValue::from_bytes(b"\xe9\xff").unwrap()).end().unwrap();
    assert_eq!(bytes.headers()["x-name"].as_bytes(), b"\xe9\xff");
}

/// Nothing checks a header that a program puts into the response itself.
#[test]
fn finished_response_beyond_latin_1_is_refused() {
    fn wide() -> HeaderValue {
        HeaderValue::from_str("snow \u{2603}").unwrap()
    }
    async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
        res.header("x-kept", "caf\u{e9}").send("hello")
    }
    async fn wraps(req: ApiRequest, res: ApiResponse, handler: Wrapped) -> Result {
        let mut response = handler.run(req, res).await?;
        response.headers_mut().append("x-wide", wide());
        response.headers_mut().append("x-other", wide());
        Ok(response)
    }
    let layer = SetResponseHeaderLayer::overriding("x-wide".parse::<HeaderName>().unwrap(), wide());
    for route in [Route::new("/api/x", handler.wrap(wraps)), Route::new("/api/x", handler).layer(layer)] {
        let answer = TestRequest::get("/api/x").send(&route);
        let headers = ["x-wide", "x-other"].map(|name| answer.header(name));
        assert_eq!((answer.status().as_u16(), headers), (500, [None; 2]));
        assert_eq!(answer.headers()["x-kept"].as_bytes(), "caf\u{e9}".as_bytes());
    }
    let hook = |_: &ApiError, res: ApiResponse| {
        let mut response = res.end()?;
        response.headers_mut().insert("x-wide", wide());
        Ok(response)
    };
    let route = Route::new("/api/[id]", handler).errors(hook);
    let answer = TestRequest::get("/api/x/y").send(&route);
    assert_eq!((answer.status().as_u16(), answer.header("x-wide")), (404, None));
}

#[test]
fn a_header_with_a_line_break_is_named() {
    let error = ApiResponse::new().header("x-name", "a\r\nb").end().unwrap_err();
    assert!(error.reason().contains("`x-name`"), "{}", error.reason());
}

#[test]
fn a_redirect_is_a_307_unless_another_is_set() {
    let plain = answered(|res| res.redirect("/login?next=/a b"));
    assert_eq!((plain.status().as_u16(), plain.header("location")), (307, Some("/login?next=/a%20b")));
    let other = answered(|res| res.status(303).redirect(format!("/{}", "done")));
    assert_eq!((other.status().as_u16(), other.header("location")), (303, Some("/done")));
    for no_redirect in [200, 204, 304, 404] {
        let redirects =
            move |_: ApiRequest, res: ApiResponse| std::future::ready(res.status(no_redirect).redirect("/x"));
        let answer = TestRequest::get("/api/x").send(&Route::new("/api/x", redirects));
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), (307, "/x"), "{no_redirect}");
    }
}

#[test]
fn redirect_has_its_url_as_text_and_no_etag() {
    let answer = answered(|res| res.cookie(("a", "1")).header("content-length", "9").redirect("/<b>"));
    assert_ne!(answer.header("content-length"), Some("9"));
    assert_eq!((answer.header("location"), answer.text().as_str()), (Some("/<b>"), "/<b>"));
    assert_eq!((answer.headers().get("content-type"), answer.header("etag")), (Some(&TEXT), None));
    assert_eq!(answer.set_cookies(), ["a=1"]);
}

#[test]
fn a_redirect_cannot_carry_a_header_of_its_own() {
    let answer = answered(|res| res.redirect("/é\r\nset-cookie: a=b"));
    assert_eq!(answer.header("location"), Some("/%C3%A9%0D%0Aset-cookie:%20a=b"));
    assert!(answer.set_cookies().is_empty());
}

#[test]
fn cookies_have_a_line_each() {
    let answer = answered(|res| {
        let session = Cookie::build(("session", "a b;c")).path("/").http_only(true);
        res.cookie(("theme", "dark")).cookie(session).clear_cookie("old").end()
    });
    let lines = answer.set_cookies();
    assert_eq!(lines[..2], ["theme=dark", "session=a%20b%3Bc; HttpOnly; Path=/"]);
    assert!(lines[2].starts_with("old=; ") && lines[2].contains("Max-Age=0"), "{}", lines[2]);
}

#[test]
fn a_cookie_is_a_pair_of_any_texts() {
    let name = String::from("lent");
    let answer = answered(|res| {
        let res = res.cookie(("a", String::from("1"))).cookie((String::from("b"), "2"));
        res.cookie(("c", format!("{}", 3))).cookie((Cow::Borrowed("d"), Cow::Borrowed("4"))).end()
    });
    assert_eq!(answer.set_cookies(), ["a=1", "b=2", "c=3", "d=4"]);
    let lent = ApiResponse::new().cookie((&name, "5")).end().unwrap();
    assert_eq!(lent.headers()["set-cookie"], "lent=5");
}

#[test]
fn no_part_of_a_cookie_adds_an_attribute() {
    type Build = fn(&'static str) -> Cookie<'static>;
    let attributes: [(&str, Build); 2] = [
        ("Path", |text| Cookie::build(("theme", "dark")).path(text).build()),
        ("Domain", |text| Cookie::build(("theme", "dark")).domain(text).build()),
    ];
    for (attribute, cookie) in attributes {
        for text in
            ["/x; SameSite=None", ";", "/x\r\nset-cookie: a=b", "/x\t", "/\u{0}", "/\u{7f}", "/\u{85}x"]
        {
            let error = ApiResponse::new().cookie(cookie(text)).end().unwrap_err();
            assert_eq!(
                (error.status(), error.message()),
                (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            );
            let reason = error.reason();
            assert!(reason.starts_with(&format!("the `{attribute}` of the cookie \"theme\"")), "{reason}");
        }
        assert!(ApiResponse::new().cookie(cookie("/a b,c")).end().is_ok());
    }
    let encoded = ApiResponse::new().cookie(("a; b\r\n", "c; d\u{1}")).end().unwrap();
    assert_eq!(encoded.headers()["set-cookie"], "a%3B%20b%0D%0A=c%3B%20d%01");
}

#[test]
fn a_cookie_that_is_set_twice_is_sent_once() {
    let answer = answered(|res| {
        let res = res.cookie(("a", "1")).append_header("set-cookie", "a=1").cookie(("a", "2"));
        res.append_header("x-many", "1").append_header("x-many", "1").end()
    });
    assert_eq!(answer.set_cookies(), ["a=1", "a=2"]);
    assert_eq!(answer.header("x-many"), Some("1, 1"));
}

#[test]
fn no_content_has_no_headers_of_a_body() {
    let answers: &[fn(ApiResponse) -> Result] = &[
        ApiResponse::no_content,
        |res| res.status(304).json("kept out"),
        |res| res.status(204).body(Body::from("kept out")),
        |res| {
            res.header("content-type", "text/csv").header("content-length", "8").status(204).send("kept out")
        },
    ];
    for answer in answers {
        let answer = answered(*answer);
        let described = ["content-type", "content-length", "etag"].map(|name| answer.header(name).is_some());
        assert_eq!((described, answer.text().as_str()), ([false; 3], ""));
    }
}

#[test]
fn a_length_that_was_set_is_set_right() {
    let answer = answered(|res| res.header("content-length", "1").send("four"));
    assert_eq!(answer.header("content-length"), Some("4"));
}

#[test]
fn status_without_a_body_never_has_one() {
    let answer = answered(|res| {
        let answer = res.header("content-type", "text/csv").status(304).end()?;
        Ok(answer.map(|_| Body::from("x")))
    });
    assert_eq!((answer.status().as_u16(), answer.text().as_str()), (304, ""));
    assert_eq!(answer.header("content-type"), Some("text/csv"));
}

#[test]
fn a_status_that_front_doors_refuse_is_a_hidden_500() {
    let answers: &[fn(ApiResponse) -> Result] = &[
        |res| res.status(100).end(),
        |res| res.status(101).json("x"),
        |res| res.status(600).json("x"),
        |res| res.status(999).send("x"),
        |_| Err(ApiError::new(600, "x")),
    ];
    for answer in answers {
        let answer = answered(*answer);
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (500, r#"{"error":"Internal Server Error"}"#)
        );
    }
    assert_eq!(answered(|res| res.status(599).end()).status(), 599);
}

#[test]
fn json_and_send_carry_nexts_etag_with_any_status() {
    type Case = (fn(ApiResponse) -> Result, Option<&'static str>);
    let answers: &[Case] = &[
        (|res| res.json(json!({ "v": 1 })), Some(r#""br1g6bz2627""#)),
        (|res| res.status(500).send("v1"), Some(r#""15ox0oyamck2""#)),
        (|res| res.send(json!(true)), Some(r#""ywwejgvrps4""#)),
        (|res| res.send("☃"), Some(r#""fx1gq812zq1""#)),
        (|res| res.send(b"v1"), Some(r#""15ox0oyamck2""#)),
        (|res| res.header("etag", "\"mine\"").send("v1"), Some("\"mine\"")),
        (ApiResponse::end, None),
        (|res| res.body(Body::from("v1")), None),
        (|res| res.redirect("/x"), None),
        (|_| Err(ApiError::new(404, "v1")), None),
    ];
    for (answer, etag) in answers {
        assert_eq!(answered(*answer).header("etag"), *etag);
    }
}

#[test]
fn etag_is_of_the_body_that_wrappers_leave() {
    async fn replaces(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
        match req.query().get("by") {
            Some("own") => res.send("v1"),
            Some("body") => Ok(inner.run(req, res).await?.map(|_| Body::from("v1"))),
            _ => inner.run(req, res).await,
        }
    }
    let handler = async |_: ApiRequest, res: ApiResponse| res.json(json!({ "v": 1 }));
    let route = Route::new("/api/x", handler.wrap(replaces));
    for (by, etag) in [("", Some(r#""br1g6bz2627""#)), ("own", Some(r#""15ox0oyamck2""#)), ("body", None)] {
        let request = || TestRequest::get(format!("/api/x?by={by}"));
        assert_eq!(request().send(&route).header("etag"), etag, "{by}");
        assert_eq!(request().send(&route.clone().no_etag()).header("etag"), None, "{by}");
    }
}

#[test]
fn unanswered_method_gets_a_405_with_allow() {
    let answer = answered(|res| res.method_not_allowed(&[Method::GET, Method::POST]));
    assert_eq!((answer.status().as_u16(), answer.header("allow")), (405, Some("GET, POST")));
    assert_eq!(answer.text(), r#"{"error":"Method Not Allowed"}"#);
}

#[test]
fn a_stream_is_sent_as_it_is() {
    let answer =
        answered(|res| res.header("content-type", "text/event-stream").body(Body::from("data: 1\n\n")));
    assert_eq!(
        (answer.header("content-type"), answer.text().as_str()),
        (Some("text/event-stream"), "data: 1\n\n")
    );
}
