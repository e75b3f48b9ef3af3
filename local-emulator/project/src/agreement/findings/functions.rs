//! Functions of the template: problems that no linter finds.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::agreement::rule::Rule;
use crate::agreement::{Drift, Finding, Survey};
use crate::aws::FrontDoorKind;
use crate::aws::http_api::INTEGRATION_TIMEOUT as HTTP_API;
use crate::aws::rest_api::INTEGRATION_TIMEOUT as REST_API;
use crate::settings::UndeployedVariable;
use crate::template::{
    BUILD_METHOD, Complaint, Event, Fault, NamedBy, PackageType, SourcePosition, Template, TemplateFunction,
};

/// The maximum number of resources of a template.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const STACK: usize = 500;

impl Survey {
    pub(super) fn of_template(&self, drifts: &[Drift]) -> Vec<Finding> {
        // Errors of every function count, since an error stops the emulator.
        let complaints = self.examined.errors.iter();
        let mut findings: Vec<_> = complaints.map(of_complaint).collect();
        let Some(template) = &self.examined.template else { return findings };
        let cautions = template.warnings.iter().filter(|warning| warning.fault != Fault::Emulator);
        findings.extend(cautions.map(of_complaint));
        let ours =
            || template.functions.iter().chain(&template.others).filter(|function| self.is_ours(function));
        findings.extend(ours().filter_map(|function| self.of_build(function)));
        findings.extend(ours().filter_map(|function| self.of_timeout(function)));
        findings.extend(self.of_shared_binaries(template));
        findings.extend(self.of_variables(template));
        findings.extend(self.of_apis(template, drifts));
        findings.extend(self.of_idle_packages(template));
        findings.extend(self.of_stack(template));
        findings
    }

    fn of_build(&self, function: &TemplateFunction) -> Option<Finding> {
        function.code.binary()?;
        // `sam build` builds an image from its Dockerfile.
        let is_image = function.package == PackageType::Image;
        if is_image || function.is_built_elsewhere || function.build_method.as_deref() == Some(BUILD_METHOD) {
            return None;
        }
        // A function without a `Binary` may be built by `make`, or by another tool that fills the folder.
        let is_built_otherwise = match function.named_by {
            NamedBy::Binary => false,
            NamedBy::Output => true,
            NamedBy::PackageFolder | NamedBy::Events => {
                self.is_made(function) || !self.is_in_workspace(function)
            }
        };
        if is_built_otherwise {
            return None;
        }
        let id = &function.logical_id;
        let message = match &function.build_method {
            None => format!("`{id}` does not say how it is built"),
            Some(method) => format!("`{id}` is built by `{method}`, which knows nothing of `Binary`"),
        };
        Some(self.in_template(Rule::BuildMethod, function.place, message))
    }

    fn is_made(&self, function: &TemplateFunction) -> bool {
        let folder = self.root.join(function.code_uri.as_deref().unwrap_or_default());
        function.build_method.is_some() || folder.join("Makefile").exists()
    }

    /// Whether `sam build` would have to build the code, which is the workspace or a package of it.
    fn is_in_workspace(&self, function: &TemplateFunction) -> bool {
        let code_uri = function.code_uri.as_deref().unwrap_or(".");
        let folder = code_uri.trim_start_matches("./").trim_end_matches('/');
        let routes = self.packages.iter().map(|package| &package.folder);
        let mut ours = routes.chain(self.authorizers.iter().map(|package| &package.folder));
        matches!(folder, "" | ".") || ours.any(|own| own == folder)
    }

    /// Finds a function that may run longer than any of its callers waits: the remaining time is paid for, and its
    /// result is lost.
    fn of_timeout(&self, function: &TemplateFunction) -> Option<Finding> {
        let wait = function.events.iter().filter_map(patience).max()?;
        (function.timeout > wait && function.url.is_none()).then(|| {
            let message = format!(
                "a function may run for {} s here, and its API waits for {} s",
                function.timeout.as_secs(),
                wait.as_secs_f64()
            );
            self.in_template(Rule::FunctionTimeout, function.timeout_place.unwrap_or(function.place), message)
        })
    }

    fn of_shared_binaries(&self, template: &Template) -> Vec<Finding> {
        let shared = |other: &TemplateFunction| {
            let first = template.function(other.code.binary()?).filter(|first| self.is_ours(first))?;
            if !first.may_be_beside(other) {
                return None;
            }
            let (one, two) = (&other.logical_id, &first.logical_id);
            let message =
                format!("`{one}` has the binary of `{two}`: it is unclear which of them is the route");
            Some(self.in_template(Rule::SharedBinary, other.place, message))
        };
        template.others.iter().filter_map(shared).collect()
    }

    /// Finds variables that are only in a `.env` file: the function has them here, and not on AWS.
    fn of_variables(&self, template: &Template) -> Vec<Finding> {
        let in_mode = |dotenv| UndeployedVariable::find(dotenv, template, &self.exceptions);
        let mut names = BTreeSet::new();
        let undeployed =
            self.dotenv.iter().flat_map(in_mode).filter(|variable| names.insert(variable.name.clone()));
        let finding = |variable: UndeployedVariable| {
            let message = variable.message();
            let finding = Finding::new(Rule::UndeployedVariable, &*variable.file, variable.place, message);
            finding.with_help(variable.help(&self.exceptions))
        };
        undeployed.map(finding).collect()
    }

    fn of_stack(&self, template: &Template) -> Option<Finding> {
        let count = template.stack_resources;
        (count > STACK).then(|| {
            let message = format!(
                "SAM makes {count} resources or more of this template, and a stack has {STACK} at most"
            );
            self.in_template(Rule::StackSize, template.place, message)
        })
    }
}

fn of_complaint(complaint: &Complaint) -> Finding {
    let rule = match complaint.fault {
        Fault::NotYaml => Rule::BrokenTemplate,
        Fault::Refused | Fault::Emulator => Rule::RefusedValue,
        Fault::ReservedVariable => Rule::ReservedVariable,
        Fault::VariableName => Rule::VariableName,
        Fault::Environment => Rule::EnvironmentSize,
        Fault::SnapStart => Rule::SnapStart,
        Fault::IntegrationTimeout => Rule::IntegrationTimeout,
        Fault::RepeatedKey => Rule::RepeatedKey,
        Fault::UnroutedEvent => Rule::UnroutedEvent,
        Fault::UnquotedScalar => Rule::UnquotedScalar,
        Fault::IgnoredAuth => Rule::IgnoredAuth,
        Fault::UninvokableAuthorizer => Rule::UninvokableAuthorizer,
        Fault::UselessScopes => Rule::UselessScopes,
        Fault::Issuer => Rule::RefusedIssuer,
    };
    Finding::new(rule, &complaint.file, complaint.place, &complaint.message)
}

/// Returns how long a client waits; `None` for a stream, which may last longer than any function runs.
fn patience(event: &Event) -> Option<Duration> {
    let most = match event.kind {
        FrontDoorKind::RestApi if event.streams => return None,
        FrontDoorKind::RestApi => REST_API,
        _ => HTTP_API,
    };
    Some(event.timeout.unwrap_or(most))
}

/// Returns the position of an event's time-out.
pub(super) fn timeout_place(event: &Event) -> SourcePosition {
    event.timeout_place.unwrap_or(event.place)
}
