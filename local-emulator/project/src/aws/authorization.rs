//! The callers of a route: the declaration of a template, which a front door enforces.

use std::sync::Arc;
use std::time::Duration;

use super::PayloadFormat;

/// Conditions that a request must meet before the function of its route is invoked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorization {
    /// The authorizer that judges each request. Without one, every caller is let in.
    pub authorizer: Option<Arc<Authorizer>>,
    /// `AuthorizationScopes`: a token must have at least one of these. Empty if the route needs none.
    pub scopes: Vec<String>,
    /// `ApiKeyRequired` of a REST API.
    pub needs_api_key: bool,
}

/// An authorizer of an API, or the IAM authorization of a front door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizer {
    /// The name by which routes refer to the authorizer: a key below `Authorizers`, the name of a security scheme, or
    /// `AWS_IAM`.
    pub name: String,
    /// The kind of the authorizer, with its settings.
    pub kind: AuthorizerKind,
}

/// The way in which an authorizer judges a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizerKind {
    /// The signature and the claims of a token decide, behind an HTTP API or a REST API.
    Jwt(JwtAuthorizer),
    /// The token of a Cognito user pool decides, behind a REST API.
    Cognito(CognitoAuthorizer),
    /// The answer of a function decides.
    Lambda(LambdaAuthorizer),
    /// The signature of the request decides: AWS Signature Version 4.
    Iam,
    /// The authorizer is unknown, for the reason given. Its routes let no caller in.
    Unknown(String),
}

/// The settings of a JWT authorizer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwtAuthorizer {
    /// The place of the token: `$request.header.Authorization`.
    pub identity_source: Option<IdentitySource>,
    /// The trusted issuers: one behind an HTTP API, one or more behind a REST API.
    pub issuers: Vec<JwtIssuer>,
    /// The algorithms of signatures that a REST API accepts; empty for the default of the front door.
    pub algorithms: Vec<String>,
}

/// An issuer of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwtIssuer {
    /// The issuer's URL, which tokens name as `iss`. `None` if only AWS can resolve it.
    pub url: Option<String>,
    /// The audiences; a token must name at least one as `aud` or `client_id`.
    pub audiences: Vec<String>,
    /// Whether there are more audiences that only AWS can resolve, such as an app client of the template.
    pub has_hidden_audiences: bool,
    /// Further claims that a REST API requires of a token, each with its accepted values.
    pub required_claims: Vec<(String, Vec<String>)>,
    /// The claims that a token may lack. A claim that is present must have one of these values, unless the list is
    /// empty.
    pub optional_claims: Vec<(String, Vec<String>)>,
}

/// A Cognito authorizer of a REST API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CognitoAuthorizer {
    /// The header that has the token.
    pub header: String,
    /// `ValidationExpression`: a token whose `aud` does not match is refused.
    /// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>
    pub validation: Option<String>,
    /// The issuer of each user pool. A user pool has no audiences: any of its clients is accepted.
    pub issuers: Vec<JwtIssuer>,
}

/// The settings of a Lambda authorizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LambdaAuthorizer {
    /// The logical id of its function; `None` if only AWS can resolve it.
    pub function: Option<String>,
    /// The form of its event.
    pub event: AuthorizerEvent,
    /// The time for which an answer is cached; zero if the function judges each request.
    pub ttl: Duration,
}

impl LambdaAuthorizer {
    /// Creates an authorizer with the function of this logical id.
    pub fn new(function: Option<String>, event: AuthorizerEvent, ttl: Duration) -> Self {
        Self { function, event, ttl }
    }
}

/// The form of the event that a Lambda authorizer gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizerEvent {
    /// `TOKEN` of a REST API.
    Token {
        /// The header that has the token.
        header: String,
        /// A token that does not match is refused without a call.
        validation: Option<String>,
    },
    /// `REQUEST` of a REST API or an HTTP API.
    Request {
        /// The identity sources. A request that lacks one is refused without a call.
        identity_sources: Vec<IdentitySource>,
        /// The payload format; a REST API has 1.0 only.
        payload_format: PayloadFormat,
        /// `EnableSimpleResponses`: the answer is `{"isAuthorized": …}` and not a policy.
        simple_responses: bool,
    },
}

/// A part of a request that identifies its caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentitySource {
    /// `$request.header.Name`, `method.request.header.Name`.
    Header(String),
    /// `$request.querystring.name`, `method.request.querystring.name`.
    QueryString(String),
    /// `$stageVariables.name`, `stageVariables.name`.
    StageVariable(String),
    /// `$context.name`, `context.name`: `routeKey`, `identity.sourceIp`.
    Context(String),
}
