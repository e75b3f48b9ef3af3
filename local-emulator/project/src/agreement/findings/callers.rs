//! Surprises about the callers of an API: open routes, and unused authorizers.

use super::apis::ApiRoute;
use crate::agreement::manifest::MANIFEST;
use crate::agreement::rule::Rule;
use crate::agreement::{Finding, Survey};
use crate::template::{Api, SourcePosition, Template};

impl Survey {
    /// Finds the open routes of an API whose routes are closed by default, without preflights and intended exceptions.
    pub(super) fn of_open_routes(&self, api: &Api, routes: &[ApiRoute<'_>]) -> Vec<Finding> {
        let Some(default) = &api.default_authorizer else { return Vec::new() };
        let is_open = |route: &&ApiRoute<'_>| {
            let authorization = &route.event.authorization;
            let is_guarded = authorization.authorizer.is_some() || authorization.needs_api_key;
            let is_meant = route.path().is_some_and(|path| self.exceptions.is_open(path));
            route.is_ours && !is_guarded && !is_meant && !route.event.route_key.starts_with("OPTIONS ")
        };
        let finding = |route: &ApiRoute<'_>| {
            let key = &route.event.route_key;
            let message = format!(
                "everybody may call `{key}`, although the API has the authorizer `{default}` for its routes"
            );
            let finding = self.in_template(Rule::OpenRoute, route.event.place, message);
            match route.path() {
                Some(path) => finding.with_help(format!(
                    "give it an authorizer, or write `{}` below `[workspace.metadata.api-routes]` in `{MANIFEST}` if it is \
                     intended",
                    self.exceptions.with_open_path(path.as_str())
                )),
                None => finding.with_help("give it an authorizer"),
            }
        };
        routes.iter().filter(is_open).map(finding).collect()
    }

    /// Finds the authorizers that no route uses. An API with hidden routes may use any of them.
    pub(super) fn of_unused_authorizers(&self, api: &Api, template: &Template) -> Vec<Finding> {
        if template.has_hidden_functions
            || template.all_functions().any(|function| function.has_hidden_events)
        {
            return Vec::new();
        }
        let unused = api.authorizers.iter().filter(|declared| !declared.is_used);
        let finding = |(name, place): (&str, SourcePosition)| {
            let message = format!("no route of `{}` asks the authorizer `{name}`", api.logical_id);
            self.in_template(Rule::UnusedAuthorizer, place, message)
        };
        unused.map(|declared| (declared.authorizer.name.as_str(), declared.place)).map(finding).collect()
    }

    /// Finds the packages of authorizers that no authorizer of the template uses.
    pub(super) fn of_idle_packages(&self, template: &Template) -> Vec<Finding> {
        if template.has_hidden_functions || self.template_file.is_none() {
            return Vec::new();
        }
        let is_used = |binary: &str| {
            let function = template.function(binary);
            function.is_some_and(|function| function.is_authorizer() || function.is_called())
        };
        let idle = self.authorizers.iter().filter(|package| !is_used(&package.binary));
        let finding = |folder: &str| {
            let message = format!("`{folder}` is unused: no authorizer has its function as `FunctionArn`");
            Finding::new(
                Rule::UnusedAuthorizer,
                format!("{folder}/{MANIFEST}"),
                SourcePosition::START,
                message,
            )
            .with_help("add its function to the template, and name it as `FunctionArn` of an authorizer")
        };
        idle.map(|package| finding(&package.folder)).collect()
    }
}
