//! Reasons to keep a request from its function.

/// A request that may not reach its function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct Denial {
    /// Which answer the client gets. Each front door has words of its own for it.
    pub kind: DenialKind,
    /// The reason for the developer's log. No client sees it.
    pub reason: String,
    /// The value of `www-authenticate`, if this denial has one.
    pub challenge: Option<String>,
    /// Words for the client in place of those of the front door: what a signature would have had to sign. They may repeat
    /// what the client sent, and so have to be written as JSON.
    pub message: Option<String>,
}

/// Kinds of denials, as API Gateway tells them apart.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DenialKind {
    /// `UNAUTHORIZED`: nothing says who calls, or the token is not valid.
    Unauthorized,
    /// `ACCESS_DENIED`: the caller is known and may not do this.
    AccessDenied {
        /// Whether a statement of the policy denies it, rather than none allows it.
        is_explicit: bool,
    },
    /// The token lacks the scopes of the route.
    MissingScope,
    /// `EXPIRED_TOKEN`.
    ExpiredToken,
    /// `INVALID_API_KEY`.
    InvalidApiKey,
    /// `INVALID_SIGNATURE`.
    InvalidSignature,
    /// `MISSING_AUTHENTICATION_TOKEN`.
    MissingAuthenticationToken,
    /// A signature that lacks something: `IncompleteSignatureException`, for which there is no gateway response.
    IncompleteSignature,
    /// Credentials that nobody has. A REST API calls it `AccessDeniedException`
    /// (<https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden>), Lambda
    /// `UnrecognizedClientException`.
    UnrecognizedClient,
    /// Temporary credentials past their end: `ExpiredTokenException`.
    ExpiredCredentials,
    /// The claims of the developer cannot be read, which does not happen on AWS.
    InvalidClaims,
    /// `AUTHORIZER_FAILURE`: the authorizer cannot be asked, or fails.
    AuthorizerFailure,
    /// `AUTHORIZER_CONFIGURATION_ERROR`: the authorizer answers with something that is no answer.
    AuthorizerConfiguration,
}

impl Denial {
    /// A denial with the words of the front door.
    pub fn new(kind: DenialKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), challenge: None, message: None }
    }
}

/// The kinds of APIs, which do not treat their authorizers alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKind {
    /// With `TOKEN` and `REQUEST` authorizers, policies, and JWT authorizers of several issuers.
    Rest,
    /// With `REQUEST` authorizers, policies or simple responses, and JWT authorizers of one issuer, for RSA alone.
    Http,
}
