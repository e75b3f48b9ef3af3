//! The functions of a template, with the events that documents of APIs add to them.

use super::callers::{Caller, Callers};
use super::code::{self, Code};
use super::definition::Definition;
use super::function::{self, TemplateFunction};
use super::reader::Reader;
use super::resource::{FUNCTION, Resource};
use super::value::TemplateValue;
use crate::routes::RoutePackage;

/// Reads the functions that this machine can run, then the others.
pub(super) fn read(
    resources: &[Resource<'_>],
    packages: &[RoutePackage],
    definitions: &[Definition],
    asked: &[&str],
    reader: &mut Reader,
) -> (Vec<TemplateFunction>, Vec<TemplateFunction>) {
    let callers = Callers::new(resources);
    let binaries = code::binaries(resources, packages);
    let mut functions: Vec<TemplateFunction> = Vec::new();
    let mut others = Vec::new();
    for resource in resources {
        let is_asked = asked.contains(&resource.logical_id.as_str());
        let read = function::read(resource, resources, &binaries, definitions, is_asked, reader);
        let Some(mut function) = read else { continue };
        function.called_by = match callers.find_caller(&function.logical_id) {
            // The API of an authorizer names the authorizer's function too.
            None | Some(Caller::Other) if is_asked => Some(Caller::Authorizer),
            caller => caller,
        };
        match functions.iter_mut().find(|other| other.has_the_binary_of(&function)) {
            _ if function.code == Code::Elsewhere => others.push(function),
            None => functions.push(function),
            // The deployed function counts if two functions exclude each other.
            Some(first) if !first.is_deployed() => others.push(std::mem::replace(first, function)),
            Some(_) if !function.is_deployed() => others.push(function),
            Some(first) => {
                reader.warning(
                    resource.key,
                    format!(
                        "`{}` has the binary of `{}`: the emulator takes the first",
                        function.logical_id, first.logical_id
                    ),
                );
                others.push(function);
            }
        }
    }
    (functions, others)
}

/// Merges the events of functions with the documents. Routes that AWS does not have are removed from both, and the
/// operations of a document become events of their functions.
pub(super) fn merge(
    definitions: &mut [Definition],
    functions: [&mut [TemplateFunction]; 2],
    reader: &mut Reader,
) {
    let mut functions: Vec<_> = functions.into_iter().flatten().collect();
    for definition in definitions {
        for function in &mut functions {
            function.events.retain_mut(|event| !definition.owns(event) || definition.takes(event, reader));
        }
        for function in &mut functions {
            let events: Vec<_> = definition.events_of(&function.logical_id).collect();
            if !events.is_empty() && function.called_by == Some(Caller::Other) {
                function.called_by = None;
            }
            function.events.extend(events);
        }
    }
}

/// Whether an entry may add functions: a loop with functions, or a macro, which may add anything.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>
pub(super) fn brings_functions(key: &TemplateValue, value: &TemplateValue) -> bool {
    let name = key.text().unwrap_or_default();
    name == "Fn::Transform" || (name.starts_with("Fn::ForEach::") && value.has_text(FUNCTION))
}
