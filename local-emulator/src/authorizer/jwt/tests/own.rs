//! Tokens that the emulator signs.

use std::sync::Arc;

use api_routes_project::aws::{CognitoAuthorizer, JwtIssuer};
use serde_json::{Map, Value, json};

use super::signer::RSA;
use super::{AUDIENCE, ISSUER, NOW, authorizer, claims_with, now};
use crate::authorizer::ApiKind;
use crate::authorizer::DenialKind;
use crate::authorizer::issuer::{OwnIssuer, url};
use crate::authorizer::jwt::{CognitoVerifier, JwtVerifier, KeySets};

fn object(claims: Value) -> Map<String, Value> {
    let Value::Object(claims) = claims else { panic!("{claims}") };
    claims
}

#[tokio::test]
async fn own_token_is_judged_at_any_port() {
    let folder = tempfile::tempdir().unwrap();
    let own = Arc::new(OwnIssuer::new(folder.path()));
    // The emulator was started before there was a key.
    let keys = Arc::new(KeySets::discovered(Arc::new(OwnIssuer::new(folder.path()))));
    let verifier = JwtVerifier::new(&authorizer(ISSUER), ApiKind::Http, keys);
    let key = own.key_or_new().unwrap();
    let local = url("localhost:3000");
    for (changes, scopes, expected) in [
        (json!({ "iss": local }), &[][..], Ok(())),
        (json!({ "iss": url("127.0.0.1:4000") }), &["read"], Ok(())),
        (json!({ "iss": ISSUER }), &[], Ok(())),
        (json!({ "iss": "https://other.example" }), &[], Err("https://other.example")),
        (json!({ "iss": format!("{local}/more") }), &[], Err("is of the issuer")),
        (json!({ "iss": local, "exp": NOW - 1 }), &[], Err("expired 1 s ago")),
        (json!({ "iss": local, "aud": "other" }), &[], Err("`other`")),
        (json!({ "iss": local }), &["write"], Err("`write`")),
    ] {
        let token = key.sign(&object(claims_with(changes))).unwrap();
        let scopes: Vec<_> = scopes.iter().map(ToString::to_string).collect();
        let result = verifier.verify_at(&token, &scopes, now()).await;
        match (result, expected) {
            (Ok(_), Ok(())) => {}
            (Err(denial), Err(word)) => assert!(denial.reason.contains(word), "{word} is not in: {denial}"),
            (result, expected) => panic!("{result:?} {expected:?}"),
        }
    }
}

#[tokio::test]
async fn own_issuer_is_known_by_its_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let own = Arc::new(OwnIssuer::new(folder.path()));
    let key = own.key_or_new().unwrap();
    let keys = Arc::new(KeySets::discovered(own));
    let verifier = JwtVerifier::new(&authorizer(ISSUER), ApiKind::Http, keys);
    let claims = claims_with(json!({ "iss": url("localhost:3000") }));
    for token in [
        // Another key with the id of the emulator's key, and another id.
        RSA.sign(&json!({ "alg": "RS256", "kid": key.id() }), &claims),
        RSA.token(&claims),
    ] {
        let denial = verifier.verify_at(&token, &[], now()).await.unwrap_err();
        assert_eq!(denial.kind, DenialKind::Unauthorized, "{denial}");
    }
}

#[tokio::test]
async fn issuer_that_only_aws_knows_takes_own_tokens_alone() {
    let folder = tempfile::tempdir().unwrap();
    let own = Arc::new(OwnIssuer::new(folder.path()));
    let key = own.key_or_new().unwrap();
    let mut open = authorizer(ISSUER);
    open.issuers[0].url = None;
    let verifier = JwtVerifier::new(&open, ApiKind::Http, Arc::new(KeySets::discovered(own)));
    let claims = claims_with(json!({ "iss": url("localhost:3000") }));
    let token = key.sign(&object(claims.clone())).unwrap();
    assert_eq!(verifier.verify_at(&token, &[], now()).await, Ok(object(claims.clone())));
    let denial = verifier.verify_at(&RSA.token(&claims), &[], now()).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::Unauthorized);
    assert!(denial.reason.contains("only AWS knows the issuer"), "{denial}");
}

#[tokio::test]
async fn cognito_takes_own_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let own = Arc::new(OwnIssuer::new(folder.path()));
    let key = own.key_or_new().unwrap();
    let authorizer =
        CognitoAuthorizer { issuers: vec![JwtIssuer::default()], ..CognitoAuthorizer::default() };
    let verifier = CognitoVerifier::new(&authorizer, Arc::new(KeySets::discovered(own)));
    let claims = claims_with(json!({ "iss": url("localhost:3000"), "aud": AUDIENCE, "token_use": "id" }));
    let token = key.sign(&object(claims)).unwrap();
    assert!(verifier.verify_at(&token, &[], now()).await.is_ok());
    assert!(verifier.verify_at(&token, &["read".to_owned()], now()).await.is_err());
}
