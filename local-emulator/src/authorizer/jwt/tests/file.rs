//! Keys from a file.

use std::fs;

use serde_json::{Value, json};

use super::signer::{OTHER_RSA, RSA};
use super::{ISSUER, NOW, authorizer, claims, claims_with, keys_in_file, now};
use crate::authorizer::issuer::OwnIssuer;
use crate::authorizer::jwt::{JwtVerifier, KeySets};
use crate::authorizer::{ApiKind, DenialKind};
use crate::timestamp::Timestamp;

#[tokio::test]
async fn changed_file_is_read_again() {
    let (keys, folder) = keys_in_file(&RSA.set());
    let file = folder.path().join("jwks.json");
    let verifier = JwtVerifier::new(&authorizer(ISSUER), ApiKind::Http, keys);
    let token = OTHER_RSA.token(&claims());
    let denial = verifier.verify_at(&token, &[], now()).await.unwrap_err();
    assert!(denial.reason.contains("jwks.json") && denial.reason.contains("they have `first`"), "{denial}");
    // The size differs, so that the test needs no clock.
    fs::write(&file, json!({ "keys": [RSA.jwk(), OTHER_RSA.jwk()] }).to_string()).unwrap();
    assert!(verifier.verify_at(&token, &[], now()).await.is_ok());
    fs::write(&file, "{").unwrap();
    let denial = verifier.verify_at(&token, &[], now()).await.unwrap_err();
    assert!(denial.reason.contains("jwks.json:1:1: this is not a JWK set"), "{denial}");
    fs::remove_file(&file).unwrap();
    let denial = verifier.verify_at(&token, &[], now()).await.unwrap_err();
    assert!(denial.reason.contains("cannot read"), "{denial}");
}

#[tokio::test]
async fn token_that_was_accepted_is_judged_again() {
    let (keys, folder) = keys_in_file(&RSA.set());
    let file = folder.path().join("jwks.json");
    let verifier = JwtVerifier::new(&authorizer(ISSUER), ApiKind::Http, keys);
    let token = RSA.token(&claims());
    assert!(verifier.verify_at(&token, &[], now()).await.is_ok());
    let denial = verifier.verify_at(&token, &["write".to_owned()], now()).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::MissingScope);
    let later = Timestamp::from_milliseconds((NOW + 61) * 1000);
    let denial = verifier.verify_at(&token, &[], later).await.unwrap_err();
    assert!(denial.reason.contains("expired 1 s ago"), "{denial}");
    let (claims, _) = token.rsplit_once('.').unwrap();
    let denial = verifier.verify_at(&format!("{claims}.AQAB"), &[], now()).await.unwrap_err();
    assert!(denial.reason.contains("signature"), "{denial}");
    // Another key under the same id, with spaces so that the size differs.
    let mut other = OTHER_RSA.jwk();
    other["kid"] = RSA.jwk()["kid"].clone();
    fs::write(&file, format!("{}  ", json!({ "keys": [other] }))).unwrap();
    let denial = verifier.verify_at(&token, &[], now()).await.unwrap_err();
    assert!(denial.reason.contains("signature"), "{denial}");
}

#[test]
fn file_that_is_no_set_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let own = std::sync::Arc::new(OwnIssuer::new(folder.path()));
    let file = folder.path().join("keys");
    for (content, place) in [
        ("", ":1:1:"),
        ("[]", ":1:1:"),
        ("{\"keys\": 7}", ":1:10:"),
        ("{\n  \"https://a.example\": []\n}", ":2:25:"),
        ("{\n  \"https://a.example\": {}\n}", ":2:25:"),
    ] {
        fs::write(&file, content).unwrap();
        let error = KeySets::from_file(&file, std::sync::Arc::clone(&own)).unwrap_err();
        assert!(error.to_string().contains(place), "{content} {error}");
    }
    let error = KeySets::from_file(folder.path().join("none"), own).unwrap_err();
    assert!(error.to_string().contains("cannot read"), "{error}");
}

#[tokio::test]
async fn issuer_that_only_aws_knows_is_any_with_a_file() {
    let (keys, _folder) = keys_in_file(&RSA.set());
    let mut open = authorizer(ISSUER);
    open.issuers[0].url = None;
    let verifier = JwtVerifier::new(&open, ApiKind::Http, keys);
    for issuer in [json!("https://any.example"), json!(null)] {
        let token = RSA.token(&claims_with(json!({ "iss": issuer })));
        assert!(verifier.verify_at(&token, &[], now()).await.is_ok(), "{issuer}");
    }
    let other = RSA.token(&claims_with(json!({ "aud": "other" })));
    assert!(verifier.verify_at(&other, &[], now()).await.is_err());
}

#[tokio::test]
async fn odd_keys_spoil_no_others() {
    let mut zeros = RSA.jwk();
    let modulus = zeros["n"].as_str().unwrap().to_owned();
    // The modulus with a zero byte in front.
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, modulus).unwrap();
    zeros["n"] = Value::from(super::signer::encode([&[0], bytes.as_slice()].concat()));
    zeros["kid"] = json!("zeros");
    let with = |id: &str, member: &str, value: Value| {
        let mut key = RSA.jwk();
        key["kid"] = json!(id);
        key[member] = value;
        key
    };
    let keys = json!({ "keys": [
        7, {}, { "kid": "bare" }, { "kty": "oct", "kid": "oct", "k": "c2VjcmV0" }, { "kty": "OKP", "kid": "ed", "crv": "Ed25519" },
        with("short", "n", json!("AQAB")), with("broken", "n", json!("*")), with("enc", "use", json!("enc")),
        with("384", "alg", json!("RS384")), with("sig", "use", json!("sig")), zeros, RSA.jwk(),
        // Two keys with one id. Only the second key fits.
        { "kty": "EC", "kid": "twice", "crv": "P-256", "x": "", "y": "" }, with("twice", "alg", json!("RS256")),
    ] });
    let (keys, _folder) = keys_in_file(&keys);
    let verifier = JwtVerifier::new(&authorizer(ISSUER), ApiKind::Http, keys);
    for (id, expected) in [
        ("first", Ok(())),
        ("sig", Ok(())),
        ("zeros", Ok(())),
        ("twice", Ok(())),
        ("bare", Err("its type is ``")),
        ("oct", Err("its type is `oct`")),
        ("ed", Err("its type is `OKP`")),
        ("short", Err("it has 17 bits")),
        ("broken", Err("its `n` is not base64url")),
        ("enc", Err("not for signatures")),
        ("384", Err("the key is only for `RS384`")),
    ] {
        let token = RSA.sign(&json!({ "alg": "RS256", "kid": id }), &claims());
        let result = verifier.verify_at(&token, &[], now()).await;
        match (result, expected) {
            (Ok(_), Ok(())) => {}
            (Err(denial), Err(word)) => assert!(denial.reason.contains(word), "{id} {denial}"),
            (result, expected) => panic!("{id} {result:?} {expected:?}"),
        }
    }
}
