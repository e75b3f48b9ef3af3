//! An HTTP API: each bad token with the answer of AWS.

use serde_json::{Value, json};

use super::signer::{OTHER_RSA, P256, RSA, encode, unsigned};
use super::{ISSUER, NOW, authorizer, claims, claims_with, keys_in_file, now};
use crate::authorizer::ApiKind;
use crate::authorizer::DenialKind;
use crate::authorizer::jwt::JwtVerifier;

/// Verifies a token with the key of [`RSA`], which the issuer has.
async fn verified(token: &str, scopes: &[&str]) -> Result<Value, (DenialKind, String, String)> {
    let (keys, _folder) = keys_in_file(&json!({ "keys": [RSA.jwk(), P256.jwk()] }));
    let verifier = JwtVerifier::new(&authorizer(ISSUER), ApiKind::Http, keys);
    let scopes: Vec<_> = scopes.iter().map(ToString::to_string).collect();
    let result = verifier.verify_at(token, &scopes, now()).await;
    result
        .map(Value::Object)
        .map_err(|denial| (denial.kind, denial.challenge.unwrap_or_default(), denial.reason))
}

#[tokio::test]
async fn right_token_gives_its_claims() {
    for token in [
        RSA.token(&claims()),
        format!("Bearer {}", RSA.token(&claims())),
        format!("bearer  {} ", RSA.token(&claims())),
        RSA.sign(&json!({ "alg": "RS384", "kid": RSA.id }), &claims()),
        RSA.sign(&json!({ "alg": "RS512", "kid": RSA.id }), &claims()),
    ] {
        assert_eq!(verified(&token, &[]).await, Ok(claims()));
    }
}

#[tokio::test]
async fn claims_at_the_limit_are_accepted() {
    for changes in [
        json!({ "exp": NOW + 1 }),
        json!({ "exp": 1_800_000_000.5 }),
        json!({ "nbf": NOW + 60, "iat": NOW + 60 }),
        json!({ "nbf": null, "iat": null }),
        json!({ "aud": ["other", "shop"] }),
        json!({ "aud": null, "client_id": "shop" }),
        json!({ "aud": "shop", "client_id": "other" }),
        json!({ "scope": null, "scp": ["a", "read"] }),
        json!({ "scope": null, "scp": "read" }),
        json!({ "scope": ["read"] }),
    ] {
        let claims = claims_with(changes);
        assert_eq!(verified(&RSA.token(&claims), &["write", "read"]).await, Ok(claims));
    }
}

#[tokio::test]
async fn bad_form_is_401_with_the_words_of_aws() {
    let rsa = RSA.token(&claims());
    let [header, payload, signature] = rsa.split('.').collect::<Vec<_>>()[..] else { panic!("{rsa}") };
    let segments = "token contains an invalid number of segments";
    let malformed = "the token is malformed";
    for (token, expected) in [
        ("abc".to_owned(), segments),
        (format!("{header}.{payload}"), segments),
        (format!("{rsa}.{signature}"), segments),
        // Two headers, as one value.
        (format!("{rsa},{rsa}"), segments),
        (format!("Basic {rsa}"), "illegal base64 data at input byte 5"),
        (format!("a*c.{payload}.{signature}"), "illegal base64 data at input byte 1"),
        (format!("{header}.{payload}==.{signature}"), "illegal base64 data at input byte 0"),
        (format!("{header}.{payload}.a"), malformed),
        (format!("{}.{payload}.{signature}", encode("[]")), malformed),
        // Serde would take an array for a struct.
        (format!("{}.{payload}.{signature}", encode(json!(["RS256", RSA.id, null]).to_string())), malformed),
        (format!("{}.{payload}.{signature}", encode("{\"alg\":7}")), malformed),
        (format!("{}.{payload}.{signature}", encode("{\"alg\":\"RS256\",\"alg\":\"none\"}")), malformed),
        (format!("{header}.{}.{signature}", encode("7")), malformed),
        (format!("{header}.{}.{signature}", encode("{")), malformed),
        (format!("{header}.{}.{signature}", encode("[".repeat(4000))), malformed),
    ] {
        let (kind, challenge, reason) = verified(&token, &[]).await.unwrap_err();
        assert_eq!(kind, DenialKind::Unauthorized, "{reason}");
        if expected == "illegal base64 data at input byte 0" {
            assert!(challenge.contains("illegal base64 data at input byte "), "{challenge}");
            continue;
        }
        let expected = format!("Bearer scope=\"\" error=\"invalid_token\" error_description=\"{expected}\"");
        assert_eq!(challenge, expected, "{reason}");
    }
}

#[tokio::test]
async fn missing_token_has_the_scheme_alone_as_challenge() {
    for token in ["", " ", "Bearer", "Bearer ", "bearer\t"] {
        let (kind, challenge, reason) = verified(token, &[]).await.unwrap_err();
        assert_eq!((kind, challenge.as_str()), (DenialKind::Unauthorized, "Bearer"), "{token:?} {reason}");
    }
}

#[tokio::test]
async fn wrong_signature_or_claim_is_401() {
    let header = |alg: &str| json!({ "alg": alg, "kid": RSA.id });
    let valid = |what: &str| format!("the token does not have a valid {what}");
    let signing = |name: &str| format!("signing method {name} is invalid");
    let with = |changes: Value| RSA.token(&claims_with(changes));
    let text = RSA.token(&claims());
    let (signed, _) = text.rsplit_once('.').unwrap();
    let (_, signature) = text.rsplit_once('.').unwrap();
    let (start, _) = signed.split_once('.').unwrap();
    let changed = encode(claims_with(json!({ "sub": "8" })).to_string());
    for (token, expected, word) in [
        (unsigned(&header("none"), &claims()), signing("none"), "none"),
        (unsigned(&header("None"), &claims()), signing("None"), "None"),
        (unsigned(&json!({ "kid": RSA.id }), &claims()), signing(""), "RS256"),
        (RSA.confused(&claims()), signing("HS256"), "HS256"),
        (P256.token(&claims()), signing("ES256"), "ES256"),
        (RSA.sign(&header("PS256"), &claims()), signing("PS256"), "PS256"),
        (RSA.sign(&json!({ "alg": "RS256", "kid": P256.id }), &claims()), valid("signature"), "P-256"),
        (
            RSA.sign(&json!({ "alg": "RS256", "kid": RSA.id, "crit": ["b64"], "b64": false }), &claims()),
            "the token has an unknown critical header".to_owned(),
            "b64",
        ),
        (RSA.sign(&json!({ "alg": "RS256" }), &claims()), valid("kid"), "kid"),
        (OTHER_RSA.token(&claims()), valid("kid"), "second"),
        (OTHER_RSA.sign(&header("RS256"), &claims()), valid("signature"), "first"),
        (format!("{signed}."), valid("signature"), "signature"),
        (format!("{start}.{changed}.{signature}"), valid("signature"), "signature"),
        (with(json!({ "iss": null })), valid("issuer"), "does not name"),
        (with(json!({ "iss": "https://issuer.example" })), valid("issuer"), "https://issuer.example/"),
        (with(json!({ "iss": [ISSUER] })), valid("issuer"), "does not name"),
        (with(json!({ "aud": "other" })), valid("audience"), "`other`"),
        (with(json!({ "aud": ["other", 7] })), valid("audience"), "`other`"),
        (with(json!({ "aud": "Shop" })), valid("audience"), "`shop`"),
        (with(json!({ "aud": "other", "client_id": "shop" })), valid("audience"), "`other`"),
        (with(json!({ "aud": null })), valid("audience"), "no audience"),
        (with(json!({ "exp": NOW })), "the token has expired".to_owned(), "0 s ago"),
        (with(json!({ "exp": NOW - 86_400 })), "the token has expired".to_owned(), "24 h ago"),
        (with(json!({ "exp": 0 })), "the token has expired".to_owned(), "days ago"),
        (with(json!({ "exp": null })), "the token has expired".to_owned(), "`exp`"),
        (with(json!({ "exp": "1900000000" })), valid("exp"), "`exp`"),
        (with(json!({ "exp": true })), valid("exp"), "`exp`"),
        (with(json!({ "nbf": NOW + 61 })), "the token is not valid yet".to_owned(), "61 s"),
        (with(json!({ "nbf": "soon" })), valid("nbf"), "`nbf`"),
        (with(json!({ "iat": NOW + 600 })), "the token was issued in the future".to_owned(), "10 min"),
    ] {
        let (kind, challenge, reason) = verified(&token, &[]).await.unwrap_err();
        assert_eq!(kind, DenialKind::Unauthorized, "{reason}");
        let expected = format!("Bearer scope=\"\" error=\"invalid_token\" error_description=\"{expected}\"");
        assert_eq!(challenge, expected, "{reason}");
        assert!(reason.contains(word), "{word} is not in: {reason}");
    }
}

#[tokio::test]
async fn missing_scope_is_403_and_names_the_scopes() {
    for (changes, wanted) in [
        (json!({}), "write"),
        (json!({ "scope": "Read" }), "read"),
        (json!({ "scope": null }), "read"),
        (json!({ "scope": "other", "scp": "read" }), "read"),
        (json!({ "scope": 7 }), "read"),
        (json!({ "scope": "read:all" }), "read"),
    ] {
        let token = RSA.token(&claims_with(changes));
        let (kind, challenge, reason) = verified(&token, &[wanted, "admin"]).await.unwrap_err();
        assert_eq!(kind, DenialKind::MissingScope, "{reason}");
        let expected = format!(
            "Bearer scope=\"{wanted} admin\" error=\"insufficient_scope\" error_description=\"the token does not have a \
             required scope\""
        );
        assert_eq!(challenge, expected);
        assert!(reason.contains(&format!("token --scope {wanted}")), "{reason}");
    }
}

#[tokio::test]
async fn token_of_20_kb_is_judged_and_told_in_short() {
    let long = "x".repeat(20_000);
    for token in [
        long.clone(),
        format!("{long}.{long}.{long}"),
        RSA.token(&claims_with(json!({ "iss": long }))),
        RSA.token(&claims_with(json!({ "aud": long }))),
        RSA.sign(&json!({ "alg": "RS256", "kid": long }), &claims()),
        RSA.sign(&json!({ "alg": long, "kid": RSA.id }), &claims()),
    ] {
        let (kind, challenge, reason) = verified(&token, &[]).await.unwrap_err();
        assert_eq!(kind, DenialKind::Unauthorized);
        assert!(challenge.len() < 200 && reason.len() < 600, "{challenge} {reason}");
    }
    let large = claims_with(json!({ "note": long }));
    assert_eq!(verified(&RSA.token(&large), &[]).await, Ok(large));
}

#[tokio::test]
async fn authorizer_without_audience_lets_nobody_in() {
    let (keys, _folder) = keys_in_file(&RSA.set());
    let mut authorizer = authorizer(ISSUER);
    authorizer.issuers[0].audiences.clear();
    let verifier = JwtVerifier::new(&authorizer, ApiKind::Http, keys);
    let denial = verifier.verify_at(&RSA.token(&claims()), &[], now()).await.unwrap_err();
    assert!(denial.reason.contains("has no audience"), "{denial}");
}

#[tokio::test]
async fn audience_that_only_aws_knows_is_any() {
    let (keys, _folder) = keys_in_file(&RSA.set());
    let mut authorizer = authorizer(ISSUER);
    authorizer.issuers[0].has_hidden_audiences = true;
    let verifier = JwtVerifier::new(&authorizer, ApiKind::Http, keys);
    let claims = claims_with(json!({ "aud": null }));
    assert!(verifier.verify_at(&RSA.token(&claims), &[], now()).await.is_ok());
}
