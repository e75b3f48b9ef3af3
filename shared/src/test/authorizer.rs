//! Writes the caller that a test signs in into an event, as the authorizer of each front door does.

use cookie::time::OffsetDateTime;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::FrontDoor;
use super::failure::Failure;

/// Example ids of AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const USER_ID: &str = "AIDACKCEVSQ6C2EXAMPLE";

/// A caller that an authorizer has let through.
#[derive(Clone, Debug)]
pub(super) enum Authorized {
    /// A caller with the claims of a token.
    Token(Map<String, Value>),
    /// A caller of a Lambda authorizer, with its context.
    Lambda(Map<String, Value>),
    /// The signer of a request, with the ARN of an IAM user or of the session of a role.
    Iam(String),
}

impl Authorized {
    /// Writes the caller into the event of a front door.
    pub(super) fn write(self, front_door: FrontDoor, event: &mut Value) -> Result<(), Failure> {
        let context = &mut event["requestContext"];
        match (self, front_door) {
            (Self::Token(claims), FrontDoor::HttpApi) => {
                context["authorizer"]["jwt"] = json!({ "claims": texts(claims, bracketed), "scopes": null });
            }
            (Self::Token(claims), FrontDoor::HttpApiPayload1) => {
                context["authorizer"] = json!({ "claims": texts(claims, bracketed), "scopes": null });
            }
            (Self::Token(claims), FrontDoor::RestApi) => {
                context["authorizer"]["claims"] = texts(claims, cognito);
            }
            (Self::Lambda(members), FrontDoor::HttpApi) => context["authorizer"]["lambda"] = members.into(),
            (Self::Lambda(members), FrontDoor::HttpApiPayload1) => context["authorizer"] = members.into(),
            (Self::Lambda(members), FrontDoor::RestApi) => {
                let list = members.iter().find(|(_, value)| value.is_array() || value.is_object());
                if let Some((name, _)) = list {
                    return Err(Failure::AuthorizerContext(name.clone()));
                }
                context["authorizer"] = texts(members, |_, value| plain(value));
                context["authorizer"]["integrationLatency"] = 42.into();
            }
            (Self::Iam(arn), FrontDoor::HttpApi | FrontDoor::FunctionUrl) => {
                context["authorizer"]["iam"] = json!({
                    "accessKey": ACCESS_KEY, "accountId": account(&arn), "callerId": USER_ID,
                    "cognitoIdentity": null, "principalOrgId": null, "userArn": arn, "userId": USER_ID,
                });
            }
            (Self::Iam(arn), FrontDoor::HttpApiPayload1 | FrontDoor::RestApi) => {
                let identity = &mut context["identity"];
                identity["accessKey"] = ACCESS_KEY.into();
                identity["accountId"] = account(&arn).into();
                identity["caller"] = USER_ID.into();
                identity["user"] = USER_ID.into();
                identity["userArn"] = arn.into();
            }
            (authorized, front_door) => return Err(authorized.missing(front_door)),
        }
        Ok(())
    }

    fn missing(&self, front_door: FrontDoor) -> Failure {
        let authorizer = match self {
            Self::Token(_) => "authorizer of tokens",
            Self::Lambda(_) => "Lambda authorizer",
            Self::Iam(_) => "IAM authorization",
        };
        let is_url = front_door == FrontDoor::FunctionUrl;
        let hint = if is_url { ", or sign the caller in with `.iam_caller(…)`" } else { "" };
        Failure::Authorizer { front_door, authorizer, hint }
    }
}

/// Returns the members of an object of the test.
pub(super) fn members(value: impl Serialize, what: &str) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        Ok(_) => panic!("{what} is no JSON object"),
        Err(error) => panic!("{what} is no JSON: {error}"),
    }
}

fn account(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// Returns the members as text. A member that is `null` is left out.
fn texts(members: Map<String, Value>, text: impl Fn(&str, &Value) -> String) -> Value {
    let texts = members.into_iter().filter(|(_, value)| !value.is_null());
    let texts = texts.map(|(name, value)| (text(&name, &value), name));
    texts.map(|(text, name)| (name, text)).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Writes a claim as an HTTP API does.
fn bracketed(_: &str, value: &Value) -> String {
    match value {
        Value::Array(values) => format!("[{}]", values.iter().map(plain).collect::<Vec<_>>().join(" ")),
        value => plain(value),
    }
}

/// Writes a claim as a Cognito authorizer does, with two of the times as dates.
fn cognito(name: &str, value: &Value) -> String {
    match (name, value) {
        (_, Value::Array(values)) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        ("exp" | "iat", Value::Number(seconds)) => {
            seconds.as_i64().and_then(date).unwrap_or_else(|| plain(value))
        }
        (_, value) => plain(value),
    }
}

/// Returns `Wed Mar 08 18:39:57 UTC 2023`.
fn date(seconds: i64) -> Option<String> {
    let date = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    let (weekday, month) = (date.weekday().to_string(), date.month().to_string());
    let (hour, minute, second) = date.to_hms();
    let (day, year) = (date.day(), date.year());
    Some(format!("{weekday:.3} {month:.3} {day:02} {hour:02}:{minute:02}:{second:02} UTC {year:04}"))
}
