//! The authorization of a request, before its function gets it.

use std::sync::Arc;

use api_routes_project::aws::{Authorization, AuthorizerKind, IdentitySource};
use http::request::Parts;
use serde_json::{Map, Value};

use super::exchange::ExchangeError;
use super::headers::joined;
use super::{Backend, GatewayError};
use crate::authorizer::jwt::{CognitoVerifier, JwtVerifier, scopes_of};
use crate::authorizer::lambda::{AuthorizerRequest, LambdaAuthorizer, NotAuthorized};
use crate::authorizer::{
    ApiKeys, Authorized, Bypass, Caller, Denial, DenialKind, IamCaller, IamFrontDoor, IamVerifier,
    PresentedKey,
};

#[cfg(test)]
mod tests;

/// The authorization of a route or of a Function URL. `F` is the function of a Lambda authorizer.
#[derive(Debug)]
pub struct Guard<F> {
    authorization: Authorization,
    judge: Option<Arc<Judge<F>>>,
    api_keys: Arc<ApiKeys>,
}

/// An authorizer. The routes of an API that name the same authorizer share it, with its cache.
#[derive(Debug)]
#[non_exhaustive]
pub enum Judge<F> {
    /// A JWT authorizer, and the place of the token in a request.
    Jwt(JwtVerifier, IdentitySource),
    /// An authorizer for a Cognito user pool, and the header with the token.
    Cognito(CognitoVerifier, IdentitySource),
    /// A Lambda authorizer.
    Lambda(Box<LambdaAuthorizer<F>>),
    /// IAM: the request must be signed.
    Iam(IamVerifier),
    /// Refuses every request, for this reason.
    Closed(String),
}

/// A request to authorize.
#[derive(Clone, Copy)]
pub(super) struct GuardedRequest<'a> {
    pub(super) front_door: IamFrontDoor,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) account_id: &'a str,
    /// Whether the API key is the `usageIdentifierKey` of the authorizer: `ApiKeySourceType: AUTHORIZER` of a REST API.
    pub(super) takes_key_of_authorizer: bool,
}

/// The way in which the caller of a request is found.
enum CallerLookup<'a, F> {
    /// The caller is known without the authorizer; `None` on an open route.
    Known(Option<Caller>),
    /// The authorizer must decide.
    Ask(&'a Judge<F>),
}

impl<F> Guard<F> {
    /// Guards a route. `judge` is its authorizer.
    pub fn new(authorization: &Authorization, judge: Option<Arc<Judge<F>>>) -> Self {
        Self { authorization: authorization.clone(), judge, api_keys: Arc::default() }
    }

    /// Sets the API keys. A route that requires a key accepts any of them.
    #[must_use]
    pub fn with_api_keys(self, api_keys: Arc<ApiKeys>) -> Self {
        Self { api_keys, ..self }
    }

    /// Authorizes a request. `request` builds the form that a Lambda authorizer sees.
    ///
    /// # Errors
    /// The [`Denial`] of the authorizer, or [`ExchangeError::NotReady`] if its function does not build.
    pub(super) async fn authorize<B, R>(
        &self,
        backend: &B,
        asked: GuardedRequest<'_>,
        request: impl Fn() -> Result<R, GatewayError> + Sync,
    ) -> Result<Authorized, ExchangeError>
    where
        B: Backend<Function = F>,
        R: AuthorizerRequest,
    {
        let caller = match self.lookup(asked)? {
            CallerLookup::Known(caller) => caller,
            CallerLookup::Ask(judge) => Some(self.ask(judge, backend, asked, &request).await?),
        };
        let api_key = self.api_key(asked, caller.as_ref())?;
        Ok(Authorized { caller, api_key })
    }

    async fn ask<B, R>(
        &self,
        judge: &Judge<F>,
        backend: &B,
        asked: GuardedRequest<'_>,
        request: &impl Fn() -> Result<R, GatewayError>,
    ) -> Result<Caller, ExchangeError>
    where
        B: Backend<Function = F>,
        R: AuthorizerRequest,
    {
        let scopes = &self.authorization.scopes;
        match judge {
            Judge::Jwt(verifier, source) => {
                let claims = verifier.verify(&token(asked, source, request)?, scopes).await?;
                Ok(Caller::Jwt { scopes: scopes_in_event(scopes, &claims), claims })
            }
            Judge::Cognito(verifier, source) => {
                let claims = verifier.verify(&token(asked, source, request)?, scopes).await?;
                Ok(Caller::Cognito { claims })
            }
            Judge::Lambda(lambda) => match lambda.authorize(backend, &request()?).await {
                Ok(caller) => Ok(caller),
                Err(NotAuthorized::Denied(denial)) => Err(denial.into()),
                Err(NotAuthorized::NotReady(reason)) => Err(reason.into()),
            },
            judge => Ok(judge.caller(asked).await?),
        }
    }

    /// Returns the API key of a request, if the route requires a key. Claims of the developer identify a caller, and do not
    /// replace the key.
    fn api_key(
        &self,
        asked: GuardedRequest<'_>,
        caller: Option<&Caller>,
    ) -> Result<Option<PresentedKey>, Denial> {
        let is_open = asked.head.extensions.get() == Some(&Bypass::Open);
        if is_open || !self.authorization.needs_api_key {
            return Ok(None);
        }
        let key = match caller {
            _ if !asked.takes_key_of_authorizer => self.api_keys.check_header(&asked.head.headers)?,
            Some(Caller::Lambda { usage_identifier_key, .. }) => {
                self.api_keys.check_usage_identifier(usage_identifier_key.as_deref())?
            }
            _ => self.api_keys.check_usage_identifier(None)?,
        };
        Ok(Some(key))
    }

    /// Authorizes a request to a Function URL, which cannot have a Lambda authorizer.
    ///
    /// # Errors
    /// The signature is not accepted.
    pub(super) async fn authorize_signed(&self, asked: GuardedRequest<'_>) -> Result<Authorized, Denial> {
        let caller = match self.lookup(asked)? {
            CallerLookup::Known(caller) => caller,
            CallerLookup::Ask(judge) => Some(judge.caller(asked).await?),
        };
        Ok(Authorized { caller, ..Authorized::default() })
    }

    /// Decides whether the authorizer must be called: not on an open route, and not if the developer supplied claims.
    fn lookup(&self, asked: GuardedRequest<'_>) -> Result<CallerLookup<'_, F>, Denial> {
        Ok(match (self.judge.as_deref(), asked.head.extensions.get()) {
            (None, _) | (Some(_), Some(Bypass::Open)) => CallerLookup::Known(None),
            (Some(_), Some(Bypass::Claims(claims))) => CallerLookup::Known(Some(self.caller_with(claims)?)),
            (Some(_), Some(Bypass::Invalid(reason))) => {
                return Err(Denial::new(DenialKind::InvalidClaims, reason));
            }
            (Some(judge), None) => CallerLookup::Ask(judge),
        })
    }

    /// Builds the caller that the authorizer of the route would return for these claims.
    fn caller_with(&self, claims: &Map<String, Value>) -> Result<Caller, Denial> {
        let kind = self.authorization.authorizer.as_ref().map(|authorizer| &authorizer.kind);
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(match kind {
            Some(AuthorizerKind::Lambda(_)) => {
                let principal_id = text("principalId").or_else(|| text("sub"));
                let usage_identifier_key = text("usageIdentifierKey");
                // `principalId` stays in the context, since an HTTP API has it nowhere else.
                let context = claims.iter().filter(|(name, _)| *name != "usageIdentifierKey");
                let context = Some(context.map(|(name, value)| (name.clone(), value.clone())).collect());
                Caller::Lambda { principal_id, context, usage_identifier_key, latency_ms: 0 }
            }
            Some(AuthorizerKind::Iam) => Caller::Iam(iam_caller(text)),
            Some(AuthorizerKind::Cognito(_)) => {
                self.check_scopes(claims)?;
                Caller::Cognito { claims: claims.clone() }
            }
            _ => {
                self.check_scopes(claims)?;
                let scopes = scopes_in_event(&self.authorization.scopes, claims);
                Caller::Jwt { claims: claims.clone(), scopes }
            }
        })
    }

    fn check_scopes(&self, claims: &Map<String, Value>) -> Result<(), Denial> {
        let wanted = &self.authorization.scopes;
        if wanted.is_empty() || scopes_of(claims).iter().any(|scope| wanted.iter().any(|it| it == scope)) {
            return Ok(());
        }
        let scopes = wanted.join(" ");
        let reason = format!(
            "the claims have none of the scopes of the route: add `\"scope\": \"{scopes}\"`; one of them is enough"
        );
        Err(Denial::new(DenialKind::MissingScope, reason))
    }
}

impl<F> Judge<F> {
    async fn caller(&self, asked: GuardedRequest<'_>) -> Result<Caller, Denial> {
        let GuardedRequest { front_door, head, body, account_id, .. } = asked;
        match self {
            Self::Iam(iam) => iam.verify(head, body, front_door, account_id).await.map(Caller::Iam),
            Self::Closed(reason) => Err(Denial::new(DenialKind::AuthorizerConfiguration, reason.clone())),
            Self::Jwt(..) | Self::Cognito(..) | Self::Lambda(_) => {
                let reason = "a Function URL can have no authorizer but IAM";
                Err(Denial::new(DenialKind::AuthorizerConfiguration, reason))
            }
        }
    }
}

impl<F> Clone for Guard<F> {
    fn clone(&self) -> Self {
        let Self { authorization, judge, api_keys } = self;
        Self { authorization: authorization.clone(), judge: judge.clone(), api_keys: Arc::clone(api_keys) }
    }
}

impl<F> Default for Guard<F> {
    /// A guard that accepts every request.
    fn default() -> Self {
        Self { authorization: Authorization::default(), judge: None, api_keys: Arc::default() }
    }
}

/// Returns the token of a request, which is empty if it is missing. Several headers become one value, which is not a valid
/// token: to choose one of them would be a guess.
fn token<R: AuthorizerRequest>(
    asked: GuardedRequest<'_>,
    source: &IdentitySource,
    request: &impl Fn() -> Result<R, GatewayError>,
) -> Result<String, GatewayError> {
    if let IdentitySource::Header(name) = source {
        return Ok(joined(&asked.head.headers.get_all(name), ",").into_owned());
    }
    Ok(request()?.identity(source).unwrap_or_default().into_owned())
}

/// Returns `scopes` for the event: the scopes of the token, if the route has scopes.
fn scopes_in_event(wanted: &[String], claims: &Map<String, Value>) -> Option<Vec<String>> {
    (!wanted.is_empty()).then(|| scopes_of(claims).into_iter().map(str::to_owned).collect())
}

/// Builds an IAM caller. Ids that the claims lack are from AWS's own examples.
fn iam_caller(text: impl Fn(&str) -> Option<String>) -> IamCaller {
    let account_id = text("accountId").unwrap_or_else(|| "123456789012".to_owned());
    IamCaller {
        access_key: text("accessKey").unwrap_or_else(|| "AKIAIOSFODNN7EXAMPLE".to_owned()),
        user_id: text("userId").or_else(|| text("sub")).unwrap_or_else(|| "AIDACKCEVSQ6C2EXAMPLE".to_owned()),
        user_arn: text("userArn").unwrap_or_else(|| format!("arn:aws:iam::{account_id}:user/local")),
        account_id,
    }
}
