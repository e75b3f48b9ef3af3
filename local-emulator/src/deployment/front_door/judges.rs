//! The authorizers of one front door, from what the project says of them.

use std::collections::HashMap;
use std::sync::Arc;

use api_routes_project::aws::{Authorization, Authorizer, AuthorizerKind};

use crate::authorizer::IamVerifier;
use crate::authorizer::lambda::{ApiKind, LambdaAuthorizer};
use crate::gateway::{Guard, Judge};

/// Makes each authorizer of an API once, so that its routes share what it keeps.
pub(super) struct Judges<'a, F> {
    api: ApiKind,
    /// Returns the function with a logical id, if there is one, and whether it is debugged.
    find: &'a dyn Fn(&str) -> Option<(F, bool)>,
    made: HashMap<String, Arc<Judge<F>>>,
}

impl<'a, F> Judges<'a, F> {
    pub(super) fn new(api: ApiKind, find: &'a dyn Fn(&str) -> Option<(F, bool)>) -> Self {
        Self { api, find, made: HashMap::new() }
    }

    /// The guard of a route with this authorization.
    pub(super) fn guard(&mut self, authorization: &Authorization) -> Guard<F> {
        let judge = authorization.authorizer.as_ref().map(|authorizer| self.judge(authorizer));
        Guard::new(authorization, judge)
    }

    fn judge(&mut self, authorizer: &Authorizer) -> Arc<Judge<F>> {
        let Self { api, find, made } = self;
        let made = made.entry(authorizer.name.clone());
        Arc::clone(made.or_insert_with(|| Arc::new(judge(*api, authorizer, *find))))
    }
}

/// The guard of a Function URL of `AuthType: AWS_IAM`.
pub(super) fn signed<F>() -> Guard<F> {
    let iam = Authorizer { name: "AWS_IAM".to_owned(), kind: AuthorizerKind::Iam };
    let authorization = Authorization { authorizer: Some(Arc::new(iam)), ..Authorization::default() };
    Guard::new(&authorization, Some(Arc::new(Judge::Iam(IamVerifier::lenient()))))
}

fn judge<F>(api: ApiKind, authorizer: &Authorizer, find: &dyn Fn(&str) -> Option<(F, bool)>) -> Judge<F> {
    match &authorizer.kind {
        AuthorizerKind::Lambda(declared) => {
            let function = declared.function.as_deref().and_then(find);
            let is_debugged = function.as_ref().is_some_and(|(_, is_debugged)| *is_debugged);
            let function = function.map(|(function, _)| function);
            let lambda = LambdaAuthorizer::new(api, &authorizer.name, declared, function);
            Judge::Lambda(if is_debugged { lambda.without_timeout() } else { lambda })
        }
        AuthorizerKind::Iam => Judge::Iam(IamVerifier::lenient()),
        AuthorizerKind::Unknown(reason) => Judge::Closed(reason.clone()),
        _ => Judge::Closed(format!("authorizer `{}`: the emulator does not know its kind", authorizer.name)),
    }
}
