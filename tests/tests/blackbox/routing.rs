//! The selection of a function by the path and the method.

use crate::harness::{faults, get, main_project, post, request};

#[test]
fn every_route_of_the_project_answers() {
    for (request, status, body) in [
        (get("/api"), 200, r#"{"status":"ok"}"#),
        (get("/api/user"), 200, r#"{"name":"John Doe"}"#),
        (get("/api/hello"), 200, "Hello, World!"),
        (get("/api/hello?name=J%C3%B6rg+%26+Zo%C3%AB"), 200, "Hello, Jörg & Zoë!"),
        (get("/api/users"), 200, r#"[{"name":"John Doe","email":"john@example.com"}]"#),
        (request("DELETE", "/api/users"), 405, r#"{"error":"Method Not Allowed"}"#),
        (get("/api/posts/7"), 200, r#"{"id":"7"}"#),
        (get("/api/docs/intro/first"), 200, r#"{"slug":["intro","first"]}"#),
        (get("/api/shop"), 200, r#"{"slug":[],"page":1}"#),
        (get("/api/shop/clothes/tops?page=3"), 200, r#"{"slug":["clothes","tops"],"page":3}"#),
        (get("/api/cors"), 200, r#"{"message":"Hello, other origin"}"#),
        (get("/api/cookies"), 200, r#"{"visits":1}"#),
        (get("/api/plain?name=Ann"), 200, "Hello, Ann!"),
        (get("/api/login"), 405, r#"{"error":"Method Not Allowed"}"#),
        (post("/api/notes", "application/json", r#"{"text":"milk"}"#), 201, r#"{"text":"milk"}"#),
    ] {
        assert_eq!(main_project().send(&request).status_and_text(), (status, body.to_owned()), "{request:?}");
    }
}

#[test]
fn missing_setting_fails_and_is_named_in_the_log() {
    let answer = main_project().get("/api/secret");
    assert_eq!(answer.status_and_text(), (500, r#"{"message":"Internal Server Error"}"#.to_owned()));
    main_project().wait_for_log("/api/secret | ");
    main_project().wait_for_log("`UPSTREAM_URL` is not set");
}

#[test]
fn unrouted_request_is_not_found() {
    for request in [
        get("/"),
        get("/api/"),
        get("/api/unknown"),
        get("/api/user/"),
        get("/api/user/7"),
        get("/API/user"),
        get("/api/docs"),
        get("/api//user"),
        get("/functions/api/user"),
        get("/_next/static"),
    ] {
        let answer = main_project().send(&request);
        assert_eq!(answer.status_and_text(), (404, r#"{"message":"Not Found"}"#.to_owned()), "{request:?}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(answer.header("apigw-requestid").is_some_and(|id| id.len() == 16 && id.ends_with('=')));
    }
}

#[test]
fn a_method_that_no_route_key_has_is_not_found() {
    assert_eq!(faults().get("/api/read-only").status, 200);
    for method in ["POST", "PUT", "OPTIONS", "BREW"] {
        let answer = faults().send(&request(method, "/api/read-only"));
        assert_eq!(answer.status_and_text(), (404, r#"{"message":"Not Found"}"#.to_owned()), "{method}");
    }
}

#[test]
fn a_route_key_for_get_does_not_take_head() {
    let answer = faults().send(&request("HEAD", "/api/read-only"));
    assert_eq!((answer.status, answer.header("content-length")), (404, Some("23")));
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let answer = main_project().send(&request("HEAD", "/api/user"));
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("19")));
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
}

#[test]
fn a_parameter_is_one_segment_decoded() {
    for (target, id) in [
        ("/api/posts/caf%C3%A9", "café"),
        ("/api/posts/a%2Fb", "a/b"),
        ("/api/posts/a+b", "a+b"),
        ("/api/posts/%F0%9F%A6%80", "🦀"),
        ("/api/posts/7?id=9&other=1", "7"),
        ("/api/posts/%5Bid%5D", "[id]"),
        ("/api/posts/100%", "100%"),
        ("/api/posts/%zz", "%zz"),
    ] {
        let answer = main_project().get(target);
        assert_eq!((answer.status, answer.json()["id"].as_str()), (200, Some(id)), "{target}");
    }
}

#[test]
fn empty_segment_gets_the_functions_404() {
    assert_eq!(main_project().get("/api/posts/").status, 404);
}
