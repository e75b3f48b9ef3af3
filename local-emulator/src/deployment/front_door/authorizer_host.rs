//! The state that the authorizers of all front doors share. It survives changes of the project.

use std::sync::Arc;

use crate::authorizer::issuer::OwnIssuer;
use crate::authorizer::jwt::KeySets;
use crate::authorizer::{AuthorizerOptionsError, IamVerifier};
use crate::config::AuthorizerOptions;

/// The keys of issuers, the keys of clients, and the verifier of signatures.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizerHost {
    pub(super) keys: Arc<KeySets>,
    pub(super) iam: IamVerifier,
    /// The value of `API_ROUTES_API_KEYS`, which changes with the project.
    pub(super) api_keys: Arc<str>,
}

impl AuthorizerHost {
    /// Creates the host that the options describe. `own` is the emulator's own issuer.
    ///
    /// # Errors
    /// Any [`AuthorizerOptionsError`].
    pub(crate) async fn new(
        options: &AuthorizerOptions,
        own: Arc<OwnIssuer>,
    ) -> Result<Self, AuthorizerOptionsError> {
        let keys = match &options.jwks {
            Some(file) => KeySets::from_file(file, own)?,
            None => KeySets::discovered(own),
        };
        let iam = if options.strict_iam { IamVerifier::strict().await? } else { IamVerifier::lenient() };
        Ok(Self { keys: Arc::new(keys), iam, api_keys: "".into() })
    }

    /// Creates a host for a preview, which asks no authorizer.
    pub(super) fn for_preview() -> Self {
        let own = Arc::new(OwnIssuer::new(""));
        let keys = Arc::new(KeySets::discovered(own));
        Self { keys, iam: IamVerifier::lenient(), api_keys: "".into() }
    }

    pub(crate) fn with_api_keys(&self, api_keys: &str) -> Self {
        Self { api_keys: api_keys.into(), ..self.clone() }
    }
}
