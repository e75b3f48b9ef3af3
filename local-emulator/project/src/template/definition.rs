//! The OpenAPI documents of APIs, and how they are merged with the events of functions.

use super::complaint::Fault;
use super::event::{Event, EventOrigin};
use super::function_index::FunctionIndex;
use super::openapi::{self, Integration, Invocation, OpenApiDocument, Operation};
use super::reader::Reader;
use super::resource::{HTTP_API, PLAIN_HTTP_API, PLAIN_REST_API, REST_API, Resource};
use crate::aws::{Authorization, FrontDoorKind};

/// The fate of the events that name an API with a document.
///
/// The order of aws-sam-translator 1.115, in
/// <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/eventsources/push.py>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    /// The API is an HTTP API of SAM: an event adds its route unless the document has it.
    Add,
    /// A REST API with `MergeDefinitions`: an event replaces the operation of the document.
    Replace,
    /// Any other API: an event adds a permission and no route.
    Nothing,
}

/// An API and its document.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) kind: FrontDoorKind,
    pub(super) logical_id: String,
    pub(super) document: OpenApiDocument,
    merge: Merge,
    /// Whether the document is in the template, and not in a file of `DefinitionUri`.
    is_inline: bool,
}

/// Reads the documents of all APIs.
pub(super) fn read(resources: &[Resource<'_>], reader: &mut Reader) -> Vec<Definition> {
    let functions = FunctionIndex::new(resources);
    resources.iter().filter_map(|resource| definition(resource, &functions, reader)).collect()
}

fn definition(
    resource: &Resource<'_>,
    functions: &FunctionIndex<'_>,
    reader: &mut Reader,
) -> Option<Definition> {
    let (kind, merge) = match resource.kind.as_str() {
        HTTP_API => (FrontDoorKind::HttpApi, Merge::Add),
        REST_API => (FrontDoorKind::RestApi, rest_merge(resource, reader)),
        PLAIN_REST_API => (FrontDoorKind::RestApi, Merge::Nothing),
        PLAIN_HTTP_API => (FrontDoorKind::HttpApi, Merge::Nothing),
        _ => return None,
    };
    let (body, is_inline) = resource.document()?;
    let merge = if is_inline { merge } else { Merge::Nothing };
    let document = openapi::read(body, kind, functions, reader);
    tell_others(&resource.logical_id, &document.operations, reader);
    Some(Definition { kind, logical_id: resource.logical_id.clone(), document, merge, is_inline })
}

fn rest_merge(resource: &Resource<'_>, reader: &mut Reader) -> Merge {
    let merges = resource.property("MergeDefinitions").truth("`false`", reader);
    if merges == Some(true) { Merge::Replace } else { Merge::Nothing }
}

/// Reports the operations without a function, all at the position of the first.
fn tell_others(logical_id: &str, operations: &[Operation], reader: &mut Reader) {
    let other = |operation: &Operation| match &operation.integration {
        Some(Integration::Other(kind)) => Some((
            operation.place,
            format!("`{}` (`{kind}`, line {})", operation.route_key, operation.place.line),
        )),
        _ => None,
    };
    let others: Vec<_> = operations.iter().filter_map(other).collect();
    let Some((first, _)) = others.first() else { return };
    let names: Vec<_> = others.iter().map(|(_, name)| name.as_str()).collect();
    let message = format!(
        "`{logical_id}` leads elsewhere than to a function of this template, which is not emulated, so these have no route \
         here: {}",
        names.join(", ")
    );
    reader.caution(*first, Fault::Emulator, message);
}

impl Definition {
    pub(super) fn owns(&self, event: &Event) -> bool {
        (self.kind, &self.logical_id) == (event.kind, &event.api)
    }

    /// Whether an event is a route of the API on AWS. Its `Auth` is added to the operation of the document, or replaced
    /// by the operation's, as SAM does.
    pub(super) fn takes(&mut self, event: &mut Event, reader: &mut Reader) -> bool {
        let operations = &mut self.document.operations;
        let same = operations.iter().position(|operation| operation.route_key == event.route_key);
        let has_hidden = self.document.has_hidden_operations;
        match (self.merge, same.map(|same| &mut operations[same])) {
            (Merge::Add, Some(operation)) if operation.integration.is_some() => {
                operation.requested.events.append(&mut event.requested.events);
                false
            }
            (Merge::Add, Some(operation)) => {
                event.requested.security.clone_from(&operation.requested.security);
                true
            }
            (Merge::Replace, Some(operation)) => {
                event.requested.security.clone_from(&operation.requested.security);
                let route_key = event.route_key.clone();
                operations.retain(|operation| operation.route_key != route_key);
                true
            }
            (Merge::Add | Merge::Replace, None) => true,
            (Merge::Nothing, Some(operation)) => {
                let can_override = self.kind == FrontDoorKind::RestApi && self.is_inline;
                let own = std::mem::take(&mut event.requested.events);
                let (taken, ignored): (Vec<_>, Vec<_>) =
                    own.into_iter().partition(|auth| can_override && auth.overrides_api);
                for auth in ignored {
                    auth.tell_ignored(can_override, reader);
                }
                operation.requested.events.extend(taken);
                false
            }
            (Merge::Nothing, None) => {
                if !has_hidden {
                    self.tell_missing(event, reader);
                }
                false
            }
        }
    }

    fn tell_missing(&self, event: &Event, reader: &mut Reader) {
        let message = format!(
            "`{}` is not in the OpenAPI document of `{}`, so SAM makes no route of this event: add it there",
            event.route_key, self.logical_id
        );
        reader.caution(event.place, Fault::UnroutedEvent, message);
    }

    /// Whether an operation of the document leads to a function.
    pub(super) fn calls(&self, function: &str) -> bool {
        self.events_of(function).next().is_some()
    }

    pub(super) fn events_of(&self, function: &str) -> impl Iterator<Item = Event> {
        let of = move |operation: &Operation| match &operation.integration {
            Some(Integration::Function(invocation)) if invocation.function == function => {
                Some(self.event(operation, invocation))
            }
            _ => None,
        };
        self.document.operations.iter().filter_map(of)
    }

    fn event(&self, operation: &Operation, invocation: &Invocation) -> Event {
        Event {
            name: operation.route_key.clone(),
            place: operation.place,
            kind: self.kind,
            api: self.logical_id.clone(),
            is_api_known: true,
            route_key: operation.route_key.clone(),
            payload_format: invocation.payload_format,
            timeout: invocation.timeout,
            timeout_place: invocation.timeout_place,
            streams: invocation.streams,
            is_plain: false,
            origin: EventOrigin::Document,
            authorization: Authorization::default(),
            requested: operation.requested.clone(),
        }
    }
}
