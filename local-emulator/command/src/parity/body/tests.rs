use proptest::prelude::*;
use serde_json::Value;

use super::differences;
use crate::parity::difference::{Difference, Part};
use crate::parity::request::Ignore;

fn member(pointer: &str, there: Option<&str>, here: Option<&str>) -> Difference {
    Difference::new(Part::Member(pointer.to_owned()), there, here)
}

fn body(there: &str, here: &str) -> Difference {
    Difference::new(Part::Body, [there], [here])
}

fn compare(there: &str, here: &str) -> Vec<Difference> {
    differences(&Ignore::default(), there.as_bytes(), here.as_bytes())
}

#[test]
fn json_shows_the_members_that_differ() {
    let there = r#"{"a":1,"b":[1,{"c/d":"x"}],"e":null}"#;
    let here = r#"{"a":1,"b":[2,{"c/d":"y"},3],"f":true}"#;
    let expected = [
        member("/b/0", Some("1"), Some("2")),
        member("/b/1/c~1d", Some(r#""x""#), Some(r#""y""#)),
        member("/b/2", None, Some("3")),
        member("/e", Some("null"), None),
        member("/f", None, Some("true")),
    ];
    assert_eq!(compare(there, here), expected);
}

#[test]
fn list_is_not_an_object() {
    assert_eq!(compare("[]", "{}"), [body("[]", "{}")]);
}

#[test]
fn the_same_json_written_otherwise_is_another_body() {
    for (there, here) in
        [(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#), ("[1]", "[1 ]"), (r#"["\u0041"]"#, r#"["A"]"#)]
    {
        let [difference] = &compare(there, here)[..] else { panic!("{there} {here}") };
        assert_eq!(difference.part, Part::Body);
    }
}

#[test]
fn text_is_shown_around_the_first_byte_that_differs() {
    assert_eq!(compare("Hello, Ann!", ""), [body("from byte 0 of 11: \"Hello, Ann!\"", "(empty)")]);
    let long = "x".repeat(100);
    let (there, here) = (format!("{long}a\n{long}"), format!("{long}b\n{long}"));
    let around = |letter| format!("from byte 80 of 202: \"{}{letter}\\n{}\"", "x".repeat(20), "x".repeat(38));
    assert_eq!(compare(&there, &here), [body(&around('a'), &around('b'))]);
}

#[test]
fn bytes_are_shown_escaped() {
    let found = differences(&Ignore::default(), b"\x00\xff", b"\x00\xfe");
    assert_eq!(found, [body("from byte 0 of 2: \"\\0\\xff\"", "from byte 0 of 2: \"\\0\\xfe\"")]);
}

#[test]
fn members_may_be_ignored() {
    let ignore = Ignore { json: vec!["/items/*/id".parse().unwrap()], ..Ignore::default() };
    let compare = |there: &str, here: &str| differences(&ignore, there.as_bytes(), here.as_bytes());
    let there = r#"{"items":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}"#;
    assert_eq!(compare(there, r#"{"items":[{"id":3,"name":"a"},{"id":4,"name":"b"}]}"#), []);
    assert_eq!(
        compare(there, r#"{"items":[{"id":3,"name":"a"},{"id":4,"name":"c"}]}"#),
        [member("/items/1/name", Some(r#""b""#), Some(r#""c""#))]
    );
    // A missing member is a difference, even if its value is ignored.
    assert_eq!(
        compare(there, r#"{"items":[{"id":3,"name":"a"},{"name":"b"}]}"#),
        [member("/items/1/id", Some(r#""<ignored>""#), None)]
    );
    let [order] = &compare(there, r#"{"items":[{"name":"a","id":3},{"id":4,"name":"b"}]}"#)[..] else {
        panic!()
    };
    assert_eq!(order.part, Part::Body);
}

#[test]
fn parts_of_a_text_may_be_ignored() {
    let ignore = Ignore { text: vec![regex_lite::Regex::new("[0-9]+ ms").unwrap()], ..Ignore::default() };
    let compare = |there: &str, here: &str| differences(&ignore, there.as_bytes(), here.as_bytes());
    assert_eq!(compare("took 3 ms", "took 14 ms"), []);
    assert_eq!(compare("took 3 ms", "took 14 s").len(), 1);
    // JSON is also compared without the ignored text.
    assert_eq!(compare(r#"{"took":"3 ms"}"#, r#"{"took":"5 ms"}"#), []);
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..3).prop_map(Value::from)]
}

/// Generates JSON from few names and small numbers, so that two values have members in common.
fn json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab/~]{1,2}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Every difference is found, and each pointer leads to a difference.
    #[test]
    fn the_members_that_are_named_are_those_that_differ(there in json(), here in json()) {
        let found = compare(&there.to_string(), &here.to_string());
        prop_assert_eq!(found.is_empty(), there == here);
        for Difference { part, there: left, here: right } in found {
            let Part::Member(pointer) = part else { continue };
            let text = |value: Option<&Value>| value.map(Value::to_string).into_iter().collect::<Vec<_>>();
            prop_assert_eq!(text(there.pointer(&pointer)), left.clone());
            prop_assert_eq!(text(here.pointer(&pointer)), right.clone());
            prop_assert_ne!(left, right);
        }
    }
}
