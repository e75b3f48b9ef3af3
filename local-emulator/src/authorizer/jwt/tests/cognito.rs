//! Cognito user pools behind a REST API.

use api_routes_project::aws::{CognitoAuthorizer, JwtIssuer};
use serde_json::{Value, json};

use super::signer::{P256, RSA};
use super::{NOW, claims_with, keys_in_file, now};
use crate::authorizer::jwt::CognitoVerifier;
use crate::authorizer::{Denial, DenialKind};

const POOL: &str = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc";

fn id_claims(changes: Value) -> Value {
    let claims = claims_with(json!({ "iss": POOL, "aud": "client7", "token_use": "id", "scope": null }));
    let (Value::Object(mut claims), Value::Object(changes)) = (claims, changes) else { panic!("no objects") };
    claims.extend(changes);
    Value::Object(claims)
}

fn access_claims(scope: &str) -> Value {
    claims_with(
        json!({ "iss": POOL, "aud": null, "client_id": "client7", "token_use": "access", "scope": scope }),
    )
}

async fn verified(token: &str, validation: Option<&str>, scopes: &[&str]) -> Result<Value, Denial> {
    let (keys, _folder) = keys_in_file(&json!({ "keys": [RSA.jwk(), P256.jwk()] }));
    let pool = JwtIssuer { url: Some(POOL.to_owned()), ..JwtIssuer::default() };
    let validation = validation.map(str::to_owned);
    let authorizer = CognitoAuthorizer { issuers: vec![pool], validation, ..CognitoAuthorizer::default() };
    let scopes: Vec<_> = scopes.iter().map(ToString::to_string).collect();
    let verifier = CognitoVerifier::new(&authorizer, keys);
    verifier.verify_at(token, &scopes, now()).await.map(Value::Object)
}

#[tokio::test]
async fn route_without_scopes_takes_an_id_token() {
    let token = RSA.token(&id_claims(json!({})));
    assert_eq!(verified(&token, None, &[]).await, Ok(id_claims(json!({}))));
    for token in [RSA.token(&access_claims("read")), RSA.token(&id_claims(json!({ "token_use": "refresh" })))]
    {
        let denial = verified(&token, None, &[]).await.unwrap_err();
        assert_eq!(denial.kind, DenialKind::Unauthorized);
        assert!(denial.reason.contains("`id`, since the route has no scopes"), "{denial}");
    }
}

#[tokio::test]
async fn route_with_scopes_takes_an_access_token() {
    let token = RSA.token(&access_claims("shop/read openid"));
    assert!(verified(&token, None, &["shop/read"]).await.is_ok());
    let denial = verified(&token, None, &["shop/write"]).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::MissingScope);
    let id = RSA.token(&id_claims(json!({ "scope": "shop/read" })));
    let denial = verified(&id, None, &["shop/read"]).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::Unauthorized);
    assert!(denial.reason.contains("`access`, since the route has scopes"), "{denial}");
}

#[tokio::test]
async fn expired_token_has_the_body_of_cognito() {
    let denial = verified(&RSA.token(&id_claims(json!({ "exp": NOW - 1 }))), None, &[]).await.unwrap_err();
    assert_eq!(denial.kind, DenialKind::Unauthorized);
    assert_eq!(denial.message.as_deref(), Some("The incoming token has expired"));
}

#[tokio::test]
async fn other_pools_and_algorithms_are_refused() {
    for token in [
        RSA.token(&id_claims(json!({ "iss": "https://cognito-idp.eu-central-1.amazonaws.com/other" }))),
        P256.token(&id_claims(json!({}))),
        RSA.sign(&json!({ "alg": "RS512", "kid": RSA.id }), &id_claims(json!({}))),
    ] {
        let denial = verified(&token, None, &[]).await.unwrap_err();
        assert_eq!((denial.kind, denial.message), (DenialKind::Unauthorized, None));
    }
}

#[tokio::test]
async fn validation_is_about_the_whole_audience() {
    let token = RSA.token(&id_claims(json!({})));
    for (expression, expected) in
        [("client[0-9]", true), ("client", false), (".*", true), ("other|client7", true), ("client(", false)]
    {
        let result = verified(&token, Some(expression), &[]).await;
        assert_eq!(result.is_ok(), expected, "{expression} {result:?}");
    }
    let access = RSA.token(&access_claims("read"));
    assert!(verified(&access, Some("client7"), &["read"]).await.is_ok());
}
