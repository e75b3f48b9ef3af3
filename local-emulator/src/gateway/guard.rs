//! What a route asks of a request before its function gets it.

use std::sync::Arc;

use api_routes_project::aws::{Authorization, AuthorizerKind};
use http::request::Parts;
use serde_json::{Map, Value};

use super::exchange::Unanswered;
use super::{Backend, GatewayError};
use crate::authorizer::lambda::{AuthorizerRequest, LambdaAuthorizer, NotAuthorized};
use crate::authorizer::{
    Authorized, Bypass, Caller, Denial, DenialKind, IamCaller, IamFrontDoor, IamVerifier,
};

#[cfg(test)]
mod tests;

/// The authorization of a route or of a Function URL. `F` is a function that a Lambda authorizer may be.
#[derive(Debug)]
pub struct Guard<F> {
    authorization: Authorization,
    judge: Option<Arc<Judge<F>>>,
}

/// An authorizer that can be asked. The routes of an API that name the same one share it, with what it keeps.
#[derive(Debug)]
#[non_exhaustive]
pub enum Judge<F> {
    /// A function.
    Lambda(LambdaAuthorizer<F>),
    /// The signature of the request.
    Iam(IamVerifier),
    /// Lets nobody in, for this reason.
    Closed(String),
}

/// A request whose caller is judged.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) front_door: IamFrontDoor,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) account_id: &'a str,
}

impl<F> Guard<F> {
    /// The guard of a route with this authorization, whose authorizer is `judge`.
    pub fn new(authorization: &Authorization, judge: Option<Arc<Judge<F>>>) -> Self {
        Self { authorization: authorization.clone(), judge }
    }

    /// Judges a request, which a Lambda authorizer sees as `request` makes it.
    ///
    /// # Errors
    /// The [`Denial`] of the authorizer, or that its function does not build.
    pub(super) async fn authorize<B, R>(
        &self,
        backend: &B,
        asked: Asked<'_>,
        request: impl FnOnce() -> Result<R, GatewayError>,
    ) -> Result<Authorized, Unanswered>
    where
        B: Backend<Function = F>,
        R: AuthorizerRequest,
    {
        let caller = match (self.judge.as_deref(), asked.head.extensions.get()) {
            (None, _) | (Some(_), Some(Bypass::Open)) => None,
            (Some(_), Some(Bypass::Claims(claims))) => Some(self.caller_with(claims)?),
            (Some(Judge::Lambda(lambda)), None) => match lambda.authorize(backend, &request()?).await {
                Ok(caller) => Some(caller),
                Err(NotAuthorized::Denied(denial)) => return Err(denial.into()),
                Err(NotAuthorized::NotReady(reason)) => return Err(reason.into()),
            },
            (Some(judge), None) => Some(judge.caller(asked).await?),
        };
        Ok(Authorized { caller, ..Authorized::default() })
    }

    /// Judges a request to a Function URL, which no Lambda authorizer can guard.
    ///
    /// # Errors
    /// The signature is not accepted.
    pub(super) async fn authorize_signed(&self, asked: Asked<'_>) -> Result<Authorized, Denial> {
        let caller = match (self.judge.as_deref(), asked.head.extensions.get()) {
            (None, _) | (Some(_), Some(Bypass::Open)) => None,
            (Some(_), Some(Bypass::Claims(claims))) => Some(self.caller_with(claims)?),
            (Some(judge), None) => Some(judge.caller(asked).await?),
        };
        Ok(Authorized { caller, ..Authorized::default() })
    }

    /// The caller with these claims, as the authorizer of the route would know them.
    fn caller_with(&self, claims: &Map<String, Value>) -> Result<Caller, Denial> {
        let kind = self.authorization.authorizer.as_ref().map(|authorizer| &authorizer.kind);
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(match kind {
            Some(AuthorizerKind::Lambda(_)) => {
                let principal_id = text("principalId").or_else(|| text("sub"));
                let context = claims.iter().filter(|(name, _)| *name != "principalId");
                let context = Some(context.map(|(name, value)| (name.clone(), value.clone())).collect());
                Caller::Lambda { principal_id, context, usage_identifier_key: None, latency_ms: 0 }
            }
            Some(AuthorizerKind::Iam) => Caller::Iam(iam_caller(text)),
            Some(AuthorizerKind::Cognito(_)) => {
                self.check_scopes(claims)?;
                Caller::Cognito { claims: claims.clone() }
            }
            _ => {
                self.check_scopes(claims)?;
                let scopes = &self.authorization.scopes;
                let scopes = (!scopes.is_empty()).then(|| scopes_of(claims));
                Caller::Jwt { claims: claims.clone(), scopes }
            }
        })
    }

    fn check_scopes(&self, claims: &Map<String, Value>) -> Result<(), Denial> {
        let wanted = &self.authorization.scopes;
        if wanted.is_empty() || scopes_of(claims).iter().any(|scope| wanted.contains(scope)) {
            return Ok(());
        }
        let scopes = wanted.join(" ");
        let reason = format!(
            "the claims have none of the scopes of the route: add `\"scope\": \"{scopes}\"`, or a part of it"
        );
        Err(Denial::new(DenialKind::MissingScope, reason))
    }
}

impl<F> Judge<F> {
    async fn caller(&self, asked: Asked<'_>) -> Result<Caller, Denial> {
        let Asked { front_door, head, body, account_id } = asked;
        match self {
            Self::Iam(iam) => iam.verify(head, body, front_door, account_id).await.map(Caller::Iam),
            Self::Closed(reason) => Err(Denial::new(DenialKind::AuthorizerConfiguration, reason.clone())),
            Self::Lambda(_) => {
                let reason = "a Function URL has no Lambda authorizer";
                Err(Denial::new(DenialKind::AuthorizerConfiguration, reason))
            }
        }
    }
}

impl<F> Clone for Guard<F> {
    fn clone(&self) -> Self {
        Self { authorization: self.authorization.clone(), judge: self.judge.clone() }
    }
}

impl<F> Default for Guard<F> {
    /// A guard that lets everybody in.
    fn default() -> Self {
        Self { authorization: Authorization::default(), judge: None }
    }
}

/// `scope` is a text, and `scp` may be a list.
fn scopes_of(claims: &Map<String, Value>) -> Vec<String> {
    let claim = claims.get("scope").or_else(|| claims.get("scp"));
    match claim {
        Some(Value::String(scopes)) => scopes.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(scopes)) => scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// With the ids of AWS's own examples where the claims name none.
fn iam_caller(text: impl Fn(&str) -> Option<String>) -> IamCaller {
    let account_id = text("accountId").unwrap_or_else(|| "123456789012".to_owned());
    IamCaller {
        access_key: text("accessKey").unwrap_or_else(|| "AKIAIOSFODNN7EXAMPLE".to_owned()),
        user_id: text("userId").or_else(|| text("sub")).unwrap_or_else(|| "AIDACKCEVSQ6C2EXAMPLE".to_owned()),
        user_arn: text("userArn").unwrap_or_else(|| format!("arn:aws:iam::{account_id}:user/local")),
        account_id,
    }
}
