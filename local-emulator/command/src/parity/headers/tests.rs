use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::differences;
use crate::parity::client::Answer;
use crate::parity::difference::{Difference, Part};
use crate::parity::request::Ignore;
use crate::parity::request::Request;

fn answer(lines: &[(&'static str, &'static str)]) -> Answer {
    let line = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    Answer {
        status: StatusCode::OK,
        headers: lines.iter().map(line).collect::<HeaderMap>(),
        body: bytes::Bytes::new(),
    }
}

fn get() -> Request {
    Request::plain(Method::GET, "/")
}

fn difference(name: &'static str, there: &[&str], here: &[&str]) -> Difference {
    let lines = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    Difference::new(Part::Header(HeaderName::from_static(name)), lines(there), lines(here))
}

#[test]
fn order_of_values_is_compared_and_of_names_not() {
    let there = answer(&[("a", "1"), ("b", "2"), ("b", "3")]);
    assert_eq!(differences(&get(), &there, &answer(&[("b", "2"), ("a", "1"), ("b", "3")])), []);
    assert_eq!(
        differences(&get(), &there, &answer(&[("b", "3"), ("a", "1"), ("b", "2")])),
        [difference("b", &["2", "3"], &["3", "2"])]
    );
}

#[test]
fn missing_repeated_and_joined_headers_differ() {
    let there = answer(&[("a", "1"), ("b", "2"), ("b", "3"), ("c", "4")]);
    let here = answer(&[("b", "2, 3"), ("c", "5"), ("d", "6")]);
    let expected = [
        difference("a", &["1"], &[]),
        difference("b", &["2", "3"], &["2, 3"]),
        difference("c", &["4"], &["5"]),
        difference("d", &[], &["6"]),
    ];
    assert_eq!(differences(&get(), &there, &here), expected);
}

#[test]
fn headers_of_one_answer_are_not_compared() {
    let there = answer(&[
        ("apigw-requestid", "a"),
        ("connection", "keep-alive"),
        ("date", "today"),
        ("server", "a"),
        ("transfer-encoding", "chunked"),
        ("via", "1.1 a"),
        ("x-amz-apigw-id", "a"),
        ("x-amz-cf-id", "a"),
        ("x-amz-cf-pop", "a"),
        ("x-amzn-requestid", "a"),
        ("x-amzn-trace-id", "a"),
        ("x-cache", "Miss from cloudfront"),
    ]);
    assert_eq!(differences(&get(), &there, &answer(&[("content-length", "0"), ("date", "tomorrow")])), []);
}

#[test]
fn length_is_compared_where_there_is_no_body() {
    let (there, here) = (answer(&[("content-length", "5")]), answer(&[]));
    assert_eq!(differences(&get(), &there, &here), []);
    let head = Request::plain(Method::HEAD, "/");
    assert_eq!(differences(&head, &there, &here), [difference("content-length", &["5"], &[])]);
    let not_modified = Answer { status: StatusCode::NOT_MODIFIED, ..here };
    assert_eq!(differences(&get(), &there, &not_modified).len(), 1);
}

#[test]
fn ignored_cookie_may_differ_in_value_and_expiry() {
    let ignore = Ignore { cookies: vec!["session".to_owned()], ..Ignore::default() };
    let request = Request { ignore, ..get() };
    let cookie = |cookie| answer(&[("set-cookie", cookie)]);
    let there = cookie("session=a; Path=/; expires=Wed, 25 Nov 2026 00:00:00 GMT; Secure");
    for (here, is_same) in [
        ("session=b; Path=/; Expires=Thu, 26 Nov 2026 00:00:00 GMT; Secure", true),
        ("session=b; Path=/a; Expires=Thu, 26 Nov 2026 00:00:00 GMT; Secure", false),
        ("session=b; Path=/", false),
        ("other=a; Path=/; Expires=Wed, 25 Nov 2026 00:00:00 GMT; Secure", false),
    ] {
        assert_eq!(differences(&request, &there, &cookie(here)).is_empty(), is_same, "{here}");
    }
    assert_eq!(
        differences(&request, &there, &answer(&[])),
        [difference("set-cookie", &["session=<ignored>; Path=/; Expires=<ignored>; Secure"], &[])]
    );
}

#[test]
fn ignored_header_may_be_missing() {
    let ignore = Ignore { headers: vec![HeaderName::from_static("etag")], ..Ignore::default() };
    let request = Request { ignore, ..get() };
    assert_eq!(differences(&request, &answer(&[("etag", "a")]), &answer(&[])), []);
}

#[test]
fn values_that_are_not_utf_8_are_compared() {
    let answer = |bytes: &[u8]| {
        let mut answer = answer(&[]);
        answer.headers.insert("a", HeaderValue::from_bytes(bytes).unwrap());
        answer
    };
    assert_eq!(
        differences(&get(), &answer(b"\xff"), &answer(b"\xfe")),
        [difference("a", &["\\xff"], &["\\xfe"])]
    );
}
