//! The caller of a request, as an authorizer knows them.

use serde_json::{Map, Value};

/// The result of an authorization that lets a request through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Authorized {
    /// The caller; `None` on a route without an authorizer.
    pub caller: Option<Caller>,
    /// The API key of the request, if the route requires a key.
    pub api_key: Option<PresentedKey>,
}

/// A caller that an authorizer has let through.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Caller {
    /// The claims of a verified token, as its JSON has them.
    Jwt {
        /// All claims.
        claims: Map<String, Value>,
        /// The scopes that the route accepts; `None` if it accepts a token without scopes.
        scopes: Option<Vec<String>>,
    },
    /// The claims of a token of a Cognito user pool.
    Cognito {
        /// All claims.
        claims: Map<String, Value>,
    },
    /// The answer of a Lambda authorizer.
    Lambda {
        /// `principalId` of a policy; a simple response has none.
        principal_id: Option<String>,
        /// `context`, if the answer has one; otherwise an event of an HTTP API has `null`. In a REST API its members are texts
        /// or `null`.
        context: Option<Map<String, Value>>,
        /// `usageIdentifierKey`: an API key, for an API whose `ApiKeySourceType` is `AUTHORIZER`.
        usage_identifier_key: Option<String>,
        /// The duration of the authorizer in milliseconds; 0 for a cached answer.
        latency_ms: u64,
    },
    /// The signer of a request.
    Iam(IamCaller),
}

/// An IAM user, or a session of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IamCaller {
    /// `AKIAIOSFODNN7EXAMPLE`, or `ASIA…` for temporary credentials.
    pub access_key: String,
    /// The account: twelve digits.
    pub account_id: String,
    /// `AIDA…` of a user, `AROA…:session` of a role.
    pub user_id: String,
    /// The ARN, such as `arn:aws:iam::123456789012:user/local`.
    pub user_arn: String,
}

/// A key that a client has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedKey {
    /// The id in API Gateway.
    pub id: String,
    /// The value of `x-api-key`.
    pub value: String,
}
