//! The events that each kind of front door would make of a request.

use api_routes_project::aws::{FrontDoorKind, PayloadFormat};
use api_routes_project::front_doors::FrontDoor;
use http::header::HOST;
use serde::Serialize;
use serde_json::value::Value;

use super::Inspector;
use super::draft::{PEER, Sendable, host_of_url};
use super::error::InspectorError;
use crate::deployment::{Catalog, Preview, preview};
use crate::door::Door;
use crate::record::Record;

/// The events side by side.
#[derive(Serialize)]
pub(super) struct Events {
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct EventView {
    front_door: &'static str,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Value>,
    /// The reason why no function would get an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// A kind of front door, with one format of its events.
struct EventFormat {
    kind: FrontDoorKind,
    title: &'static str,
    payload_format: Option<PayloadFormat>,
}

const FORMATS: [EventFormat; 5] = [
    EventFormat {
        kind: FrontDoorKind::HttpApi,
        title: "HTTP API, payload 2.0",
        payload_format: Some(PayloadFormat::V2),
    },
    EventFormat {
        kind: FrontDoorKind::HttpApi,
        title: "HTTP API, payload 1.0",
        payload_format: Some(PayloadFormat::V1),
    },
    EventFormat { kind: FrontDoorKind::RestApi, title: "REST API", payload_format: None },
    EventFormat { kind: FrontDoorKind::FunctionUrl, title: "Function URL", payload_format: None },
    EventFormat { kind: FrontDoorKind::Alb, title: "Load balancer", payload_format: None },
];

impl Inspector {
    pub(super) async fn events(&self, record: &Record) -> Result<Events, InspectorError> {
        let sendable = Sendable::from_record(record, true)?;
        let door = self.door(Some(&sendable.door))?;
        let function = record.read(|exchange, _, _| exchange.function().map(str::to_owned));
        let catalog = self.catalog.get();
        let mut events = Vec::new();
        for form in &FORMATS {
            events.push(form.event(&catalog, door, &sendable, function.as_deref()).await?);
        }
        Ok(Events { events })
    }
}

impl EventFormat {
    /// Returns the event of a request. If the project has several front doors of the kind, the front door that leads to the
    /// request's function counts.
    async fn event(
        &self,
        catalog: &Catalog,
        door: &Door,
        sendable: &Sendable,
        function: Option<&str>,
    ) -> Result<EventView, InspectorError> {
        let id = function.and_then(|function| catalog.function(function)).map(|listed| &listed.id);
        let mut found = Preview::Refused("the project has no such front door".to_owned());
        for declared in catalog.all_front_doors.iter().filter(|declared| declared.kind() == self.kind) {
            let declared = self.with_format(declared.clone());
            let request = led_to(&declared, door, sendable, function, catalog).into_request(door)?;
            found = preview(&declared, catalog.options, request, PEER).await;
            if matches!(&found, Preview::Event(taker, _) if id.is_none_or(|id| id == taker)) {
                break;
            }
        }
        let (front_door, title) = (self.kind.name(), self.title);
        Ok(match found {
            Preview::Event(_, event) => {
                let event = serde_json::from_slice(&event).ok();
                EventView { front_door, title, event, refused: None }
            }
            Preview::Refused(reason) => EventView { front_door, title, event: None, refused: Some(reason) },
        })
    }

    fn with_format(&self, mut declared: FrontDoor) -> FrontDoor {
        if let (FrontDoor::Api { routes, .. }, Some(format)) = (&mut declared, self.payload_format) {
            for route in routes {
                route.payload_format = format;
            }
        }
        declared
    }
}

/// Returns the request with the address that it has at the front door `declared`. The host of a Function URL selects its
/// function.
fn led_to(
    declared: &FrontDoor,
    door: &Door,
    sendable: &Sendable,
    function: Option<&str>,
    catalog: &Catalog,
) -> Sendable {
    let mut sendable = sendable.clone();
    if let Some(rest) = door.without_stage(&sendable.target) {
        let stage = if catalog.options.no_stage { String::new() } else { declared.stage_path() };
        sendable.target = format!("{stage}{rest}");
    }
    let host = function.and_then(|function| host_of_url(declared, function, door.address.port()));
    if let Some(host) = host {
        sendable.headers.insert(HOST, host);
    }
    sendable
}
