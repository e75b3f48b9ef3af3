//! Tokens as clients send them, and the claims or the denial that follow.

mod cognito;
mod discovery;
mod file;
mod http_api;
mod issuer_server;
mod own;
mod rest_api;
mod signer;

use std::sync::Arc;

use api_routes_project::aws;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::KeySets;
use crate::authorizer::issuer::OwnIssuer;
use crate::timestamp::Timestamp;

const ISSUER: &str = "https://issuer.example/";
const AUDIENCE: &str = "shop";

/// The time of all tests: tokens of the tables are as old as the tables say.
const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_milliseconds(NOW * 1000)
}

/// An authorizer with one issuer and one audience.
fn authorizer(issuer: &str) -> aws::JwtAuthorizer {
    let trusted = aws::JwtIssuer {
        url: Some(issuer.to_owned()),
        audiences: vec![AUDIENCE.to_owned()],
        ..aws::JwtIssuer::default()
    };
    aws::JwtAuthorizer { issuers: vec![trusted], ..aws::JwtAuthorizer::default() }
}

/// The claims of a token that is accepted.
fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "7",
        "iat": NOW - 60,
        "nbf": NOW - 60,
        "exp": NOW + 60,
        "scope": "openid read",
    })
}

/// Claims with some of them replaced. A `null` removes one.
fn claims_with(changes: Value) -> Value {
    let (Value::Object(mut claims), Value::Object(changes)) = (claims(), changes) else {
        panic!("no objects")
    };
    for (name, value) in changes {
        if value.is_null() {
            claims.remove(&name)
        } else {
            claims.insert(name, value)
        };
    }
    Value::Object(claims)
}

/// Keys from a file, and the folder of the file.
fn keys_in_file(content: &Value) -> (Arc<KeySets>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, content.to_string()).unwrap();
    let own = Arc::new(OwnIssuer::new(folder.path().join("target")));
    (Arc::new(KeySets::from_file(file, own).unwrap()), folder)
}

/// Keys that are found by discovery.
fn discovered() -> (Arc<KeySets>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let own = Arc::new(OwnIssuer::new(folder.path().join("target")));
    (Arc::new(KeySets::discovered(own)), folder)
}
