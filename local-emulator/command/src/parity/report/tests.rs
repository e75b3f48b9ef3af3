use http::{HeaderMap, Method, StatusCode};

use super::{ComparisonDocument, RequestDiff, Summary};
use crate::parity::client::{Answer, AnswerResult, NoAnswer};
use crate::parity::file::SourceFile;
use crate::parity::known::KnownDifferences;
use crate::parity::outcome::Outcome;
use crate::parity::request::Request;

#[expect(clippy::unnecessary_wraps, reason = "a comparison takes results")]
fn answer(status: u16, content_type: &str, body: &str) -> AnswerResult {
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type.parse().unwrap())]);
    let body = body.as_bytes().to_vec().into();
    Ok(Answer { status: StatusCode::from_u16(status).unwrap(), headers, body })
}

fn known() -> KnownDifferences {
    let text = "[[known]]\nrequests = ['GET /b']\ndiffers = ['status', 'answer']\ncause = 'it is old'";
    KnownDifferences::read(&SourceFile::from_text(text)).unwrap()
}

fn outcomes(known: &mut KnownDifferences) -> Vec<Outcome> {
    let named = Request { name: "a long one".to_owned(), ..Request::plain(Method::POST, "/c") };
    vec![
        Outcome::new(
            Request::plain(Method::GET, "/a"),
            answer(200, "a/b", "x"),
            answer(200, "a/b", "x"),
            known,
        ),
        Outcome::new(
            Request::plain(Method::GET, "/b"),
            answer(404, "a/b", "x"),
            answer(200, "a/b", "x"),
            known,
        ),
        Outcome::new(named, answer(200, "a/b", r#"{"id":1}"#), answer(200, "a/c", r#"{"id":2}"#), known),
        Outcome::new(
            Request::plain(Method::GET, "/d"),
            Err(NoAnswer::Broken("closed".to_owned())),
            answer(200, "a/b", "x"),
            known,
        ),
    ]
}

/// Returns the text without its colors.
fn plain(text: impl std::fmt::Display) -> String {
    anstream::adapter::strip_str(&text.to_string()).to_string()
}

#[test]
fn request_is_shown_as_a_diff() {
    let outcomes = outcomes(&mut known());
    assert_eq!(
        plain(RequestDiff(&outcomes[2])),
        "POST /c (a long one)\n  - header content-type: a/b\n  + header content-type: a/c\n  \
         - body /id: 1\n  + body /id: 2"
    );
}

#[test]
fn table_has_all_requests_and_known_differences() {
    let mut known = known();
    let outcomes = outcomes(&mut known);
    let expected = "                      there  here
GET /a                200    200   equal
GET /b                404    200   known
POST /c (a long one)  200    200   different
GET /d                none   200   different
known: it is old
  GET /b: status
not seen: file.toml:1:1: answer of `GET /b` no longer differs: remove it from the file
4 requests: 1 equal, 1 with known differences, 2 different";
    assert_eq!(plain(Summary { outcomes: &outcomes, known: &known }), expected);
}

#[test]
fn programs_get_the_same_as_json() {
    let mut known = known();
    let outcomes = outcomes(&mut known);
    let document = ComparisonDocument::new(["there".to_owned(), "here".to_owned()], &outcomes, &known);
    let json = serde_json::to_value(document).unwrap();
    assert_eq!(json["equal"], 1);
    assert_eq!((&json["known"], &json["different"]), (&1.into(), &2.into()));
    assert_eq!(json["requests"][1]["result"], "known");
    assert_eq!(json["requests"][1]["differences"][0]["cause"], "it is old");
    assert_eq!(json["requests"][2]["differences"][1]["part"], "body /id");
    assert_eq!(json["requests"][2]["differences"][1]["here"][0], "2");
    assert_eq!(json["requests"][3]["there"], "no whole answer: closed");
    assert_eq!(json["gone"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_long_value_is_cut_and_stays_on_its_line() {
    let mut known = known();
    let request = Request::plain(Method::GET, "/a");
    let long = format!(r#"{{"a":"\n{}"}}"#, "x".repeat(300));
    let outcome = Outcome::new(request, answer(200, "a/b", &long), answer(200, "a/b", "{}"), &mut known);
    let text = plain(RequestDiff(&outcome));
    let line = text.lines().nth(1).unwrap();
    assert!(text.lines().count() == 2 && line.ends_with("x…") && line.chars().count() < 230, "{text}");
}
