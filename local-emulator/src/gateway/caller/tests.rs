use serde_json::{Map, Value, json};

use super::{identity, payload_1, payload_2, rest_api};
use crate::authorizer::{Authorized, Caller, IamCaller, PresentedKey};

fn authorized(caller: Caller) -> Authorized {
    Authorized { caller: Some(caller), ..Authorized::default() }
}

fn claims(claims: Value) -> Map<String, Value> {
    serde_json::from_value(claims).unwrap()
}

#[test]
fn claims_have_the_form_of_their_front_door() {
    let sent = claims(json!({
        "sub": "7", "exp": 1_513_495_692, "auth_time": 1_513_492_092, "admin": true, "none": null, "ratio": 0.5,
        "cognito:groups": ["a", "b"], "address": { "city": "Rome" }
    }));
    let http = json!({
        "sub": "7", "exp": "1513495692", "auth_time": "1513492092", "admin": "true", "ratio": "0.5",
        "cognito:groups": "[a b]", "address": "{\"city\":\"Rome\"}"
    });
    let jwt = authorized(Caller::Jwt { claims: sent.clone(), scopes: None });
    assert_eq!(rest_api(&jwt), Some(json!({ "claims": sent.clone() })));
    assert_eq!(payload_2(&jwt), Some(json!({ "jwt": { "claims": http, "scopes": null } })));
    assert_eq!(payload_1(&jwt), Some(json!({ "claims": http, "scopes": null })));
    let rest = json!({
        "sub": "7", "exp": "Sun Dec 17 07:28:12 UTC 2017", "auth_time": "1513492092", "admin": "true", "ratio": "0.5",
        "cognito:groups": "a,b", "address": "{\"city\":\"Rome\"}"
    });
    assert_eq!(rest_api(&authorized(Caller::Cognito { claims: sent })), Some(json!({ "claims": rest })));
}

#[test]
fn times_beyond_a_date_stay_numbers() {
    for exp in [json!(i64::MAX), json!(-i64::MAX), json!(1e300), json!(u64::MAX)] {
        let cognito = Caller::Cognito { claims: claims(json!({ "exp": exp })) };
        assert_eq!(rest_api(&authorized(cognito)), Some(json!({ "claims": { "exp": exp.to_string() } })));
    }
}

#[test]
fn scopes_of_a_route_are_a_list() {
    let scopes = Some(vec!["read".to_owned()]);
    let jwt = authorized(Caller::Jwt { claims: claims(json!({ "scope": "read write" })), scopes });
    let expected = json!({ "jwt": { "claims": { "scope": "read write" }, "scopes": ["read"] } });
    assert_eq!(payload_2(&jwt), Some(expected));
}

#[test]
fn context_of_an_authorizer_is_in_the_event() {
    let context = claims(json!({ "plan": "pro" }));
    let caller = authorized(Caller::Lambda {
        principal_id: Some("me".to_owned()),
        context: Some(context),
        usage_identifier_key: None,
        latency_ms: 12,
    });
    assert_eq!(payload_2(&caller), Some(json!({ "lambda": { "plan": "pro" } })));
    let flat = json!({ "plan": "pro", "principalId": "me", "integrationLatency": 12 });
    assert_eq!(payload_1(&caller), Some(flat.clone()));
    assert_eq!(rest_api(&caller), Some(flat));
}

#[test]
fn signer_and_key_are_in_the_identity() {
    let caller = Caller::Iam(IamCaller {
        access_key: "AKIA1".to_owned(),
        account_id: "123456789012".to_owned(),
        user_id: "AIDA1".to_owned(),
        user_arn: "arn:aws:iam::123456789012:user/local".to_owned(),
    });
    let key = PresentedKey { id: "k1".to_owned(), value: "secret".to_owned() };
    let authorized = Authorized { caller: Some(caller), api_key: Some(key) };
    let known: Map<_, _> = identity(&authorized)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    let expected = json!({
        "accessKey": "AKIA1", "accountId": "123456789012", "caller": "AIDA1", "user": "AIDA1",
        "userArn": "arn:aws:iam::123456789012:user/local", "apiKey": "secret", "apiKeyId": "k1"
    });
    assert_eq!(Value::from(known), expected);
    assert_eq!((rest_api(&authorized), payload_1(&authorized)), (None, None));
}

#[test]
fn event_of_an_open_route_has_no_caller() {
    let nobody = Authorized::default();
    assert_eq!((payload_2(&nobody), payload_1(&nobody), rest_api(&nobody)), (None, None, None));
    assert_eq!(identity(&nobody), []);
}
