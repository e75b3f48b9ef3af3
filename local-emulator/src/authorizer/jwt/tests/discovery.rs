//! Keys that are found by discovery, and issuers that answer wrongly.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::issuer_server::{IssuerServer, configuration, ok, status};
use super::signer::{OTHER_RSA, RSA};
use super::{authorizer, claims_with, discovered, now};
use crate::authorizer::ApiKind;
use crate::authorizer::jwt::JwtVerifier;
use crate::authorizer::jwt::discovery::CONFIGURATION;
use crate::authorizer::jwt::fetch::LARGEST;
use crate::authorizer::jwt::issuer_keys::{PAUSE, PAUSE_AFTER_FAILURE};
use crate::authorizer::{Denial, DenialKind};

fn verifier(issuer: &str, api: ApiKind) -> (Arc<JwtVerifier>, TempDir) {
    let (keys, folder) = discovered();
    (Arc::new(JwtVerifier::new(&authorizer(issuer), api, keys)), folder)
}

fn claims(issuer: &str) -> Value {
    claims_with(json!({ "iss": issuer }))
}

async fn verify(verifier: &JwtVerifier, token: &str) -> Result<(), Denial> {
    verifier.verify_at(token, &[], now()).await.map(|_| ())
}

/// Lets time pass, without waiting for it.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn shared(keys: Value) -> Arc<Mutex<Value>> {
    Arc::new(Mutex::new(keys))
}

#[tokio::test]
async fn keys_are_fetched_once_for_64_requests() {
    let issuer = IssuerServer::with_keys(shared(RSA.set())).await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    let token = RSA.token(&claims(&issuer.url));
    let requests: Vec<_> = (0..64)
        .map(|_| {
            let (verifier, token) = (Arc::clone(&verifier), token.clone());
            tokio::spawn(async move { verify(&verifier, &token).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), Ok(()));
    }
    assert_eq!((issuer.asked(CONFIGURATION), issuer.asked_for_keys()), (1, 1));
}

#[tokio::test]
async fn unknown_key_is_asked_for_once_in_a_while() {
    let keys = shared(RSA.set());
    let issuer = IssuerServer::with_keys(Arc::clone(&keys)).await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    let rotated = OTHER_RSA.token(&claims(&issuer.url));
    assert!(verify(&verifier, &RSA.token(&claims(&issuer.url))).await.is_ok());
    *keys.lock().unwrap() = json!({ "keys": [RSA.jwk(), OTHER_RSA.jwk()] });
    // A flood of tokens with invented key ids.
    for number in 0..100 {
        let token = RSA.sign(&json!({ "alg": "RS256", "kid": format!("k{number}") }), &claims(&issuer.url));
        assert!(verify(&verifier, &token).await.is_err());
    }
    assert!(verify(&verifier, &rotated).await.is_err());
    assert_eq!(issuer.asked_for_keys(), 1);
    pass(PAUSE).await;
    assert_eq!(verify(&verifier, &rotated).await, Ok(()));
    assert_eq!(issuer.asked_for_keys(), 2);
}

#[tokio::test]
async fn keys_end_after_the_time_that_aws_keeps_them() {
    const HOUR: Duration = Duration::from_secs(3600);
    for (api, lifetime) in [(ApiKind::Http, HOUR * 2), (ApiKind::Rest, HOUR)] {
        let issuer = IssuerServer::with_keys(shared(RSA.set())).await;
        let (verifier, _folder) = verifier(&issuer.url, api);
        let token = RSA.token(&claims(&issuer.url));
        assert_eq!(verify(&verifier, &token).await, Ok(()));
        pass(lifetime / 2).await;
        assert_eq!(verify(&verifier, &token).await, Ok(()));
        assert_eq!(issuer.asked_for_keys(), 1);
        pass(lifetime / 2).await;
        assert_eq!(verify(&verifier, &token).await, Ok(()));
        assert_eq!(issuer.asked_for_keys(), 2);
    }
}

#[tokio::test]
async fn known_keys_are_used_while_the_issuer_is_down() {
    let mut issuer = IssuerServer::with_keys(shared(RSA.set())).await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    let token = RSA.token(&claims(&issuer.url));
    assert_eq!(verify(&verifier, &token).await, Ok(()));
    issuer.stop().await;
    pass(PAUSE).await;
    let denial = verify(&verifier, &OTHER_RSA.token(&claims(&issuer.url))).await.unwrap_err();
    assert!(denial.reason.contains("cannot connect to"), "{denial}");
    assert_eq!(verify(&verifier, &token).await, Ok(()));
    pass(Duration::from_secs(7200)).await;
    assert!(verify(&verifier, &token).await.is_err());
}

#[tokio::test]
async fn issuer_that_is_down_is_asked_again_soon() {
    let is_up = Arc::new(Mutex::new(false));
    let of_server = Arc::clone(&is_up);
    let issuer = IssuerServer::start(move |url, path| {
        Some(match (*of_server.lock().unwrap(), path) {
            (false, _) => status("503 Service Unavailable", ""),
            (true, CONFIGURATION) => ok(&configuration(url)),
            (true, _) => ok(&RSA.set().to_string()),
        })
    })
    .await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    let token = RSA.token(&claims(&issuer.url));
    for _ in 0..10 {
        assert!(verify(&verifier, &token).await.is_err());
    }
    assert_eq!(issuer.asked(CONFIGURATION), 1);
    *is_up.lock().unwrap() = true;
    pass(PAUSE_AFTER_FAILURE).await;
    assert_eq!(verify(&verifier, &token).await, Ok(()));
}

#[tokio::test]
async fn silent_issuer_is_given_up() {
    let issuer = IssuerServer::start(|_, _| None).await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    tokio::time::pause();
    let denial = verify(&verifier, &RSA.token(&claims(&issuer.url))).await.unwrap_err();
    assert!(denial.reason.contains("did not answer within 5s"), "{denial}");
    assert!(denial.reason.contains("--jwks FILE"), "{denial}");
}

/// The answer of an issuer to a path, at its URL.
type Misbehaviour = fn(&str, &str) -> Option<Vec<u8>>;

#[tokio::test]
async fn bad_issuer_is_401_at_http_and_500_at_rest_apis() {
    let (discovery, keys) = ("OIDC discovery endpoint communication error", "JWKS communication error");
    let cases: [(Misbehaviour, &str, &str); 11] = [
        (|_, _| Some(status("500 Internal Server Error", "")), discovery, "answered with 500"),
        (|_, _| Some(status("404 Not Found", "")), discovery, "answered with 404"),
        (|_, _| Some(ok("<html>")), discovery, "not a JSON object with `issuer` and `jwks_uri`"),
        (|_, _| Some(ok("{\"issuer\": 7}")), discovery, "not a JSON object with `issuer` and `jwks_uri`"),
        (
            |_, _| Some(ok(&configuration("https://other.example"))),
            discovery,
            "names the issuer `https://other.example`",
        ),
        (
            |_, _| Some(status("302 Found\r\nlocation: /there", "")),
            discovery,
            "a redirect, which is not followed",
        ),
        (|_, _| Some(b"garbage\r\n\r\n".to_vec()), discovery, "broke off"),
        (|_, _| Some(Vec::new()), discovery, "broke off"),
        (|url, path| Some(with_keys(url, path, ok("[]"))), keys, "not a JSON object with `keys`"),
        (|url, path| Some(with_keys(url, path, ok(&" ".repeat(LARGEST + 1)))), keys, "more than"),
        (
            |url, path| Some(with_keys(url, path, status("500 Internal Server Error", ""))),
            keys,
            "answered with 500",
        ),
    ];
    for (answer, description, word) in cases {
        let issuer = IssuerServer::start(answer).await;
        let token = RSA.token(&claims(&issuer.url));
        let (verifier_of_http, _folder) = verifier(&issuer.url, ApiKind::Http);
        let denial = verify(&verifier_of_http, &token).await.unwrap_err();
        assert_eq!(denial.kind, DenialKind::Unauthorized, "{denial}");
        let challenge =
            format!("Bearer scope=\"\" error=\"invalid_token\" error_description=\"{description}\"");
        assert_eq!(denial.challenge, Some(challenge), "{denial}");
        assert!(denial.reason.contains(word), "{word} is not in: {denial}");
        let (verifier_of_rest, _folder) = verifier(&issuer.url, ApiKind::Rest);
        let denial = verify(&verifier_of_rest, &token).await.unwrap_err();
        assert_eq!((denial.kind, denial.challenge), (DenialKind::AuthorizerFailure, None));
    }
}

fn with_keys(url: &str, path: &str, answer: Vec<u8>) -> Vec<u8> {
    if path == CONFIGURATION { ok(&configuration(url)) } else { answer }
}

#[tokio::test]
async fn keys_on_another_host_need_https() {
    let issuer = IssuerServer::start(|url, _| {
        Some(ok(&json!({ "issuer": url, "jwks_uri": "http://keys.example.org/keys" }).to_string()))
    })
    .await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    let denial = verify(&verifier, &RSA.token(&claims(&issuer.url))).await.unwrap_err();
    assert!(denial.reason.contains("`http://keys.example.org/keys` is not an `https` URL"), "{denial}");
}

#[tokio::test]
async fn issuer_url_that_aws_would_not_take_is_told() {
    for (issuer, word) in [
        ("http://issuer.example.org", "is not an `https` URL, which AWS wants"),
        ("http://192.168.0.7", "is not an `https` URL"),
        ("ftp://localhost", "is not an `https` URL"),
        ("accounts.example.org", "is not a URL"),
        ("", "is not a URL"),
        ("http://", "is not an `https` URL"),
        ("https://localhost:1", if cfg!(feature = "tls") { "cannot connect" } else { "without" }),
        ("http://localhost:1", "cannot connect to `http://localhost:1/.well-known/openid-configuration`"),
    ] {
        let (verifier, _folder) = verifier(issuer, ApiKind::Http);
        let denial = verify(&verifier, &RSA.token(&claims(issuer))).await.unwrap_err();
        assert!(denial.reason.contains(word), "{issuer}: {denial}");
    }
}

#[tokio::test]
async fn token_of_another_issuer_fetches_nothing() {
    let issuer = IssuerServer::with_keys(shared(RSA.set())).await;
    let (verifier, _folder) = verifier(&issuer.url, ApiKind::Http);
    assert!(verify(&verifier, &RSA.token(&claims("https://other.example"))).await.is_err());
    assert_eq!(issuer.asked(CONFIGURATION), 0);
}

#[tokio::test]
async fn slash_at_the_end_of_an_issuer_is_not_doubled() {
    let issuer = IssuerServer::start(|url, path| {
        Some(match path {
            CONFIGURATION => {
                ok(&json!({ "issuer": format!("{url}/"), "jwks_uri": format!("{url}/keys") }).to_string())
            }
            "/keys" => ok(&RSA.set().to_string()),
            _ => status("404 Not Found", ""),
        })
    })
    .await;
    let url = format!("{}/", issuer.url);
    let (verifier, _folder) = verifier(&url, ApiKind::Http);
    assert_eq!(verify(&verifier, &RSA.token(&claims(&url))).await, Ok(()));
}
