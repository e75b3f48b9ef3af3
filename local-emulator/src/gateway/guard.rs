//! What a route asks of a request before its function gets it.

use std::sync::Arc;

use api_routes_project::aws::{Authorization, Authorizer, AuthorizerKind};
use http::request::Parts;
use serde_json::{Map, Value};

use crate::authorizer::{
    Authorized, Bypass, Caller, Denial, DenialKind, IamCaller, IamFrontDoor, IamVerifier,
};

#[cfg(test)]
mod tests;

/// The authorization of a route or of a Function URL.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    authorization: Authorization,
    judge: Option<Arc<Judge>>,
}

/// A request whose caller is judged.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) front_door: IamFrontDoor,
    pub(super) head: &'a Parts,
    pub(super) body: &'a [u8],
    pub(super) account_id: &'a str,
}

/// An authorizer that can be asked.
#[derive(Debug)]
enum Judge {
    Iam(IamVerifier),
    /// Lets nobody in, for this reason.
    Closed(String),
}

impl Guard {
    /// The guard of a route with this authorization.
    pub fn new(authorization: &Authorization) -> Self {
        let judge = authorization.authorizer.as_ref().map(|authorizer| match &authorizer.kind {
            AuthorizerKind::Unknown(reason) => Judge::Closed(reason.clone()),
            AuthorizerKind::Iam => Judge::Iam(IamVerifier::lenient()),
            _ => Judge::Closed(format!("`{}` is not asked yet", authorizer.name)),
        });
        Self { authorization: authorization.clone(), judge: judge.map(Arc::new) }
    }

    /// The guard of a Function URL of `AuthType: AWS_IAM`.
    pub fn iam() -> Self {
        let iam = Authorizer { name: "AWS_IAM".to_owned(), kind: AuthorizerKind::Iam };
        Self::new(&Authorization { authorizer: Some(Arc::new(iam)), ..Authorization::default() })
    }

    /// Judges a request.
    ///
    /// # Errors
    /// The [`Denial`] of its authorizer.
    pub(super) async fn authorize(&self, asked: Asked<'_>) -> Result<Authorized, Denial> {
        let Some(judge) = &self.judge else { return Ok(Authorized::default()) };
        let caller = match asked.head.extensions.get::<Bypass>() {
            Some(Bypass::Open) => None,
            Some(Bypass::Claims(claims)) => Some(self.caller_with(claims)?),
            None => Some(judge.caller(asked).await?),
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
                let context = context.map(|(name, value)| (name.clone(), value.clone())).collect();
                Caller::Lambda { principal_id, context, latency_ms: 0 }
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
        let reason = format!(
            "the claims have none of the scopes of the route: add `\"scope\": \"{}\"`",
            wanted.join(" ")
        );
        Err(Denial::new(DenialKind::MissingScope, reason))
    }
}

impl Judge {
    async fn caller(&self, asked: Asked<'_>) -> Result<Caller, Denial> {
        let Asked { front_door, head, body, account_id } = asked;
        match self {
            Self::Iam(iam) => iam.verify(head, body, front_door, account_id).await.map(Caller::Iam),
            Self::Closed(reason) => Err(Denial::new(DenialKind::AuthorizerConfiguration, reason.clone())),
        }
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
