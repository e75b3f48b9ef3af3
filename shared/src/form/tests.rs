use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Form, Misfit};

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Misfit> {
    T::deserialize(Form::new(form_urlencoded::parse(text.as_bytes())))
}

fn assert_reads<T: DeserializeOwned + Debug + PartialEq>(text: &str, expected: &T) {
    assert_eq!(&read::<T>(text).unwrap(), expected, "{text}");
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Search {
    q: String,
    page: Option<u32>,
    ratio: f64,
    exact: bool,
    tag: Vec<String>,
    range: Option<(i8, i8)>,
    sort: Option<Sort>,
    id: Id,
    letter: Option<char>,
    large: u128,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Up,
    Down,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Id(u64);

#[test]
fn form_fills_the_fields_of_a_type() {
    assert_reads("", &Search::default());
    assert_reads(
        "q=a+b%26&page=2&ratio=0.5&exact=true&tag=x&id=7&tag=y&sort=down&letter=%C3%A9&range=1&range=-2&unknown=1",
        &Search {
            q: "a b&".into(),
            page: Some(2),
            ratio: 0.5,
            exact: true,
            tag: vec!["x".into(), "y".into()],
            range: Some((1, -2)),
            sort: Some(Sort::Down),
            id: Id(7),
            letter: Some('é'),
            large: 0,
        },
    );
    let large = Search { large: u128::MAX, ..Search::default() };
    assert_reads(&format!("large={}", u128::MAX), &large);
}

#[test]
fn one_value_is_a_list_of_one() {
    assert_reads("tag=x", &Search { tag: vec!["x".into()], ..Search::default() });
    assert_reads("tag=", &Search { tag: vec![String::new()], ..Search::default() });
}

/// An empty field of a form is sent too, as `page=`.
#[test]
fn empty_value_is_empty_text_and_not_a_number() {
    assert_reads("page=&q=", &Search::default());
    assert_reads("a=&a=4&a=", &BTreeMap::from([("a".to_owned(), vec![None, Some(4.0), None])]));
    assert_reads("a=", &BTreeMap::from([("a".to_owned(), Some(String::new()))]));
    assert_reads("a=", &BTreeMap::from([("a".to_owned(), None::<std::num::NonZeroU32>)]));
    assert!(read::<BTreeMap<String, u8>>("a=").is_err());
    assert!(read::<BTreeMap<String, bool>>("a=").is_err());
}

#[test]
fn form_is_also_a_map_a_list_of_pairs_and_an_option() {
    assert_reads("a=1&b=2", &BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    assert_reads("1=a", &BTreeMap::from([(1, "a".to_owned())]));
    assert_reads("a=1&b=2&a=3", &vec![("a".to_owned(), 1), ("b".to_owned(), 2), ("a".to_owned(), 3)]);
    assert_reads("a=1", &Some(BTreeMap::from([("a".to_owned(), 1)])));
    assert_reads("", &());
    assert!(read::<()>("a=1").is_err());
    assert_reads("b=1&a=2&b=3", &serde_json::json!({ "b": ["1", "3"], "a": "2" }));
}

#[test]
fn form_is_an_enum_by_its_tag() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(tag = "action", rename_all = "lowercase")]
    enum Action {
        Rename { name: String },
    }
    assert_reads("action=rename&name=b", &Action::Rename { name: "b".into() });
}

#[test]
fn misfit_has_its_place() {
    for (text, path) in [
        ("page=x", "page"),
        ("q=1&ratio=x", "ratio"),
        ("tag=1&range=1&range=2&range=3", "range"),
        ("range=1&range=300", "range[1]"),
        ("id=-1", "id"),
        ("sort=sideways", "sort"),
    ] {
        assert_eq!(read::<Search>(text).unwrap_err().path, path, "{text}");
    }
}
