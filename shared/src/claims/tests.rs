use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Claim, Notation};
use crate::decode::{self, Fault};

fn read<T: DeserializeOwned>(value: &Value, notation: Notation) -> Result<T, (String, String)> {
    decode::claims(Claim::new(value, notation)).map_err(|fault| match fault {
        Fault::Field { path, message } => (path, message),
        Fault::Syntax(cause) => (String::new(), cause),
    })
}

#[derive(Debug, Deserialize, PartialEq)]
struct Token {
    sub: String,
    exp: u64,
    iat: i64,
    auth_time: f64,
    email_verified: bool,
    #[serde(rename = "cognito:groups")]
    groups: Vec<String>,
    ids: Vec<u32>,
    aud: Vec<String>,
    scope: Vec<String>,
    tenant: Option<u32>,
    level: Level,
    plan: Plan,
    address: Address,
    nickname: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Level(u8);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Plan {
    Pro,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Address {
    country: String,
    zip: u32,
}

#[test]
fn one_type_reads_each_notation() {
    let token = Token {
        sub: "7".into(),
        exp: 1_678_300_797,
        iat: 1_678_297_197,
        auth_time: 1_678_297_197.0,
        email_verified: true,
        groups: vec!["admin".into(), "staff".into()],
        ids: vec![1, 2],
        aud: vec!["app".into()],
        scope: vec!["read".into(), "write".into()],
        tenant: Some(3),
        level: Level(4),
        plan: Plan::Pro,
        address: Address { country: "JP".into(), zip: 100 },
        nickname: None,
    };
    let json = json!({
        "sub": 7, "exp": 1_678_300_797, "iat": 1_678_297_197, "auth_time": 1_678_297_197, "email_verified": true,
        "cognito:groups": ["admin", "staff"], "ids": [1, "2"], "aud": ["app"], "scope": ["read", "write"],
        "tenant": 3, "level": 4, "plan": "pro", "address": { "country": "JP", "zip": 100 }, "nickname": null,
    });
    let brackets = json!({
        "sub": "7", "exp": "1678300797", "iat": "1678297197", "auth_time": "1678297197", "email_verified": "true",
        "cognito:groups": "[admin staff]", "ids": "[1 2]", "aud": "app", "scope": "read write",
        "tenant": "3", "level": "4", "plan": "pro", "address": r#"{"country":"JP","zip":100}"#,
    });
    let commas = json!({
        "sub": "7", "exp": "Wed Mar 08 18:39:57 UTC 2023", "iat": "Wed Mar 08 17:39:57 UTC 2023",
        "auth_time": "1678297197", "email_verified": "true", "cognito:groups": "admin,staff", "ids": "1,2",
        "aud": "app", "scope": "read write", "tenant": "3", "level": "4", "plan": "pro",
        "address": r#"{"country":"JP","zip":"100"}"#,
    });
    for (claims, notation) in
        [(&json, Notation::Json), (&brackets, Notation::Brackets), (&commas, Notation::Commas)]
    {
        assert_eq!(read::<Token>(claims, notation).as_ref(), Ok(&token), "{notation:?}");
    }
}

#[test]
fn a_list_is_read_as_its_front_door_writes_it() {
    for (value, notation, expected) in [
        (json!("[a b]"), Notation::Brackets, &["a", "b"][..]),
        (json!("[]"), Notation::Brackets, &[]),
        (json!("[a]"), Notation::Brackets, &["a"]),
        (json!("a"), Notation::Brackets, &["a"]),
        (json!("a,b c"), Notation::Brackets, &["a,b c"]),
        (json!("[1e3 007 1.10]"), Notation::Brackets, &["1e3", "007", "1.10"]),
        (json!("[1e3]"), Notation::Brackets, &["1e3"]),
        (json!(r#"["a b","c"]"#), Notation::Brackets, &["a b", "c"]),
        (json!("[a"), Notation::Brackets, &["[a"]),
        (json!(""), Notation::Brackets, &[]),
        (json!("a,b"), Notation::Commas, &["a", "b"]),
        (json!("a"), Notation::Commas, &["a"]),
        (json!("a b"), Notation::Commas, &["a b"]),
        (json!(r#"["a,b","c"]"#), Notation::Commas, &["a,b", "c"]),
        (json!(""), Notation::Commas, &[]),
        (json!(["a", "b c", 7, true]), Notation::Json, &["a", "b c", "7", "true"]),
        (json!(r#"["a","b"]"#), Notation::Json, &["a", "b"]),
        (json!("[1,2]"), Notation::Json, &["1", "2"]),
        (json!("[a b]"), Notation::Json, &["[a b]"]),
        (json!("a,b"), Notation::Json, &["a,b"]),
        (json!(7), Notation::Json, &["7"]),
        (json!(""), Notation::Json, &[]),
        (json!("read  write"), Notation::Spaces, &["read", "write"]),
        (json!("[read write]"), Notation::Spaces, &["read", "write"]),
        (json!(["read", "write"]), Notation::Spaces, &["read", "write"]),
        (json!(r#"["read","write"]"#), Notation::Spaces, &["read", "write"]),
        (json!(""), Notation::Spaces, &[]),
    ] {
        assert_eq!(read::<Vec<String>>(&value, notation).unwrap(), expected, "{value} {notation:?}");
    }
}

#[test]
fn scopes_are_a_list_and_a_text() {
    #[derive(Deserialize)]
    struct Text {
        scope: String,
    }
    for (claims, notation) in [
        (json!({ "scope": "a b", "scp": "[a b]" }), Notation::Brackets),
        (json!({ "scope": "a b", "scp": "a b" }), Notation::Commas),
        (json!({ "scope": "a b", "scp": ["a", "b"] }), Notation::Json),
    ] {
        let lists: BTreeMap<String, Vec<String>> = read(&claims, notation).unwrap();
        assert_eq!(
            (&lists["scope"], &lists["scp"]),
            (&vec!["a".into(), "b".into()], &vec!["a".into(), "b".into()])
        );
        assert_eq!(read::<Text>(&claims, notation).unwrap().scope, "a b");
    }
}

#[test]
fn a_type_that_takes_anything_gets_what_the_event_has() {
    #[derive(Deserialize)]
    struct Known {
        sub: u32,
        #[serde(flatten)]
        others: HashMap<String, Value>,
    }
    let claims = json!({
        "sub": "7", "exp": 7, "negative": -7, "ratio": 0.5, "groups": "[a b]", "list": [1, "2", null], "flag": true,
        "none": null, "address": { "zip": "100" },
    });
    for notation in [Notation::Json, Notation::Brackets, Notation::Commas] {
        assert_eq!(read::<Value>(&claims, notation).unwrap(), claims);
        assert_eq!(
            read::<serde_json::Map<String, Value>>(&claims, notation).unwrap(),
            *claims.as_object().unwrap()
        );
    }
    let known: Known = read(&claims, Notation::Brackets).unwrap();
    assert_eq!((known.sub, &known.others["groups"]), (7, &json!("[a b]")));
}

#[test]
fn empty_text_is_not_a_number() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Optional {
        tenant: Option<u32>,
        admin: Option<bool>,
        name: Option<String>,
        groups: Option<Vec<String>>,
    }
    let claims = json!({ "tenant": "", "admin": "", "name": "", "groups": "" });
    let expected =
        Optional { tenant: None, admin: None, name: Some(String::new()), groups: Some(Vec::new()) };
    assert_eq!(read(&claims, Notation::Commas), Ok(expected));
}

#[test]
fn a_date_is_a_number_of_a_cognito_authorizer_alone() {
    let date = json!("Wed Mar 08 18:39:57 UTC 2023");
    assert_eq!(read::<u64>(&date, Notation::Commas), Ok(1_678_300_797));
    assert_eq!(read::<i64>(&date, Notation::Commas), Ok(1_678_300_797));
    assert_eq!(read::<f64>(&date, Notation::Commas), Ok(1_678_300_797.0));
    assert_eq!(read::<Option<u64>>(&date, Notation::Commas), Ok(Some(1_678_300_797)));
    assert_eq!(read::<String>(&date, Notation::Commas).unwrap(), "Wed Mar 08 18:39:57 UTC 2023");
    for notation in [Notation::Json, Notation::Brackets, Notation::Spaces] {
        assert!(read::<u64>(&date, notation).is_err(), "{notation:?}");
    }
}

#[test]
fn misfit_names_its_claim_and_not_the_value() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Claims {
        sub: String,
        #[serde(default)]
        exp: u32,
        #[serde(default)]
        admin: bool,
        #[serde(default)]
        ids: Vec<u8>,
        #[serde(default)]
        pair: (u8, u8),
        #[serde(default)]
        plan: Option<Plan>,
        #[serde(default)]
        address: Option<Address>,
    }
    for (claims, path, message) in [
        (json!({}), "sub", "missing field `sub`"),
        (json!({ "sub": null }), "sub", "expected a string"),
        (json!({ "sub": ["s3cret"] }), "sub", "expected a string, not a list"),
        (json!({ "sub": { "a": "s3cret" } }), "sub", "expected a string"),
        (json!({ "sub": "a", "exp": "s3cret" }), "exp", "expected u32"),
        (json!({ "sub": "a", "exp": -1 }), "exp", "expected u32"),
        (json!({ "sub": "a", "exp": 1.5 }), "exp", "expected u32"),
        (json!({ "sub": "a", "exp": 4_294_967_296_u64 }), "exp", "expected u32"),
        (json!({ "sub": "a", "exp": [1] }), "exp", "expected u32, not a list"),
        (json!({ "sub": "a", "admin": "s3cret" }), "admin", "expected a boolean"),
        (json!({ "sub": "a", "admin": 1 }), "admin", "expected a boolean"),
        (json!({ "sub": "a", "ids": "[1 s3cret]" }), "ids[1]", "expected u8"),
        (json!({ "sub": "a", "ids": [1, 300] }), "ids[1]", "expected u8"),
        (json!({ "sub": "a", "ids": { "a": 1 } }), "ids", "expected a sequence"),
        (json!({ "sub": "a", "pair": "[1 2 3]" }), "pair", "expected fewer values"),
        (json!({ "sub": "a", "pair": "[1]" }), "pair", "expected a tuple of size 2"),
        (json!({ "sub": "a", "plan": "s3cret" }), "plan", "expected `pro`"),
        (json!({ "sub": "a", "address": "s3cret" }), "address", "expected struct Address"),
        (json!({ "sub": "a", "address": { "country": "JP" } }), "address.zip", "missing field `zip`"),
        (
            json!({ "sub": "a", "address": { "country": "JP", "zip": "s3cret" } }),
            "address.zip",
            "expected u32",
        ),
        (
            json!({ "sub": "a", "address": r#"{"country":"JP","zip":[7]}"# }),
            "address.zip",
            "expected u32, not a list",
        ),
        (json!([1]), "", "expected struct Claims, not a list"),
    ] {
        let misfit = read::<Claims>(&claims, Notation::Brackets).unwrap_err();
        assert_eq!(misfit, (path.to_owned(), message.to_owned()), "{claims}");
    }
}
