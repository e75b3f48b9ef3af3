//! The caller, in the notation of each authorizer of each front door.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{FrontDoor, decode};
use crate::caller::{Caller, CallerKind};
use crate::claims::Claim;
use crate::event::Identity;

/// The caller that is read from an event with this `requestContext`.
fn identity(front_door: FrontDoor, context: &Value) -> Option<Identity> {
    let mut event = match front_door {
        FrontDoor::HttpApi | FrontDoor::FunctionUrl => json!({ "version": "2.0", "rawPath": "/api/me" }),
        FrontDoor::HttpApiPayload1 => json!({ "version": "1.0", "path": "/api/me", "httpMethod": "GET" }),
        _ => json!({ "path": "/api/me", "httpMethod": "GET" }),
    };
    event["requestContext"] = context.clone();
    event["body"] = json!(r#"{"requestContext":{"authorizer":{"principalId":"mallory"}}}"#);
    Identity::from_event(front_door, event.to_string().as_bytes()).unwrap()
}

fn caller(front_door: FrontDoor, context: &Value) -> Option<(CallerKind, String, Vec<String>)> {
    let caller = Caller::from_identity(&identity(front_door, context)?)?;
    Some((caller.kind(), caller.id().to_owned(), caller.scopes().map(str::to_owned).collect()))
}

fn claims<T: for<'de> Deserialize<'de>>(front_door: FrontDoor, context: &Value) -> T {
    let identity = identity(front_door, context).unwrap();
    T::deserialize(Claim::new(&identity.claims, identity.notation)).unwrap()
}

/// Recorded from AWS by others:
/// <https://github.com/awsdocs/amazon-api-gateway-developer-guide/issues/113>,
/// <https://repost.aws/questions/QUFJRBaEJRSmmqarNrvCWoQA/aws-cognito-group>.
#[test]
fn a_token_is_read_behind_each_front_door() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Token {
        sub: String,
        exp: u64,
        #[serde(rename = "cognito:groups")]
        groups: Vec<String>,
    }
    let expected =
        Token { sub: "7".into(), exp: 1_680_633_579, groups: vec!["admin".into(), "staff".into()] };
    let scopes = vec!["read".to_owned(), "write".to_owned()];
    let bracketed = json!({
        "sub": "7", "exp": "1680633579", "cognito:groups": "[admin staff]", "scope": "read write",
    });
    let cognito = json!({
        "sub": "7", "exp": "Tue Apr 04 18:39:39 UTC 2023", "cognito:groups": "admin,staff", "scope": "read write",
    });
    let typed = json!({ "sub": "7", "exp": 1_680_633_579, "cognito:groups": ["admin", "staff"], "scp": ["read", "write"] });
    for (front_door, context) in [
        (FrontDoor::HttpApi, json!({ "authorizer": { "jwt": { "claims": bracketed, "scopes": null } } })),
        (FrontDoor::HttpApi, json!({ "authorizer": { "jwt": { "claims": bracketed, "scopes": ["read"] } } })),
        (FrontDoor::HttpApiPayload1, json!({ "authorizer": { "claims": bracketed, "scopes": null } })),
        (FrontDoor::RestApi, json!({ "authorizer": { "claims": cognito } })),
        (FrontDoor::RestApi, json!({ "authorizer": { "claims": typed } })),
    ] {
        assert_eq!(claims::<Token>(front_door, &context), expected, "{front_door} {context}");
        let caller = caller(front_door, &context);
        assert_eq!(
            caller,
            Some((CallerKind::Token, "7".to_owned(), scopes.clone())),
            "{front_door} {context}"
        );
    }
}

#[test]
fn a_context_is_read_behind_each_front_door() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Context {
        tenant: u32,
        trial: bool,
        roles: Vec<String>,
    }
    let expected = Context { tenant: 7, trial: false, roles: vec!["a".into(), "b".into()] };
    let typed = json!({ "principalId": "ann", "tenant": 7, "trial": false, "roles": ["a", "b"] });
    let text = json!({
        "principalId": "ann", "integrationLatency": 42, "tenant": "7", "trial": "false", "roles": r#"["a","b"]"#,
    });
    for (front_door, context) in [
        (FrontDoor::HttpApi, json!({ "authorizer": { "lambda": typed } })),
        (FrontDoor::HttpApiPayload1, json!({ "authorizer": typed })),
        (FrontDoor::HttpApiPayload1, json!({ "authorizer": text })),
        (FrontDoor::RestApi, json!({ "authorizer": text })),
    ] {
        assert_eq!(claims::<Context>(front_door, &context), expected, "{front_door} {context}");
        let expected = Some((CallerKind::Lambda, "ann".to_owned(), Vec::new()));
        assert_eq!(caller(front_door, &context), expected, "{front_door} {context}");
    }
}

#[test]
fn latency_of_an_authorizer_is_not_a_claim() {
    let context = json!({ "authorizer": { "principalId": "ann", "integrationLatency": 42, "tenant": "7" } });
    let claims: Value = claims(FrontDoor::RestApi, &context);
    assert_eq!(claims, json!({ "principalId": "ann", "tenant": "7" }));
}

#[test]
fn an_iam_caller_is_read_behind_each_front_door() {
    let arn = "arn:aws:iam::111122223333:user/ann";
    let payload_2 = json!({ "authorizer": { "iam": {
        "accessKey": "AKIA…", "accountId": "111122223333", "callerId": "AIDA…", "cognitoIdentity": null,
        "principalOrgId": null, "userArn": arn, "userId": "AIDA…",
    } } });
    let payload_1 = json!({ "identity": {
        "accessKey": "AKIA…", "accountId": "111122223333", "apiKey": "s3cret", "caller": "AIDA…",
        "cognitoAuthenticationProvider": null, "cognitoAuthenticationType": null, "cognitoIdentityId": null,
        "cognitoIdentityPoolId": null, "principalOrgId": null, "sourceIp": "203.0.113.7", "user": "AIDA…",
        "userAgent": "curl", "userArn": arn,
    } });
    for (front_door, context) in [
        (FrontDoor::HttpApi, &payload_2),
        (FrontDoor::FunctionUrl, &payload_2),
        (FrontDoor::HttpApiPayload1, &payload_1),
        (FrontDoor::RestApi, &payload_1),
    ] {
        let expected = Some((CallerKind::Iam, arn.to_owned(), Vec::new()));
        assert_eq!(caller(front_door, context), expected, "{front_door}");
        let mut claims: Value = claims(front_door, context);
        claims.as_object_mut().unwrap().retain(|_, claim| !claim.is_null());
        let expected = json!({
            "accessKey": "AKIA…", "accountId": "111122223333", "callerId": "AIDA…", "userArn": arn, "userId": "AIDA…",
        });
        assert_eq!(claims, expected, "{front_door}");
    }
}

/// All users of an identity pool sign with the credentials of one role.
#[test]
fn a_user_of_an_identity_pool_has_an_id_of_their_own() {
    let arn = "arn:aws:sts::111122223333:assumed-role/pool/CognitoIdentityCredentials";
    let payload_2 = json!({ "authorizer": { "iam": { "userArn": arn, "cognitoIdentity": {
        "amr": ["authenticated"], "identityId": "eu-west-1:3f29", "identityPoolId": "eu-west-1:4f29",
    } } } });
    let payload_1 = json!({ "identity": {
        "userArn": arn, "cognitoIdentityId": "eu-west-1:3f29", "cognitoIdentityPoolId": "eu-west-1:4f29",
    } });
    for (front_door, context) in [(FrontDoor::HttpApi, &payload_2), (FrontDoor::RestApi, &payload_1)] {
        assert_eq!(caller(front_door, context).unwrap().1, "eu-west-1:3f29", "{front_door}");
        let claims: Value = claims(front_door, context);
        assert_eq!(claims["cognitoIdentity"]["identityPoolId"], "eu-west-1:4f29", "{front_door}");
    }
}

#[test]
fn nobody_calls_a_route_without_an_authorizer() {
    let unsigned = json!({ "accessKey": null, "sourceIp": "203.0.113.7", "userArn": null });
    for context in [
        json!({}),
        json!({ "authorizer": null }),
        json!({ "authorizer": {} }),
        json!({ "authorizer": [] }),
        json!({ "authorizer": "ann" }),
        json!({ "authorizer": { "claims": null, "scopes": null } }),
        json!({ "authorizer": { "jwt": null } }),
        json!({ "authorizer": { "jwt": { "claims": null, "scopes": null } } }),
        json!({ "authorizer": { "jwt": { "claims": {} } } }),
        json!({ "authorizer": { "lambda": null } }),
        json!({ "authorizer": { "iam": null } }),
        json!({ "identity": unsigned }),
        json!({ "identity": unsigned, "authorizer": null }),
        json!({ "identity": { "apiKey": "s3cret", "apiKeyId": "k1" } }),
        json!({ "identity": "ann" }),
        json!(null),
    ] {
        for front_door in FrontDoor::ALL {
            assert_eq!(caller(*front_door, &context), None, "{front_door} {context}");
        }
        for front_door in
            [FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb, FrontDoor::AlbMultiValue]
        {
            assert!(identity(front_door, &context).is_none(), "{front_door} {context}");
        }
    }
}

/// `principalId` and `sub` in another place are those of somebody else.
#[test]
fn only_the_front_doors_own_form_names_a_caller() {
    for (front_door, context) in [
        (FrontDoor::HttpApi, json!({ "authorizer": { "principalId": "ann" } })),
        (FrontDoor::HttpApi, json!({ "authorizer": { "claims": { "sub": "ann" } } })),
        (FrontDoor::HttpApi, json!({ "identity": { "userArn": "arn:aws:iam::1:user/ann" } })),
        (FrontDoor::Alb, json!({ "elb": {}, "authorizer": { "jwt": { "claims": { "sub": "ann" } } } })),
        (
            FrontDoor::AlbMultiValue,
            json!({ "elb": {}, "identity": { "userArn": "arn:aws:iam::1:user/ann" } }),
        ),
    ] {
        assert_eq!(caller(front_door, &context), None, "{front_door} {context}");
    }
}

#[test]
fn a_caller_without_a_name_is_none() {
    for (front_door, context) in [
        (FrontDoor::HttpApi, json!({ "authorizer": { "jwt": { "claims": { "client_id": "app" } } } })),
        (FrontDoor::HttpApi, json!({ "authorizer": { "jwt": { "claims": { "sub": "" } } } })),
        (FrontDoor::HttpApi, json!({ "authorizer": { "jwt": { "claims": { "sub": ["ann"] } } } })),
        (FrontDoor::HttpApi, json!({ "authorizer": { "lambda": { "tenant": 7 } } })),
        (FrontDoor::RestApi, json!({ "authorizer": { "principalId": "", "tenant": "7" } })),
        (FrontDoor::RestApi, json!({ "authorizer": { "principalId": null, "tenant": "7" } })),
    ] {
        assert!(identity(front_door, &context).is_some(), "{context}");
        assert_eq!(caller(front_door, &context), None, "{context}");
    }
}

#[test]
fn scopes_are_those_of_the_token() {
    for (claims, expected) in [
        (json!({ "scope": "read write" }), &["read", "write"][..]),
        (json!({ "scope": " read  write " }), &["read", "write"]),
        (json!({ "scp": "[read write]" }), &["read", "write"]),
        (json!({ "scope": "read write", "scp": "ignored" }), &["read", "write"]),
        (json!({ "scope": null, "scp": "[read write]" }), &["read", "write"]),
        (json!({ "scope": "" }), &[]),
        (json!({ "scope": null }), &[]),
        (json!({ "scope": 7 }), &["7"]),
        (json!({ "scope": { "read": true } }), &[]),
        (json!({ "scope": [["read"]] }), &[]),
        (json!({}), &[]),
    ] {
        let mut claims = claims;
        claims["sub"] = "ann".into();
        let context = json!({ "authorizer": { "jwt": { "claims": claims, "scopes": ["of-the-route"] } } });
        assert_eq!(caller(FrontDoor::HttpApi, &context).unwrap().2, expected, "{context}");
    }
}

/// No front door writes a member twice. The rule is that of all members: the last one counts.
#[test]
fn the_last_of_two_members_is_the_caller() {
    let event = r#"{
        "rawPath": "/x",
        "requestContext": { "http": { "method": "GET" }, "authorizer": { "jwt": { "claims": { "sub": "first" } } } },
        "requestContext": {
            "http": { "method": "GET" },
            "authorizer": { "lambda": { "sub": "second" } },
            "authorizer": { "jwt": { "claims": { "sub": "third", "sub": "ann" } } }
        }
    }"#;
    assert!(decode(&event.to_owned().into(), None).is_ok());
    let identity = Identity::from_event(FrontDoor::HttpApi, event.as_bytes()).unwrap().unwrap();
    assert_eq!(Caller::from_identity(&identity).unwrap().id(), "ann");
}
