//! Reads the caller of a request from its event.
//!
//! The bytes of the event are read again when a handler asks for the caller. A function that does not ask pays nothing.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::strings::Text;
use crate::claims::Notation;
use crate::front_door::FrontDoor;

/// A kind of caller, by the authorizer that let them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallerKind {
    /// The bearer of a token: a JWT authorizer, or a Cognito authorizer.
    Token,
    /// A caller that a Lambda authorizer has let through.
    Lambda,
    /// The signer of a request, by AWS Signature Version 4.
    Iam,
}

/// A caller that an authorizer has let through.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) kind: CallerKind,
    /// The claims: an object with at least one member.
    pub(crate) claims: Value,
    pub(crate) notation: Notation,
}

impl Identity {
    /// Reads the identity from an event. Returns `None` if the route has no authorizer, or the authorizer has provided
    /// no data.
    ///
    /// # Errors
    /// If `requestContext` is nested too deeply to be kept.
    pub(crate) fn from_event(front_door: FrontDoor, event: &[u8]) -> Result<Option<Self>, serde_json::Error> {
        // An event that is not UTF-8 was refused earlier.
        let event = std::str::from_utf8(event).unwrap_or_default();
        let ContextMember(context) = serde_json::from_str(event)?;
        Ok(Self::from_context(front_door, context))
    }

    /// Reads the identity from the `requestContext` of an event.
    pub(crate) fn from_context(front_door: FrontDoor, context: Value) -> Option<Self> {
        let mut context = members(context)?;
        let authorizer = take(&mut context, "authorizer");
        match front_door {
            FrontDoor::HttpApi | FrontDoor::FunctionUrl => payload_2(authorizer?),
            FrontDoor::HttpApiPayload1 => {
                payload_1(authorizer, Notation::Brackets).or_else(|| iam(&mut context))
            }
            FrontDoor::RestApi => payload_1(authorizer, Notation::Commas).or_else(|| iam(&mut context)),
            // A load balancer has no authorizers. A program must verify the headers that it adds about a user:
            // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
            FrontDoor::Alb | FrontDoor::AlbMultiValue => None,
        }
    }

    fn new(kind: CallerKind, claims: Map<String, Value>, notation: Notation) -> Option<Self> {
        let has_claims = claims.values().any(|claim| !claim.is_null());
        has_claims.then_some(Self { kind, claims: Value::Object(claims), notation })
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
fn payload_2(mut authorizer: Map<String, Value>) -> Option<Identity> {
    if let Some(claims) = take(&mut authorizer, "jwt").and_then(|mut jwt| take(&mut jwt, "claims")) {
        return Identity::new(CallerKind::Token, claims, Notation::Brackets);
    }
    if let Some(context) = take(&mut authorizer, "lambda") {
        return Identity::new(CallerKind::Lambda, context, Notation::Json);
    }
    Identity::new(CallerKind::Iam, take(&mut authorizer, "iam")?, Notation::Json)
}

/// Reads payload 1.0. The context of a Lambda authorizer is beside `principalId` and `integrationLatency`; the claims
/// of a token are in a member of their own.
fn payload_1(authorizer: Option<Map<String, Value>>, text: Notation) -> Option<Identity> {
    let mut authorizer = authorizer?;
    let is_lambda =
        authorizer.remove("integrationLatency").is_some() || authorizer.contains_key("principalId");
    if is_lambda {
        return Identity::new(CallerKind::Lambda, authorizer, Notation::Json);
    }
    let Some(claims) = take(&mut authorizer, "claims") else {
        return Identity::new(CallerKind::Lambda, authorizer, Notation::Json);
    };
    // A Cognito authorizer writes all claims as text. A JWT authorizer of a REST API writes them as JSON, and each
    // token has a number:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-jwt-authorizer-claims.html
    let is_text = claims.values().all(Value::is_string);
    Identity::new(CallerKind::Token, claims, if is_text { text } else { Notation::Json })
}

/// Reads the signer of a request, with the names of payload 2.0. The other members of `identity` do not describe the
/// signer.
fn iam(context: &mut Map<String, Value>) -> Option<Identity> {
    let mut identity = take(context, "identity")?;
    if !identity.get("userArn").is_some_and(Value::is_string) {
        return None;
    }
    let mut claims = Map::new();
    for (name, new_name) in [
        ("accessKey", "accessKey"),
        ("accountId", "accountId"),
        ("caller", "callerId"),
        ("principalOrgId", "principalOrgId"),
        ("user", "userId"),
        ("userArn", "userArn"),
    ] {
        claims.insert(new_name.to_owned(), identity.remove(name).unwrap_or_default());
    }
    if let Some(id @ Value::String(_)) = identity.remove("cognitoIdentityId") {
        let pool = identity.remove("cognitoIdentityPoolId").unwrap_or_default();
        let cognito = [("identityId".to_owned(), id), ("identityPoolId".to_owned(), pool)];
        claims.insert("cognitoIdentity".to_owned(), cognito.into_iter().collect());
    }
    Identity::new(CallerKind::Iam, claims, Notation::Json)
}

fn members(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(members) = value { Some(members) } else { None }
}

fn take(members_of: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    members(members_of.remove(name)?)
}

/// The `requestContext` of an event. Its other members are skipped.
struct ContextMember(Value);

impl<'de> Deserialize<'de> for ContextMember {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContextMemberVisitor)
    }
}

struct ContextMemberVisitor;

impl<'de> Visitor<'de> for ContextMemberVisitor {
    type Value = ContextMember;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ContextMember, A::Error> {
        let mut context = Value::Null;
        while let Some(Text(name)) = members.next_key()? {
            if name == "requestContext" {
                context = members.next_value()?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(ContextMember(context))
    }
}
