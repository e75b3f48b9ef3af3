use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::differences;
use crate::parity::answer::Answer;
use crate::parity::difference::{Difference, Part};
use crate::parity::ignore::Ignore;
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
fn names_come_in_any_order_and_values_of_one_in_theirs() {
    let there = answer(&[("a", "1"), ("b", "2"), ("b", "3")]);
    assert_eq!(differences(&get(), &there, &answer(&[("b", "2"), ("a", "1"), ("b", "3")])), []);
    assert_eq!(
        differences(&get(), &there, &answer(&[("b", "3"), ("a", "1"), ("b", "2")])),
        [difference("b", &["2", "3"], &["3", "2"])]
    );
}

#[test]
fn a_header_may_be_missing_repeated_joined_or_another_one() {
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
fn what_must_differ_is_not_compared() {
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
fn where_there_is_no_body_its_length_is_compared() {
    let (there, here) = (answer(&[("content-length", "5")]), answer(&[]));
    assert_eq!(differences(&get(), &there, &here), []);
    let head = Request::plain(Method::HEAD, "/");
    assert_eq!(differences(&head, &there, &here), [difference("content-length", &["5"], &[])]);
    let not_modified = Answer { status: StatusCode::NOT_MODIFIED, ..here };
    assert_eq!(differences(&get(), &there, &not_modified).len(), 1);
}

#[test]
fn of_an_ignored_cookie_only_value_and_time_may_differ() {
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
fn an_ignored_header_need_not_be_there() {
    let ignore = Ignore { headers: vec![HeaderName::from_static("etag")], ..Ignore::default() };
    let request = Request { ignore, ..get() };
    assert_eq!(differences(&request, &answer(&[("etag", "a")]), &answer(&[])), []);
}

#[test]
fn bytes_that_are_no_text_are_told_apart() {
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
