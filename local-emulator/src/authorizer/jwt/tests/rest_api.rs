//! A REST API: more algorithms, several issuers, and further claims.

use api_routes_project::aws::JwtAuthorizer;
use serde_json::{Value, json};

use super::signer::{OTHER_RSA, P256, P384, RSA};
use super::{ISSUER, NOW, authorizer, claims, claims_with, keys_in_file, now};
use crate::authorizer::ApiKind;
use crate::authorizer::jwt::JwtVerifier;
use crate::authorizer::{Denial, DenialKind};

const SECOND: &str = "https://second.example";

fn two_issuers() -> JwtAuthorizer {
    let mut first = authorizer(ISSUER);
    let mut second = authorizer(SECOND).issuers.remove(0);
    second.audiences = vec!["second".to_owned()];
    first.issuers.push(second);
    first
}

async fn verified(authorizer: &JwtAuthorizer, token: &str) -> Result<Value, Denial> {
    let sets = json!({
        ISSUER: { "keys": [RSA.jwk(), P256.jwk(), P384.jwk(), { "kty": "EC", "crv": "P-521", "kid": "p521",
            "x": "A".repeat(88), "y": "A".repeat(88) }] },
        SECOND: OTHER_RSA.set(),
    });
    let (keys, _folder) = keys_in_file(&sets);
    let verifier = JwtVerifier::new(authorizer, ApiKind::Rest, keys);
    verifier.verify_at(token, &[], now()).await.map(Value::Object)
}

#[tokio::test]
async fn rsa_and_elliptic_curves_are_verified() {
    for token in [RSA.token(&claims()), P256.token(&claims()), P384.token(&claims())] {
        assert_eq!(verified(&authorizer(ISSUER), &token).await, Ok(claims()));
    }
}

#[tokio::test]
async fn algorithms_are_those_of_the_authorizer() {
    let mut authorizer = authorizer(ISSUER);
    authorizer.algorithms = vec!["ES256".to_owned(), "HS256".to_owned()];
    assert!(verified(&authorizer, &P256.token(&claims())).await.is_ok());
    for token in [RSA.token(&claims()), RSA.confused(&claims()), P384.token(&claims())] {
        let denial = verified(&authorizer, &token).await.unwrap_err();
        assert_eq!(denial.kind, DenialKind::Unauthorized);
        assert!(denial.reason.contains("takes `ES256`"), "{denial}");
    }
}

#[tokio::test]
async fn es512_is_refused_with_the_reason() {
    let token = RSA.sign(&json!({ "alg": "ES512", "kid": "p521" }), &claims());
    let denial = verified(&authorizer(ISSUER), &token).await.unwrap_err();
    assert_eq!((denial.kind, denial.challenge), (DenialKind::Unauthorized, None));
    assert!(denial.reason.contains("`ES512` is not emulated"), "{}", denial.reason);
}

#[tokio::test]
async fn curve_of_another_algorithm_is_refused() {
    let token = P256.sign(&json!({ "alg": "ES384", "kid": P256.id }), &claims());
    let denial = verified(&authorizer(ISSUER), &token).await.unwrap_err();
    assert!(denial.reason.contains("the key has the type P-256"), "{denial}");
}

#[tokio::test]
async fn each_issuer_has_its_keys_and_audiences() {
    let second = |aud: &str| claims_with(json!({ "iss": SECOND, "aud": aud }));
    assert!(verified(&two_issuers(), &RSA.token(&claims())).await.is_ok());
    assert!(verified(&two_issuers(), &OTHER_RSA.token(&second("second"))).await.is_ok());
    for (token, word) in [
        // The audience of the other issuer.
        (OTHER_RSA.token(&second("shop")), "`second`"),
        (RSA.token(&claims_with(json!({ "aud": "second" }))), "`shop`"),
        // The key of the other issuer.
        (OTHER_RSA.token(&claims()), "no `kid` `second`"),
        (RSA.token(&second("second")), "no `kid` `first`"),
        (RSA.token(&claims_with(json!({ "iss": "https://third.example" }))), "https://third.example"),
    ] {
        let denial = verified(&two_issuers(), &token).await.unwrap_err();
        assert_eq!(denial.kind, DenialKind::Unauthorized);
        assert!(denial.reason.contains(word), "{word} is not in: {denial}");
    }
}

#[tokio::test]
async fn further_claims_hold_as_the_authorizer_says() {
    for (is_required, accepted, claim, expected) in [
        (true, &[][..], json!("gold"), true),
        (true, &[], json!(null), false),
        (true, &[], json!(7), true),
        (true, &["gold"], json!("gold"), true),
        (true, &["gold"], json!("Gold"), false),
        (true, &["gold"], json!(["gold"]), false),
        (true, &["gold"], json!(null), false),
        (false, &["gold"], json!(null), true),
        (false, &["gold"], json!("tin"), false),
        (false, &["gold", "tin"], json!("tin"), true),
    ] {
        let mut authorizer = authorizer(ISSUER);
        let rule = ("tier".to_owned(), accepted.iter().map(ToString::to_string).collect());
        let issuer = &mut authorizer.issuers[0];
        if is_required { &mut issuer.required_claims } else { &mut issuer.optional_claims }.push(rule);
        let token = RSA.token(&claims_with(json!({ "tier": claim })));
        let result = verified(&authorizer, &token).await;
        assert_eq!(result.is_ok(), expected, "{is_required} {accepted:?} {claim} {result:?}");
    }
}

#[tokio::test]
async fn rest_api_has_no_challenge() {
    for changes in [json!({ "exp": NOW - 1 }), json!({ "aud": "other" })] {
        let denial = verified(&authorizer(ISSUER), &RSA.token(&claims_with(changes))).await.unwrap_err();
        assert_eq!((denial.challenge, denial.message), (None, None));
    }
}

#[tokio::test]
async fn issuer_missing_in_the_file_is_a_failure() {
    let token = RSA.token(&claims_with(json!({ "iss": "https://third.example" })));
    let denial = verified(&authorizer("https://third.example"), &token).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::AuthorizerFailure);
    assert!(denial.reason.contains(SECOND), "{denial}");
}
