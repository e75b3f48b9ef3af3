//! The identity sources of an authorizer. If a request lacks one, the authorizer is not invoked.

use std::borrow::Cow;

use api_routes_project::aws::{AuthorizerEvent, IdentitySource, LambdaAuthorizer};
use regex_lite::Regex;

use super::ask::{AuthorizerRequest, Terms};
use crate::authorizer::{ApiKind, Denial, DenialKind};

/// The identity sources, and the rule for their values.
#[derive(Debug)]
pub(super) struct IdentityRule {
    sources: Vec<IdentitySource>,
    /// Whether a request without one of the sources is refused.
    is_required: bool,
    validation: Option<Validation>,
}

/// The expression that a token must match, and its text.
#[derive(Debug)]
struct Validation {
    text: String,
    regex: Result<Regex, String>,
}

/// The reason why a request is refused without invoking the authorizer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotAsked {
    #[error("the request has no {0}, which is an identity source: the authorizer was not asked")]
    Missing(String),
    #[error(
        "the token does not match `{0}` as a whole: the authorizer was not asked. If a part should do, add `.*` to the \
         expression"
    )]
    Invalid(String),
    #[error(
        "the emulator cannot read the validation expression `{text}`: {error}. It has no look-around and no \
         back-references; remove the expression and let the function check the token"
    )]
    Expression { text: String, error: String },
}

impl IdentityRule {
    /// "When caching is turned off, it is not necessary to specify an identity source. API Gateway directly passes the
    /// request to the authorizer Lambda function". This sentence is about a REST API's `REQUEST`
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html>,
    /// <https://repost.aws/knowledge-center/api-gateway-401-error-lambda-authorizer>). A `TOKEN` is always required,
    /// and so are the identity sources of an HTTP API.
    pub(super) fn new(api: ApiKind, declared: &LambdaAuthorizer) -> Self {
        match &declared.event {
            AuthorizerEvent::Token { header, validation } => Self {
                sources: vec![IdentitySource::Header(header.clone())],
                is_required: true,
                validation: validation.as_deref().map(Validation::new),
            },
            AuthorizerEvent::Request { identity_sources, .. } => Self {
                sources: identity_sources.clone(),
                is_required: api == ApiKind::Http || !declared.ttl.is_zero(),
                validation: None,
            },
            // An unknown kind of event: nothing identifies a caller.
            _ => Self { sources: Vec::new(), is_required: true, validation: None },
        }
    }

    /// Whether answers can be cached by the identity sources: "To enable caching, your authorizer must have at least one identity source".
    pub(super) fn is_key(&self) -> bool {
        !self.sources.is_empty()
    }

    /// Returns the value of each source, in their order. An empty value counts as missing.
    pub(super) fn read<'r>(
        &self,
        request: &'r impl AuthorizerRequest,
    ) -> Result<Vec<Cow<'r, str>>, NotAsked> {
        let mut values = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            match request.identity(source) {
                Some(value) if !value.is_empty() => values.push(value),
                _ if self.is_required => return Err(NotAsked::Missing(shown(source))),
                _ => values.push(Cow::Borrowed("")),
            }
        }
        if let (Some(validation), Some(token)) = (&self.validation, values.first()) {
            validation.check(token)?;
        }
        Ok(values)
    }
}

impl Validation {
    /// A token must match as a whole: "if you enter the regular expression `\w{5}`, then only token values with 5-character
    /// alphanumeric strings are validated"
    /// (<https://repost.aws/knowledge-center/api-gateway-401-error-lambda-authorizer>).
    fn new(text: &str) -> Self {
        // The text must be valid without the group, so that its parentheses cannot close the group.
        let regex = Regex::new(text).and_then(|_| Regex::new(&format!(r"\A(?:{text})\z")));
        Self { text: text.to_owned(), regex: regex.map_err(|error| error.to_string()) }
    }

    fn check(&self, token: &str) -> Result<(), NotAsked> {
        let text = self.text.clone();
        match &self.regex {
            Ok(regex) if regex.is_match(token) => Ok(()),
            Ok(_) => Err(NotAsked::Invalid(text)),
            Err(error) => Err(NotAsked::Expression { text, error: error.clone() }),
        }
    }
}

impl NotAsked {
    pub(super) fn denial(&self, terms: Terms<'_>) -> Denial {
        let kind = match self {
            Self::Missing(_) | Self::Invalid(_) => DenialKind::Unauthorized,
            Self::Expression { .. } => DenialKind::AuthorizerConfiguration,
        };
        terms.denial(kind, &self.to_string())
    }
}

fn shown(source: &IdentitySource) -> String {
    match source {
        IdentitySource::Header(name) => format!("header `{name}`"),
        IdentitySource::QueryString(name) => format!("query parameter `{name}`"),
        IdentitySource::StageVariable(name) => {
            format!("stage variable `{name}` (the emulator has no stage variables)")
        }
        IdentitySource::Context(name) => {
            format!("context variable `{name}` (or the emulator does not know it)")
        }
        _ => "known identity source".to_owned(),
    }
}
