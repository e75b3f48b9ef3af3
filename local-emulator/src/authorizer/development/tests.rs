use std::fs;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use serde_json::json;

use super::{AuthMode, Bypass, CLAIMS_HEADER, Development};
use crate::current::Current;

/// The way around authorizers, in words.
#[tokio::main(flavor = "current_thread")]
async fn bypass(mode: &AuthMode, variable: Option<&str>, header: Option<&str>) -> String {
    let development = Development::new(mode.clone(), Current::new(variable.map(Arc::from)));
    let mut headers = HeaderMap::new();
    headers.extend(header.map(|claims| (CLAIMS_HEADER, HeaderValue::from_str(claims).unwrap())));
    let bypass = development.bypass(&mut headers).await;
    assert_eq!(headers.get(CLAIMS_HEADER), None);
    match bypass {
        Ok(Some(Bypass::Claims(claims))) => serde_json::Value::from((*claims).clone()).to_string(),
        other => format!("{other:?}"),
    }
}

const HEADER: Option<&str> = Some(r#"{"sub":"header"}"#);
const VARIABLE: Option<&str> = Some(r#"{"sub":"variable"}"#);

#[test]
fn strongest_source_of_claims_counts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.json");
    fs::write(&file, json!({ "sub": "file" }).to_string()).unwrap();
    let file = AuthMode::Claims(file);
    for (mode, variable, header, expected) in [
        (&AuthMode::On, None, None, "Ok(None)"),
        (&AuthMode::On, Some(""), None, "Ok(None)"),
        (&AuthMode::On, VARIABLE, None, r#"{"sub":"variable"}"#),
        (&AuthMode::On, VARIABLE, HEADER, r#"{"sub":"header"}"#),
        (&AuthMode::Off, VARIABLE, None, "Ok(Some(Open))"),
        (&AuthMode::Off, VARIABLE, HEADER, r#"{"sub":"header"}"#),
        (&file, VARIABLE, None, r#"{"sub":"file"}"#),
        (&file, VARIABLE, HEADER, r#"{"sub":"header"}"#),
    ] {
        assert_eq!(bypass(mode, variable, header), expected, "{mode:?} {variable:?} {header:?}");
    }
}

#[test]
fn claims_that_are_not_an_object_are_an_error() {
    for text in ["", "null", "[]", "\"7\"", "{", "{}x"] {
        let answer = bypass(&AuthMode::On, None, Some(text));
        assert!(answer.starts_with("Err(Malformed"), "{text}: {answer}");
    }
    let missing = AuthMode::Claims("/nothing/here.json".into());
    assert!(bypass(&missing, None, None).starts_with("Err(Unreadable"));
    assert!(Development::check(&missing).is_err());
}
