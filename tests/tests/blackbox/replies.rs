//! Responses that clients get for the replies of functions.

use crate::harness::{faults, get, main_project};

const FAILED: (u16, &str) = (500, r#"{"message":"Internal Server Error"}"#);
const PLAIN: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

#[test]
fn a_reply_is_read_as_payload_format_2_says() {
    for (reply, status, content_type, body) in [
        ("no-type", 200, PLAIN, "x"),
        ("status-as-text", 201, PLAIN, "x"),
        // The whole reply is the body if it has no status.
        ("text", 200, JSON, "Hello"),
        ("number", 200, JSON, "3"),
        ("object", 200, JSON, r#"{"name":"John Doe"}"#),
        // The gateway does not check the JSON.
        ("garbage", 200, JSON, "<not json"),
        ("nothing", 200, JSON, ""),
    ] {
        let answer = faults().get(&format!("/api/raw/{reply}"));
        assert_eq!(answer.status_and_text(), (status, body.to_owned()), "{reply}");
        assert_eq!(answer.header("content-type"), Some(content_type), "{reply}");
    }
}

#[test]
fn invalid_reply_is_an_error_and_logged() {
    for (reply, complaint) in [
        ("status-zero", "`statusCode` is `0`"),
        ("status-word", "`statusCode` is `teapot`"),
        ("bad-header", "the header `a b`"),
        ("split-header", "the header `a`"),
        ("bad-base64", "`body` is not base64"),
        ("body-object", "a member has the wrong type"),
    ] {
        let answer = faults().get(&format!("/api/raw/{reply}"));
        assert_eq!((answer.status, answer.text().as_str()), FAILED, "{reply}");
        faults().wait_for_log(&format!(
            "GET /api/raw/{reply} 500: the reply cannot become a response: {complaint}"
        ));
    }
}

#[test]
fn no_content_has_neither_type_nor_length() {
    let answer = faults().get("/api/raw/empty");
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.header("content-length")),
        (204, None, None)
    );
}

#[test]
fn binary_arrives_as_it_was_sent() {
    let answer = faults().get("/api/echo?do=binary");
    assert_eq!(answer.body, [0, 159, 146, 150, 255]);
    assert_eq!(answer.header("content-type"), Some("image/png"));
}

#[test]
fn each_cookie_is_a_line_of_its_own() {
    let answer = faults().get("/api/echo?do=cookies");
    assert_eq!(answer.all("set-cookie"), ["a=1", "b=2"]);
}

#[test]
fn a_browser_brings_its_cookie_back() {
    let first = main_project().get("/api/cookies");
    let cookie = first.header("set-cookie").and_then(|cookie| cookie.split(';').next()).unwrap();
    let second = main_project().send(&get("/api/cookies").header("cookie", cookie));
    assert_eq!(second.text(), r#"{"visits":2}"#);
}

#[test]
fn another_origin_may_read_where_the_function_says_so() {
    let asked = |route| main_project().send(&get(route).header("origin", "https://app.example.com"));
    let allowed = "access-control-allow-origin";
    assert_eq!(asked("/api/cors").header(allowed), Some("https://app.example.com"));
    assert_eq!(asked("/api/user").header(allowed), None);
}

#[test]
fn response_has_a_request_id_a_date_and_a_length() {
    let answer = main_project().get("/api/user");
    assert!(answer.header("apigw-requestid").is_some_and(|id| id.len() == 16));
    assert!(answer.header("date").is_some());
    assert_eq!(answer.header("content-length"), Some("19"));
    for absent in ["server", "x-amzn-requestid", "x-amzn-trace-id"] {
        assert_eq!(answer.header(absent), None, "{absent}");
    }
}

#[test]
fn cached_answer_gets_a_304_that_keeps_its_type() {
    let etag = main_project().get("/api/user").header("etag").map(str::to_owned).unwrap();
    let again = main_project().send(&get("/api/user").header("if-none-match", &etag));
    assert_eq!(again.status_and_text(), (304, String::new()));
    assert_eq!(again.header("etag"), Some(etag.as_str()));
    assert_eq!(again.header("content-type"), Some("application/json; charset=utf-8"));
}

#[test]
fn a_reply_over_lambdas_limit_is_an_error() {
    let answer = faults().get("/api/raw/big");
    assert_eq!((answer.status, answer.text().as_str()), FAILED);
    faults().wait_for_log("Status: error\tError Type: Function.ResponseSizeTooLarge");
}

#[test]
fn reply_over_the_limit_is_replaced_by_the_route() {
    let answer = faults().get("/api/echo?do=big");
    assert_eq!(answer.status_and_text(), (500, r#"{"error":"Internal Server Error"}"#.to_owned()));
}
