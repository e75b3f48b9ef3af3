use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::request::ApiRequest;
use crate::service::Route;
use crate::test::{TestResponse, get};

/// The answer of a handler that does `answer`.
fn answered(answer: fn(ApiResponse) -> Result) -> TestResponse {
    get("/api/x").send(&Route::new("/api/x", move |_: ApiRequest, res| std::future::ready(answer(res))))
}

#[test]
fn each_kind_of_content_has_its_type() {
    type Case = (fn(ApiResponse) -> Result, Option<&'static str>, &'static str);
    let cases: &[Case] = &[
        (|res| res.json(json!({ "a": [1, null] })), Some(JSON), r#"{"a":[1,null]}"#),
        (|res| res.json("text"), Some(JSON), r#""text""#),
        (|res| res.json(()), Some(JSON), "null"),
        (|res| res.send("text"), Some(TEXT), "text"),
        (|res| res.send(String::from("☃")), Some(TEXT), "☃"),
        (|res| res.send(vec![b'x']), Some(BYTES), "x"),
        (|res| res.send(b"raw".as_slice()), Some(BYTES), "raw"),
        (|res| res.send(Bytes::from_static(b"raw")), Some(BYTES), "raw"),
        (|res| res.send(json!(true)), Some(JSON), "true"),
        (ApiResponse::end, None, ""),
    ];
    for (answer, content_type, body) in cases {
        let answer = answered(*answer);
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.header("content-type"), *content_type, "{body}");
        assert_eq!(answer.text(), *body);
    }
}

#[test]
fn json_keeps_its_keys_in_the_order_in_which_they_were_written() {
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
    assert_eq!((answer.status(), answer.header("x-a")), (201, Some("2")));
    let both = answered(|res| res.header("vary", "a").append_header("vary", "b").end());
    // Two lines, which an HTTP API carries as one.
    assert_eq!(both.header("vary"), Some("a, b"));
}

#[test]
fn a_mistake_waits_until_the_answer_is_finished_and_is_a_hidden_500() {
    let mistakes: &[fn(ApiResponse) -> Result] = &[
        |res| res.status(99).json("x"),
        |res| res.status(1000).end(),
        |res| res.header("a b", "c").send("x"),
        |res| res.header("a", "line\nbreak").end(),
        |res| res.status(99).redirect("/x"),
        |res| res.status(99).stream(Body::empty()),
        |res| res.status(99).method_not_allowed(&[]),
        |res| res.json(std::collections::HashMap::from([(vec![1], 2)])),
    ];
    for mistake in mistakes {
        let answer = answered(*mistake);
        assert_eq!((answer.status(), answer.text().as_str()), (500, r#"{"error":"Internal Server Error"}"#));
    }
}

#[test]
fn a_redirect_is_a_307_unless_a_3xx_is_set() {
    let plain = answered(|res| res.redirect("/login?next=/a b"));
    assert_eq!((plain.status(), plain.header("location")), (307, Some("/login?next=/a%20b")));
    let other = answered(|res| res.status(303).redirect("/done"));
    assert_eq!((other.status(), other.header("location")), (303, Some("/done")));
    assert_eq!(answered(|res| res.status(200).redirect("/x")).status(), 500);
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
fn an_answer_without_content_has_no_body_and_no_type() {
    for answer in [answered(ApiResponse::no_content), answered(|res| res.status(304).json("kept out"))] {
        assert_eq!((answer.header("content-type"), answer.text().as_str()), (None, ""));
    }
}

#[test]
fn a_method_that_is_not_answered_is_told_which_are() {
    let answer = answered(|res| res.method_not_allowed(&[Method::GET, Method::POST]));
    assert_eq!((answer.status(), answer.header("allow")), (405, Some("GET, POST")));
    assert_eq!(answer.text(), r#"{"error":"Method Not Allowed"}"#);
}

#[test]
fn a_stream_is_sent_as_it_is() {
    let answer =
        answered(|res| res.header("content-type", "text/event-stream").stream(Body::from("data: 1\n\n")));
    assert_eq!(
        (answer.header("content-type"), answer.text().as_str()),
        (Some("text/event-stream"), "data: 1\n\n")
    );
}
