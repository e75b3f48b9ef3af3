//! Authorizers of a nested stack, whose functions have other names in the stack around it.

use std::sync::Arc;

use crate::aws::{Authorization, Authorizer, AuthorizerKind};
use crate::template::Api;

/// Puts the name of a nested stack before the functions that its authorizers ask.
pub(in crate::template) struct Renaming<'a> {
    stack: &'a str,
    /// The authorizers that were renamed, so that routes go on to share them.
    known: Vec<(Arc<Authorizer>, Arc<Authorizer>)>,
}

impl<'a> Renaming<'a> {
    pub(in crate::template) fn new(stack: &'a str) -> Self {
        Self { stack, known: Vec::new() }
    }

    pub(in crate::template) fn rename(&mut self, authorization: &mut Authorization) {
        if let Some(authorizer) = &mut authorization.authorizer {
            self.rename_authorizer(authorizer);
        }
    }

    pub(in crate::template) fn rename_in(&mut self, api: &mut Api) {
        for declared in &mut api.authorizers {
            self.rename_authorizer(&mut declared.authorizer);
        }
        let mocks = api.mocks.iter_mut().map(|mock| &mut mock.authorization);
        for authorization in mocks.chain([&mut api.authorization, &mut api.preflight_authorization]) {
            self.rename(authorization);
        }
    }

    fn rename_authorizer(&mut self, authorizer: &mut Arc<Authorizer>) {
        if let Some((_, renamed)) = self.known.iter().find(|(known, _)| Arc::ptr_eq(known, authorizer)) {
            *authorizer = Arc::clone(renamed);
            return;
        }
        let mut renamed = Authorizer::clone(authorizer);
        let AuthorizerKind::Lambda(lambda) = &mut renamed.kind else { return };
        let Some(function) = &mut lambda.function else { return };
        *function = format!("{}/{function}", self.stack);
        let renamed = Arc::new(renamed);
        let known = std::mem::replace(authorizer, Arc::clone(&renamed));
        self.known.push((known, renamed));
    }
}
