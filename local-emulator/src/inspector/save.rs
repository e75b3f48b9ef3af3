//! Saves the event of a request in the folder of its function, for a test that replays it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::InspectorError;
use super::{Inspector, secrets};
use crate::record::{Record, Subject};

/// The folder of saved events, relative to the folder of the function.
const FOLDER: &str = "tests/events";

/// The most bytes of a file name.
const LONGEST: usize = 64;

/// The options of a file to save.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveRequest {
    name: String,
    /// Whether secrets stay in the event.
    #[serde(default)]
    secrets: bool,
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub(super) struct Saved {
    /// Relative to the project.
    path: String,
    /// The lines of a test.
    test: String,
}

impl Inspector {
    pub(super) fn save(&self, record: &Record, wish: &SaveRequest) -> Result<Saved, InspectorError> {
        let SaveRequest { name, secrets } = wish;
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if name.is_empty() || name.len() > LONGEST || !name.bytes().all(is_name) {
            return Err(InspectorError::InvalidName(name.clone()));
        }
        let RecordedEvent { event, function, status, is_of_authorizer } = RecordedEvent::read(record)?;
        let catalog = self.catalog.get();
        let listed = catalog.function(&function).ok_or(InspectorError::NoSuchFunction(function))?;
        let file = listed.folder.join(FOLDER).join(format!("{name}.json"));
        let path = file.strip_prefix(&catalog.root).unwrap_or(&file).to_path_buf();
        let text = if *secrets {
            event
        } else {
            redacted(&event).ok_or(InspectorError::NotSearchable(record.id()))?
        };
        write(&file, &path, &text)?;
        Ok(Saved {
            path: path.display().to_string(),
            test: if is_of_authorizer { authorizer_test(name) } else { route_test(name, status) },
        })
    }
}

/// A recorded event, with the facts that its test needs.
struct RecordedEvent {
    event: Vec<u8>,
    function: String,
    /// The status of the function's reply.
    status: Option<u16>,
    is_of_authorizer: bool,
}

impl RecordedEvent {
    fn read(record: &Record) -> Result<Self, InspectorError> {
        record.read(|exchange, detail, _| {
            let (event, function) =
                detail.event().zip(exchange.function()).ok_or(InspectorError::NoEvent(record.id()))?;
            if event.is_cut() {
                return Err(InspectorError::EventCut(record.id()));
            }
            let replied = detail.reply().and_then(|reply| status_of(reply.bytes));
            let answered = exchange.answer.as_ref().and_then(|answer| answer.status);
            Ok(Self {
                event: event.bytes.to_vec(),
                function: function.to_owned(),
                status: replied.or(answered),
                is_of_authorizer: matches!(exchange.subject, Subject::Authorizer { .. }),
            })
        })
    }
}

/// Returns the status in the function's reply. The Invoke API answers 200 to every reply, so its own status says nothing.
fn status_of(reply: &[u8]) -> Option<u16> {
    let reply: Value = serde_json::from_slice(reply).ok()?;
    reply.get("statusCode")?.as_u64()?.try_into().ok()
}

/// Returns an event without its secrets, or `None` if it is not JSON, as an event of the Invoke API may be.
fn redacted(event: &[u8]) -> Option<Vec<u8>> {
    let mut event = serde_json::from_slice::<Value>(event).ok()?;
    secrets::redact(&mut event);
    let mut text = serde_json::to_vec_pretty(&event).unwrap_or_default();
    text.push(b'\n');
    Some(text)
}

fn write(file: &Path, shown: &Path, text: &[u8]) -> Result<(), InspectorError> {
    let failed = |cause| InspectorError::Write { path: shown.display().to_string(), cause };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(file);
    let mut file = file.map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => InspectorError::FileExists(shown.display().to_string()),
        _ => failed(cause),
    })?;
    file.write_all(text).map_err(failed)
}

/// Returns the lines that read the event of an authorizer, which is not a route.
fn authorizer_test(name: &str) -> String {
    format!(
        "let event = include_str!(\"../{FOLDER}/{name}.json\");\n\
         let event: serde_json::Value = serde_json::from_str(event).expect(\"the event is JSON\");\n\
         // Give the event to the authorizer's function, and assert its answer.\n"
    )
}

/// Returns the lines that send an event to the route.
fn route_test(name: &str, status: Option<u16>) -> String {
    let status = status.unwrap_or(200);
    format!(
        "let event = include_str!(\"../{FOLDER}/{name}.json\");\n\
         let answer = api_routes::test::TestEvent::new(event).send(&route());\n\
         assert_eq!(answer.status(), {status}, \"{{}}\", answer.text());\n"
    )
}

#[cfg(test)]
mod tests {
    use http::Request;
    use uuid::Uuid;

    use super::RecordedEvent;
    use crate::printer::Printer;
    use crate::record::{DoorName, LogStyle, Recorder, SandboxId, Store, SystemLog};

    #[test]
    fn event_of_an_authorizer_is_marked() {
        let recorder = Recorder::new(Printer::recorded().0, LogStyle::Requests, Some(Store::default()));
        let door = DoorName { name: "http-api".into(), is_one_of_several: false };
        let head = Request::get("/api/me").body(()).unwrap().into_parts().0;
        let request = recorder.request(&head, &door, None);
        let asked = request.authorizer("Session");
        for (recording, is_of_authorizer) in [(&request, false), (&asked, true)] {
            recording.made_event(b"{}");
            let sandbox = SandboxId { process: None, version: 1 };
            recording.started(&"api/me".into(), Uuid::nil(), sandbox, &SystemLog::Text);
            let event = RecordedEvent::read(recording.record()).unwrap();
            assert_eq!(event.is_of_authorizer, is_of_authorizer);
        }
    }
}
