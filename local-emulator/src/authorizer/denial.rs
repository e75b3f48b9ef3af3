//! Reasons to refuse a request before its function gets it, and the kinds of APIs that do so.

/// The refusal of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
#[non_exhaustive]
pub struct Denial {
    /// The kind, which decides the answer to the client. Each front door has its own words for it.
    pub kind: DenialKind,
    /// The reason for the developer's log. No client sees it.
    pub reason: String,
    /// The value of `www-authenticate`, if this denial has one.
    pub challenge: Option<String>,
    /// Words for the client that replace the words of the front door, such as the text that a signature should have
    /// signed. They may repeat text of the client, and so must be escaped as JSON.
    pub message: Option<String>,
}

/// The kinds of denials that API Gateway distinguishes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DenialKind {
    /// `UNAUTHORIZED`: the request does not identify its caller, or the token is not valid.
    Unauthorized,
    /// `ACCESS_DENIED`: the caller is known and may not do this.
    AccessDenied {
        /// Whether a statement of the policy denies the request; otherwise no statement allows it.
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
    /// An incomplete signature: `IncompleteSignatureException`, for which AWS has no gateway response.
    IncompleteSignature,
    /// Unknown credentials. A REST API calls this `AccessDeniedException`
    /// (<https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden>), Lambda
    /// `UnrecognizedClientException`.
    UnrecognizedClient,
    /// Temporary credentials that have expired: `ExpiredTokenException`.
    ExpiredCredentials,
    /// The claims of the developer cannot be read, which does not happen on AWS.
    InvalidClaims,
    /// `AUTHORIZER_FAILURE`: the authorizer cannot be invoked, or fails.
    AuthorizerFailure,
    /// `AUTHORIZER_CONFIGURATION_ERROR`: the answer of the authorizer is invalid.
    AuthorizerConfiguration,
}

impl Denial {
    /// A denial with the words of the front door.
    pub fn new(kind: DenialKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), challenge: None, message: None }
    }
}

/// The kinds of APIs, whose rules for authorizers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKind {
    /// A REST API, with `TOKEN` and `REQUEST` authorizers, policies, and JWT authorizers of several issuers.
    Rest,
    /// An HTTP API, with `REQUEST` authorizers, policies or simple responses, and JWT authorizers of one issuer and RSA keys.
    Http,
}
