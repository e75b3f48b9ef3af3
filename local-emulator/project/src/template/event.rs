//! The events of a function that come from APIs.

use std::time::Duration;

use api_routes_routing::{PathTemplate, RouteKey};

use super::authorization::{self, CallerRequirements};
use super::complaint::SourcePosition;
use super::property::Property;
use super::reader::Reader;
use super::resource::{Resource, implicit_api};
use super::route_key::{route_key, timeout};
use super::value::TemplateValue;
use crate::aws::{Authorization, FrontDoorKind, PayloadFormat};

/// A method and a path of an API that lead to a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Its key below `Events`.
    pub name: String,
    /// The position of its `Path`, or else of its key.
    pub place: SourcePosition,
    /// The kind of API: `http-api` or `rest-api`.
    pub kind: FrontDoorKind,
    /// The logical id of its API.
    pub api: String,
    /// Whether AWS has the same API. False if only AWS can resolve the API.
    pub is_api_known: bool,
    /// `GET /api/posts/{id}`, `ANY /api/user`, `$default`.
    pub route_key: String,
    /// `PayloadFormatVersion`, which an HTTP API has.
    pub payload_format: PayloadFormat,
    /// The time-out, from `TimeoutInMillis`.
    pub timeout: Option<Duration>,
    /// The position of `TimeoutInMillis`.
    pub timeout_place: Option<SourcePosition>,
    /// `ResponseTransferMode: RESPONSE_STREAM`, which a REST API has.
    pub streams: bool,
    /// Whether the event has only an API, a method and a path.
    pub is_plain: bool,
    /// The declaration of the route.
    pub origin: EventOrigin,
    /// The callers of the route.
    pub authorization: Authorization,
    /// The template's declarations about its callers, before SAM adds its own.
    pub(super) requested: CallerRequirements,
}

/// The place where a route of a function is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventOrigin {
    /// `Events` of the function.
    Event,
    /// The OpenAPI document of the API.
    Document,
}

impl Event {
    /// Whether the event is an operation of the API's OpenAPI document.
    pub fn is_of_document(&self) -> bool {
        self.origin == EventOrigin::Document
    }

    /// Returns the path; `None` for `$default`, and for a path that API Gateway refuses.
    pub fn path(&self) -> Option<PathTemplate> {
        match self.route_key.parse() {
            Ok(RouteKey::Path { path, .. }) => Some(path),
            _ => None,
        }
    }
}

/// Reads the events in the template's order, without events of other types.
pub(super) fn read(resource: &Resource<'_>, reader: &mut Reader) -> Vec<Event> {
    let events = resource.property("Events").node();
    let events = events.into_iter().flat_map(TemplateValue::entries);
    events.filter_map(|(name, event)| EventReader::new(name, event)?.event(reader)).collect()
}

/// Whether only AWS can resolve the events, or the path of one.
pub(super) fn are_hidden(resource: &Resource<'_>) -> bool {
    if resource.properties().and_then(TemplateValue::intrinsic).is_some() {
        return true;
    }
    let Some(events) = resource.property("Events").node() else { return false };
    let is_hidden = |(name, event)| {
        let reading = EventReader::new(name, event)?;
        let said = ["Method", "Path"].map(|property| reading.property(property).node());
        Some(said.into_iter().flatten().any(|node| node.intrinsic().is_some()))
    };
    events.intrinsic().is_some() || events.entries().filter_map(is_hidden).any(|is_hidden| is_hidden)
}

/// Reads an entry of `Events`.
struct EventReader<'a> {
    kind: FrontDoorKind,
    name: &'a TemplateValue,
    event: &'a TemplateValue,
}

impl<'a> EventReader<'a> {
    fn new(name: &'a TemplateValue, event: &'a TemplateValue) -> Option<Self> {
        let kind = match event.get("Type")?.text()?.as_str() {
            "HttpApi" => FrontDoorKind::HttpApi,
            "Api" => FrontDoorKind::RestApi,
            _ => return None,
        };
        Some(Self { kind, name, event })
    }

    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html>,
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html>
    fn event(&self, reader: &mut Reader) -> Option<Event> {
        let formats = [("1.0", PayloadFormat::V1), ("2.0", PayloadFormat::V2)];
        let modes = [("BUFFERED", false), ("RESPONSE_STREAM", true)];
        let is_rest = self.kind == FrontDoorKind::RestApi;
        let format = Some("PayloadFormatVersion").filter(|_| !is_rest).map(|name| self.property(name));
        let mode = Some("ResponseTransferMode").filter(|_| is_rest).map(|name| self.property(name));
        Some(Event {
            name: self.name.text()?,
            place: self.property("Path").node().unwrap_or(self.name).place(),
            kind: self.kind,
            api: self.api(reader),
            is_api_known: self.api_property().node().is_none_or(|node| node.reference().is_some()),
            route_key: self.route_key(reader)?,
            payload_format: format.and_then(|it| it.choice(&formats, "`2.0`", reader)).unwrap_or_default(),
            timeout: timeout(self.kind, self.property("TimeoutInMillis"), reader),
            timeout_place: self.property("TimeoutInMillis").node().map(TemplateValue::place),
            streams: mode.and_then(|it| it.choice(&modes, "`BUFFERED`", reader)).unwrap_or(false),
            is_plain: self.is_plain(),
            origin: EventOrigin::Event,
            authorization: Authorization::default(),
            requested: CallerRequirements {
                security: None,
                events: authorization::event_auth(self.property("Auth"), reader).into_iter().collect(),
            },
        })
    }

    fn property(&self, name: &'static str) -> Property<'a> {
        Property::new(name, self.event.get("Properties").and_then(|properties| properties.get(name)), None)
    }

    fn is_plain(&self) -> bool {
        let properties = self.event.get("Properties").into_iter().flat_map(TemplateValue::entries);
        let names: Vec<_> = properties.filter_map(|(name, _)| name.text()).collect();
        names.iter().all(|name| [self.api_name(), "Method", "Path"].contains(&name.as_str()))
    }

    fn api_name(&self) -> &'static str {
        if self.kind == FrontDoorKind::RestApi { "RestApiId" } else { "ApiId" }
    }

    fn api_property(&self) -> Property<'a> {
        self.property(self.api_name())
    }

    fn api(&self, reader: &mut Reader) -> String {
        let name = self.api_name();
        let implicit = implicit_api(self.kind);
        let Some(node) = self.api_property().node() else { return implicit.to_owned() };
        node.reference().unwrap_or_else(|| {
            reader.unknown(name, node, &format!("`{implicit}`"));
            implicit.to_owned()
        })
    }

    fn route_key(&self, reader: &mut Reader) -> Option<String> {
        let [method, path] = ["Method", "Path"].map(|name| self.property(name).node());
        match (method, path) {
            (Some(method), Some(path)) => {
                Some(route_key(self.kind, &text(method, reader)?, &text(path, reader)?))
            }
            _ if self.kind == FrontDoorKind::RestApi => {
                reader.error(self.event, "an `Api` event needs a `Method` and a `Path`");
                None
            }
            (None, None) => Some("$default".to_owned()),
            (Some(method), None) => {
                reader.error(
                    method,
                    "a `Method` needs a `Path`: add it, or drop both for the `$default` route",
                );
                None
            }
            (None, Some(path)) => Some(route_key(self.kind, "ANY", &text(path, reader)?)),
        }
    }
}

fn text(node: &TemplateValue, reader: &mut Reader) -> Option<String> {
    match node.intrinsic() {
        Some(intrinsic) => {
            reader.warning(
                node,
                format!("the emulator leaves out this event: only AWS can tell `{intrinsic}`"),
            );
        }
        None if node.text().is_none() => reader.error(node, "`Method` and `Path` must be text"),
        None => return node.text(),
    }
    None
}
