use http::{HeaderMap, StatusCode};

use super::differences;
use crate::parity::client::{Answer, AnswerResult, NoAnswer};
use crate::parity::difference::{Difference, Part};
use crate::parity::request::{Expected, Request};

#[expect(clippy::unnecessary_wraps, reason = "a comparison takes results")]
fn answer(status: u16, body: &'static str) -> AnswerResult {
    let status = StatusCode::from_u16(status).unwrap();
    Ok(Answer { status, headers: HeaderMap::new(), body: body.into() })
}

fn request() -> Request {
    Request::plain(http::Method::GET, "/a")
}

#[test]
fn status_and_body_are_compared() {
    for (there, here, parts) in [
        (answer(200, "a"), answer(200, "a"), vec![]),
        (answer(200, "a"), answer(201, "a"), vec![Part::Status]),
        (answer(200, "a"), answer(404, "b"), vec![Part::Status, Part::Body]),
    ] {
        let found: Vec<_> = differences(&request(), &there, &here).into_iter().map(|it| it.part).collect();
        assert_eq!(found, parts);
    }
}

#[test]
fn missing_answer_is_a_difference_even_on_both_sides() {
    let none = || Err(NoAnswer::Broken("connection closed".to_owned()));
    let found = differences(&request(), &none(), &answer(200, "a"));
    let expected = Difference::new(Part::Answer, ["no whole answer: connection closed"], ["status 200"]);
    assert_eq!(found, [expected]);
    assert_eq!(differences(&request(), &none(), &none()).len(), 1);
}

#[test]
fn expected_answer_is_checked_though_both_are_equal() {
    let expect = Expected { status: Some(200), body: Some("a".to_owned()) };
    let request = Request { expect, ..request() };
    assert_eq!(differences(&request, &answer(200, "a"), &answer(200, "a")), []);
    let found = differences(&request, &answer(500, "b"), &answer(500, "b"));
    let expected = [
        Difference::new(Part::ExpectedStatus, ["200"], ["500"]),
        Difference::new(Part::ExpectedBody, ["a"], ["b"]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn part_is_read_from_the_text_that_it_prints() {
    for text in ["answer", "status", "header content-type", "body", "body /items/0"] {
        assert_eq!(text.parse::<Part>().unwrap().to_string(), text);
    }
    for text in ["", "Status", "header", "header a b", "body items", "expected status", "cookie a"] {
        assert!(text.parse::<Part>().is_err(), "{text}");
    }
}

#[test]
fn body_contains_its_members() {
    let member = Part::Member("/a".to_owned());
    assert!(Part::Body.covers(&member) && Part::Body.covers(&Part::Body) && member.covers(&member));
    assert!(!member.covers(&Part::Body) && !Part::Status.covers(&Part::Body));
}
