//! Nested stacks: templates that a template deploys with itself.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::api::Api;
use super::complaint::{Fault, SourcePosition};
use super::contents::Template;
use super::function::TemplateFunction;
use super::inputs::Inputs;
use super::reader::Reader;
use super::resource::Resource;
use super::value::TemplateValue;
use crate::aws::{Authorization, Authorizer, AuthorizerKind};

/// A stack whose template is a file of the project.
#[derive(Debug)]
pub(super) struct NestedStack {
    pub(super) logical_id: String,
    pub(super) place: SourcePosition,
    pub(super) location: String,
    pub(super) inputs: Inputs,
}

/// Returns the nested stacks that are deployed. A stack whose template is elsewhere is reported, since its functions
/// are unknown.
pub(super) fn stacks(resources: &[Resource<'_>], inputs: &Inputs, reader: &mut Reader) -> Vec<NestedStack> {
    let stack = |resource: &Resource<'_>| {
        let property = match resource.kind.as_str() {
            "AWS::Serverless::Application" => "Location",
            "AWS::CloudFormation::Stack" => "TemplateURL",
            _ => return None,
        };
        let location = resource.property(property).node()?;
        let Some(file) = location.text().filter(|location| !location.contains("://")) else {
            reader.warning(
                location,
                format!(
                    "the functions of `{}` are not served: its template is not a file of this project",
                    resource.logical_id
                ),
            );
            return None;
        };
        Some(NestedStack {
            logical_id: resource.logical_id.clone(),
            place: location.place(),
            location: file,
            inputs: inputs_of(resource, inputs),
        })
    };
    let deployed = resources.iter().filter(|resource| resource.is_deployed());
    deployed.filter_map(stack).collect()
}

/// Returns the values that the outer stack gives. A value that only AWS can resolve hides the `Default` of its
/// parameter.
fn inputs_of(resource: &Resource<'_>, outer: &Inputs) -> Inputs {
    let given: Vec<_> =
        resource.property("Parameters").node().into_iter().flat_map(TemplateValue::entries).collect();
    let known = given.iter().filter_map(|(name, value)| Some((name.text()?, value.text()?)));
    let hidden = given.iter().filter(|(_, value)| value.text().is_none()).filter_map(|(name, _)| name.text());
    Inputs {
        parameters: known.collect::<BTreeMap<_, _>>(),
        hidden_parameters: hidden.collect::<BTreeSet<_>>(),
        stack_name: format!("{}-{}", outer.stack_name, resource.logical_id),
        ..outer.clone()
    }
}

impl NestedStack {
    /// Adds the inner template to the outer one. The names of a nested stack follow its own, in the way of `sam build`
    /// and `sam local`: `Child/Posts`.
    pub(super) fn add_to(&self, outer: &mut Template, inner: Template, reader: &mut Reader) {
        let path = |name: &str| format!("{}/{name}", self.logical_id);
        let mut renaming = Renaming::new(&self.logical_id);
        let mut rename = |mut function: TemplateFunction| {
            // An explicit name stays; without one, AWS makes the name of the stack's name and the logical id.
            if function.name == function.logical_id {
                function.name = format!("{}-{}", self.logical_id, function.logical_id);
            }
            function.logical_id = path(&function.logical_id);
            function.nested_in = Some(match &function.nested_in {
                Some(inner) => path(inner),
                None => self.logical_id.clone(),
            });
            for event in &mut function.events {
                event.api = path(&event.api);
                renaming.rename(&mut event.authorization);
            }
            function
        };
        for function in inner.functions.into_iter().map(&mut rename) {
            match outer.functions.iter().find(|other| other.has_the_binary_of(&function)) {
                Some(first) => {
                    let message = format!(
                        "`{}` has the binary of `{}`: the emulator takes the first",
                        function.logical_id, first.logical_id
                    );
                    reader.caution(self.place, Fault::Emulator, message);
                    outer.others.push(function);
                }
                None => outer.functions.push(function),
            }
        }
        outer.others.extend(inner.others.into_iter().map(&mut rename));
        outer.apis.extend(inner.apis.into_iter().map(|mut api| {
            api.logical_id = path(&api.logical_id);
            renaming.rename_in(&mut api);
            api
        }));
        outer.domain_names.extend(inner.domain_names);
        outer.has_hidden_functions |= inner.has_hidden_functions;
        outer.multi_value_headers |= inner.multi_value_headers;
        outer.warnings.extend(inner.warnings);
    }
}

/// Adds the name of a nested stack to the names of its authorizers' functions.
struct Renaming<'a> {
    stack: &'a str,
    /// The authorizers that were renamed, so that routes keep sharing them.
    known: Vec<(Arc<Authorizer>, Arc<Authorizer>)>,
}

impl<'a> Renaming<'a> {
    fn new(stack: &'a str) -> Self {
        Self { stack, known: Vec::new() }
    }

    fn rename(&mut self, authorization: &mut Authorization) {
        if let Some(authorizer) = &mut authorization.authorizer {
            self.rename_authorizer(authorizer);
        }
    }

    fn rename_in(&mut self, api: &mut Api) {
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
