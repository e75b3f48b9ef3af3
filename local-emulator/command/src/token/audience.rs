//! The claims that the authorizers of a template expect in a token.

use api_routes_project::aws::{Authorizer, AuthorizerKind, JwtIssuer};
use api_routes_project::template::Api;

/// The audience of a token for an authorizer that accepts any audience.
const ANY: &str = "local";

/// The audience of a token, and the other claims that its authorizer expects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Audience {
    pub(super) names: Vec<String>,
    /// Claims with a value that the authorizer accepts.
    pub(super) claims: Vec<(String, String)>,
    pub(super) form: TokenForm,
}

/// The form of a token: the claims by which its issuer marks its purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TokenForm {
    #[default]
    Plain,
    /// An ID token of a user pool.
    CognitoId,
    /// An access token of a user pool.
    CognitoAccess,
}

/// An authorizer that cannot be chosen among those of the template.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum AudienceError {
    #[error("the template has several authorizers: choose one with `--authorizer`: {0}")]
    Several(String),
    #[error("the template has no JWT or Cognito authorizer `{name}`: {known}")]
    Unknown { name: String, known: String },
    #[error(
        "the authorizer `{0}` has no audience, so it accepts no token: add an audience to the template, or give `--aud`"
    )]
    NoAudience(String),
}

impl TokenForm {
    /// Returns the form for a token with or without scopes. A user pool gives scopes only to access tokens, and a route
    /// with scopes accepts only these.
    pub(super) fn for_scopes(self, has_scopes: bool) -> Self {
        match self {
            Self::CognitoId if has_scopes => Self::CognitoAccess,
            other => other,
        }
    }
}

impl Audience {
    /// Finds the audience of the authorizer `name`, or of the only authorizer. `given` replaces its audiences.
    pub(super) fn find(apis: &[Api], name: Option<&str>, given: &[String]) -> Result<Self, AudienceError> {
        let authorizers = with_tokens(apis);
        let Some(authorizer) = choose(&authorizers, name, !given.is_empty())? else {
            // A project without authorizers may verify tokens itself.
            return Ok(Self { names: given.to_vec(), ..Self::default() });
        };
        let mut audience = match &authorizer.kind {
            AuthorizerKind::Cognito(_) => {
                Self { names: vec![ANY.to_owned()], form: TokenForm::CognitoId, ..Self::default() }
            }
            AuthorizerKind::Jwt(jwt) => jwt.issuers.first().map(Self::from).unwrap_or_default(),
            _ => Self::default(),
        };
        if !given.is_empty() {
            audience.names = given.to_vec();
        }
        if audience.names.is_empty() {
            return Err(AudienceError::NoAudience(authorizer.name.clone()));
        }
        Ok(audience)
    }
}

impl From<&JwtIssuer> for Audience {
    fn from(issuer: &JwtIssuer) -> Self {
        let first = issuer.audiences.first().cloned();
        let names = first.or_else(|| issuer.has_hidden_audiences.then(|| ANY.to_owned()));
        let value = |accepted: &[String]| accepted.first().map_or(ANY, String::as_str).to_owned();
        let claims = issuer.required_claims.iter().map(|(name, accepted)| (name.clone(), value(accepted)));
        Self { names: names.into_iter().collect(), claims: claims.collect(), form: TokenForm::Plain }
    }
}

/// Returns whether an authorizer of the template verifies tokens.
pub(super) fn has_token_authorizer(apis: &[Api]) -> bool {
    !with_tokens(apis).is_empty()
}

/// Returns the authorizers that verify tokens. If two APIs have authorizers of the same name, the first counts.
fn with_tokens(apis: &[Api]) -> Vec<&Authorizer> {
    let declared = apis.iter().flat_map(|api| &api.authorizers).map(|declared| declared.authorizer.as_ref());
    let mut found: Vec<&Authorizer> = Vec::new();
    for authorizer in declared {
        let judges_tokens = matches!(authorizer.kind, AuthorizerKind::Jwt(_) | AuthorizerKind::Cognito(_));
        if judges_tokens && found.iter().all(|known| known.name != authorizer.name) {
            found.push(authorizer);
        }
    }
    found
}

/// Chooses an authorizer. Returns `None` if there is none, or an audience makes the choice unnecessary.
fn choose<'a>(
    authorizers: &[&'a Authorizer],
    name: Option<&str>,
    has_audience: bool,
) -> Result<Option<&'a Authorizer>, AudienceError> {
    let Some(name) = name else {
        return match authorizers {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            _ if has_audience => Ok(None),
            _ => Err(AudienceError::Several(names(authorizers))),
        };
    };
    let found = authorizers.iter().find(|authorizer| authorizer.name == name);
    let unknown = || AudienceError::Unknown {
        name: name.to_owned(),
        known: match authorizers {
            [] => "it has none".to_owned(),
            _ => format!("it has {}", names(authorizers)),
        },
    };
    found.copied().map(Some).ok_or_else(unknown)
}

fn names(authorizers: &[&Authorizer]) -> String {
    let names: Vec<_> = authorizers.iter().map(|authorizer| format!("`{}`", authorizer.name)).collect();
    names.join(", ")
}
