//! The caller of a request, as events describe it.
//!
//! Most front doors write the claims of a token as texts, in the form of their own programming language.

use serde_json::{Map, Value, json};

use crate::authorizer::{Authorized, Caller, IamCaller};
use crate::timestamp::Timestamp;

#[cfg(test)]
mod tests;

/// Returns `requestContext.authorizer` of payload format 2.0, for an HTTP API or a Function URL.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
pub(super) fn payload_2(authorized: &Authorized) -> Option<Value> {
    Some(match authorized.caller.as_ref()? {
        Caller::Jwt { claims, scopes } => json!({ "jwt": { "claims": go_texts(claims), "scopes": scopes } }),
        Caller::Cognito { claims } => json!({ "jwt": { "claims": go_texts(claims), "scopes": null } }),
        Caller::Lambda { context, .. } => json!({ "lambda": context }),
        Caller::Iam(caller) => json!({ "iam": iam(caller) }),
    })
}

/// Returns `requestContext.authorizer` of an HTTP API in payload format 1.0, whose IAM callers are in the `identity`.
pub(super) fn payload_1(authorized: &Authorized) -> Option<Value> {
    match authorized.caller.as_ref()? {
        Caller::Jwt { claims, scopes } => Some(json!({ "claims": go_texts(claims), "scopes": scopes })),
        Caller::Cognito { claims } => Some(json!({ "claims": go_texts(claims), "scopes": null })),
        caller @ Caller::Lambda { .. } => policy(caller, Value::clone),
        Caller::Iam(_) => None,
    }
}

/// Returns `requestContext.authorizer` of a REST API, whose IAM callers are in the `identity`.
pub(super) fn rest_api(authorized: &Authorized) -> Option<Value> {
    match authorized.caller.as_ref()? {
        // "A Lambda proxy integration receives each claim with its JSON type":
        // <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer-claims.html>.
        Caller::Jwt { claims, .. } => Some(json!({ "claims": claims })),
        Caller::Cognito { claims } => Some(json!({ "claims": java_texts(claims) })),
        // An authorizer returns only texts; claims that the developer sets may have other values.
        caller @ Caller::Lambda { .. } => policy(caller, |value| match value {
            Value::Null | Value::String(_) => value.clone(),
            value => value.to_string().into(),
        }),
        Caller::Iam(_) => None,
    }
}

/// Returns the members of `requestContext.identity` in payload format 1.0 that are known about this caller.
pub(super) fn identity(authorized: &Authorized) -> Vec<(&'static str, String)> {
    let mut known = Vec::new();
    if let Some(Caller::Iam(IamCaller { access_key, account_id, user_id, user_arn })) = &authorized.caller {
        known.extend([
            ("accessKey", access_key.clone()),
            ("accountId", account_id.clone()),
            ("caller", user_id.clone()),
            ("user", user_id.clone()),
            ("userArn", user_arn.clone()),
        ]);
    }
    if let Some(key) = &authorized.api_key {
        known.extend([("apiKey", key.value.clone()), ("apiKeyId", key.id.clone())]);
    }
    known
}

/// Describes a caller that signed with the keys of an IAM user.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads>
fn iam(caller: &IamCaller) -> Value {
    json!({
        "accessKey": caller.access_key,
        "accountId": caller.account_id,
        "callerId": caller.user_id,
        "cognitoIdentity": null,
        "principalOrgId": null,
        "userArn": caller.user_arn,
        "userId": caller.user_id,
    })
}

/// Returns the context of an authorizer that answered with a policy, and the id of the caller.
fn policy(caller: &Caller, value_of: impl Fn(&Value) -> Value) -> Option<Value> {
    let Caller::Lambda { principal_id, context, latency_ms, .. } = caller else { return None };
    let context = context.iter().flatten();
    let mut members: Map<_, _> = context.map(|(name, value)| (name.clone(), value_of(value))).collect();
    if let Some(principal_id) = principal_id {
        members.insert("principalId".to_owned(), principal_id.as_str().into());
    }
    members.insert("integrationLatency".to_owned(), (*latency_ms).into());
    Some(Value::Object(members))
}

/// Writes claims as an HTTP API does: an array as `[a b]`, and no null claim, as measured against AWS for
/// <https://github.com/floci-io/floci/pull/2011>. Numbers are texts in the event of
/// <https://github.com/DefinitelyTyped/DefinitelyTyped/pull/75458>.
///
/// Undocumented (JWT-20): a claim that is an object is its JSON.
fn go_texts(claims: &Map<String, Value>) -> Map<String, Value> {
    texts(claims, |_, value| match value {
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(" ")),
        value => plain(value),
    })
}

/// Writes claims as a Cognito authorizer does: an array as `a,b`, and the times of a token as Java writes a `Date`, as
/// captured for <https://stackoverflow.com/questions/74180027>: `Sun Dec 17 07:28:12 UTC 2017`. `auth_time` stays a
/// number of seconds.
fn java_texts(claims: &Map<String, Value>) -> Map<String, Value> {
    texts(claims, |name, value| match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        Value::Number(seconds) if matches!(name, "exp" | "iat") => {
            let date = seconds.as_i64().and_then(Timestamp::from_seconds).map(Timestamp::java_date);
            date.unwrap_or_else(|| seconds.to_string())
        }
        value => plain(value),
    })
}

fn texts(claims: &Map<String, Value>, text: impl Fn(&str, &Value) -> String) -> Map<String, Value> {
    let claims = claims.iter().filter(|(_, value)| !value.is_null());
    claims.map(|(name, value)| (name.clone(), text(name, value).into())).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
