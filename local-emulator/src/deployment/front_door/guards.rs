//! The guards of the routes of one front door: the authorizers that the project declares, and API keys.

use std::collections::HashMap;
use std::sync::Arc;

use api_routes_project::aws::{Authorization, Authorizer, AuthorizerKind, IdentitySource};

use api_routes_project::template::TemplateApiKey;

use super::authorizer_host::AuthorizerHost;
use crate::authorizer::ApiKind;
use crate::authorizer::jwt::{CognitoVerifier, JwtVerifier};
use crate::authorizer::lambda::LambdaAuthorizer;
use crate::authorizer::{ApiKey, ApiKeys};
use crate::gateway::{Guard, Judge};

/// Builds the guards of an API. Each authorizer is made once, so that its routes share its cached answers.
pub(super) struct GuardBuilder<'a, F> {
    api: ApiKind,
    host: &'a AuthorizerHost,
    api_keys: Arc<ApiKeys>,
    /// Returns the function with a logical id, and whether the function is debugged.
    find: &'a dyn Fn(&str) -> Option<(F, bool)>,
    made: HashMap<String, Arc<Judge<F>>>,
}

impl<'a, F> GuardBuilder<'a, F> {
    pub(super) fn new(
        api: ApiKind,
        host: &'a AuthorizerHost,
        find: &'a dyn Fn(&str) -> Option<(F, bool)>,
    ) -> Self {
        Self { api, host, api_keys: Arc::default(), find, made: HashMap::new() }
    }

    /// Adds the keys that a REST API accepts, and the keys of `API_ROUTES_API_KEYS`.
    pub(super) fn with_api_keys(self, keys: &[TemplateApiKey]) -> Self {
        let key = |key: &TemplateApiKey| ApiKey::new(&key.logical_id, key.value.clone(), key.is_enabled);
        let keys: ApiKeys = keys.iter().map(key).collect();
        Self { api_keys: Arc::new(keys.with_variable(&self.host.api_keys)), ..self }
    }

    /// Returns the guard of a route with this authorization.
    pub(super) fn guard(&mut self, authorization: &Authorization) -> Guard<F> {
        let judge = authorization.authorizer.as_ref().map(|authorizer| self.judge(authorizer));
        Guard::new(authorization, judge).with_api_keys(Arc::clone(&self.api_keys))
    }

    fn judge(&mut self, authorizer: &Authorizer) -> Arc<Judge<F>> {
        if let Some(judge) = self.made.get(&authorizer.name) {
            return Arc::clone(judge);
        }
        let judge = Arc::new(self.new_judge(authorizer));
        self.made.insert(authorizer.name.clone(), Arc::clone(&judge));
        judge
    }

    fn new_judge(&self, authorizer: &Authorizer) -> Judge<F> {
        let keys = Arc::clone(&self.host.keys);
        match &authorizer.kind {
            AuthorizerKind::Jwt(jwt) => {
                let source = jwt.identity_source.clone();
                let source = source.unwrap_or_else(|| IdentitySource::Header("authorization".to_owned()));
                Judge::Jwt(JwtVerifier::new(jwt, self.api, keys), source)
            }
            AuthorizerKind::Cognito(cognito) => {
                let source = IdentitySource::Header(cognito.header.clone());
                Judge::Cognito(CognitoVerifier::new(cognito, keys), source)
            }
            AuthorizerKind::Lambda(declared) => {
                let function = declared.function.as_deref().and_then(self.find);
                let is_debugged = function.as_ref().is_some_and(|(_, is_debugged)| *is_debugged);
                let function = function.map(|(function, _)| function);
                let lambda = LambdaAuthorizer::new(self.api, &authorizer.name, declared, function);
                Judge::Lambda(Box::new(if is_debugged { lambda.without_timeout() } else { lambda }))
            }
            AuthorizerKind::Iam => Judge::Iam(self.host.iam.clone()),
            AuthorizerKind::Unknown(reason) => Judge::Closed(reason.clone()),
            _ => Judge::Closed(format!(
                "authorizer `{}`: the emulator does not know its kind",
                authorizer.name
            )),
        }
    }
}

/// Returns the guard of a Function URL with `AuthType: AWS_IAM`.
pub(super) fn signed<F>(host: &AuthorizerHost) -> Guard<F> {
    let iam = Authorizer { name: "AWS_IAM".to_owned(), kind: AuthorizerKind::Iam };
    let authorization = Authorization { authorizer: Some(Arc::new(iam)), ..Authorization::default() };
    Guard::new(&authorization, Some(Arc::new(Judge::Iam(host.iam.clone()))))
}
