//! A function and a request for tests of authorizers.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use api_routes_project::aws::{self, AuthorizerEvent, IdentitySource, PayloadFormat};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{ApiKind, AuthorizerRequest, ConditionFacts, LambdaAuthorizer};
use crate::backend::{Backend, NotReady};
use crate::invocation::{Invocation, Outcome, Throttle};
use crate::record::Recording;

pub(super) const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/7";

/// A backend whose functions all behave alike.
pub(super) struct FakeFunctions {
    behavior: Mutex<FakeBehavior>,
    events: Mutex<Vec<Value>>,
    generation: AtomicU64,
}

#[derive(Clone)]
pub(super) enum FakeBehavior {
    Answer(Value),
    Post(&'static str),
    AnswerAfter(Duration, Value),
    Fail(&'static str),
    Hang,
    Throttle,
    NotBuild,
}

impl FakeFunctions {
    pub(super) fn new(behavior: FakeBehavior) -> Self {
        Self { behavior: Mutex::new(behavior), events: Mutex::default(), generation: AtomicU64::new(1) }
    }

    pub(super) fn now(&self, behavior: FakeBehavior) {
        *self.behavior.lock().unwrap() = behavior;
    }

    /// Changes the generation, as a saved file does.
    pub(super) fn change(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the events in the order of arrival.
    pub(super) fn events(&self) -> Vec<Value> {
        self.events.lock().unwrap().clone()
    }

    /// Returns the number of invocations.
    pub(super) fn asked(&self) -> usize {
        self.events.lock().unwrap().len()
    }
}

impl Backend for FakeFunctions {
    type Function = &'static str;
    type Version = ();

    fn generation(&self, _: &&'static str) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    async fn ready(&self, _: &&'static str) -> Result<(), NotReady> {
        match *self.behavior.lock().unwrap() {
            FakeBehavior::NotBuild => Err(NotReady("error[E0425]: cannot find `x`".into())),
            _ => Ok(()),
        }
    }

    async fn invoke(&self, _: &&'static str, (): (), invocation: Invocation) -> Result<Outcome, NotReady> {
        self.events.lock().unwrap().push(serde_json::from_slice(&invocation.event).unwrap());
        let behavior = self.behavior.lock().unwrap().clone();
        match behavior {
            FakeBehavior::Answer(answer) => Ok(Outcome::Reply(answer.to_string().into())),
            FakeBehavior::Post(posted) => Ok(Outcome::Reply(posted.into())),
            FakeBehavior::AnswerAfter(delay, answer) => {
                sleep(delay).await;
                Ok(Outcome::Reply(answer.to_string().into()))
            }
            FakeBehavior::Fail(error) => Ok(Outcome::FunctionError(error.into())),
            FakeBehavior::Throttle => Ok(Outcome::Throttled(Throttle::Function(10))),
            FakeBehavior::Hang | FakeBehavior::NotBuild => pending().await,
        }
    }
}

/// A request with these identity values, for a method.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) arn: String,
    pub(super) identity: HashMap<IdentitySource, String>,
}

impl Request {
    /// With an `Authorization` header.
    pub(super) fn with_token(token: &str) -> Self {
        Self::new([(IdentitySource::Header("Authorization".to_owned()), token)])
    }

    pub(super) fn new<'a>(identity: impl IntoIterator<Item = (IdentitySource, &'a str)>) -> Self {
        let identity = identity.into_iter().map(|(source, value)| (source, value.to_owned())).collect();
        Self { arn: ARN.to_owned(), identity }
    }

    pub(super) fn to(self, arn: &str) -> Self {
        Self { arn: arn.to_owned(), ..self }
    }
}

impl AuthorizerRequest for Request {
    fn identity(&self, source: &IdentitySource) -> Option<Cow<'_, str>> {
        self.identity.get(source).map(Cow::from)
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn event(&self, form: &AuthorizerEvent, identity: &[Cow<'_, str>]) -> serde_json::Result<Bytes> {
        let kind = if matches!(form, AuthorizerEvent::Token { .. }) { "TOKEN" } else { "REQUEST" };
        serde_json::to_vec(&json!({ "type": kind, "arn": self.arn, "identity": identity })).map(Bytes::from)
    }

    fn facts(&self) -> ConditionFacts<'_> {
        ConditionFacts {
            source_ip: [203, 0, 113, 7].into(),
            user_agent: Some("curl/8.7.1".into()),
            referer: None,
            time: 1_795_996_800,
        }
    }

    fn trace_id(&self) -> String {
        String::new()
    }

    fn recording(&self) -> Option<&Recording> {
        None
    }
}

/// The ARN of a method of the API: `GET/pets/7`.
pub(super) fn resource(method: &str) -> String {
    format!("arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/{method}")
}

pub(super) fn token_event(validation: Option<&str>) -> AuthorizerEvent {
    let validation = validation.map(ToOwned::to_owned);
    AuthorizerEvent::Token { header: "Authorization".to_owned(), validation }
}

pub(super) fn request_event(
    identity_sources: Vec<IdentitySource>,
    payload_format: PayloadFormat,
    simple_responses: bool,
) -> AuthorizerEvent {
    AuthorizerEvent::Request { identity_sources, payload_format, simple_responses }
}

pub(super) fn authorization() -> Vec<IdentitySource> {
    vec![IdentitySource::Header("Authorization".to_owned())]
}

/// A `TOKEN` authorizer of a REST API, whose answers are cached for `seconds`.
pub(super) fn rest_token(seconds: u64) -> LambdaAuthorizer<&'static str> {
    authorizer(ApiKind::Rest, token_event(None), seconds)
}

/// An authorizer of an HTTP API with simple responses and payload 2.0.
pub(super) fn http_simple(seconds: u64) -> LambdaAuthorizer<&'static str> {
    authorizer(ApiKind::Http, request_event(authorization(), PayloadFormat::V2, true), seconds)
}

pub(super) fn authorizer(
    api: ApiKind,
    event: AuthorizerEvent,
    seconds: u64,
) -> LambdaAuthorizer<&'static str> {
    let declared =
        aws::LambdaAuthorizer::new(Some("Function".to_owned()), event, Duration::from_secs(seconds));
    LambdaAuthorizer::new(api, "Session", &declared, Some("authorizers/session"))
}

/// A policy with this statement for `resource`.
pub(super) fn policy(effect: &str, resource: &str) -> Value {
    json!({
        "principalId": "user",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resource }],
        },
    })
}
