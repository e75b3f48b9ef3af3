//! A log line, as text and as JSON.

use std::fmt::{self, Write};
use std::time::SystemTime;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::Level;
use super::timestamp::Timestamp;

pub(super) struct Line<'l> {
    pub(super) level: Level,
    pub(super) message: fmt::Arguments<'l>,
    pub(super) request_id: Option<&'l str>,
    pub(super) fields: &'l [(&'l str, Value)],
}

impl Line<'_> {
    /// Writes `INFO RequestId: … message field=value`. The level and the request have the form of Lambda's own lines.
    pub(super) fn text(&self) -> String {
        let mut line = OneLine(String::with_capacity(128));
        // Writing to a string cannot fail.
        let _ = self.write_text(&mut line);
        line.0.push('\n');
        line.0
    }

    fn write_text(&self, line: &mut OneLine) -> fmt::Result {
        write!(line, "{}", self.level)?;
        if let Some(id) = self.request_id {
            write!(line, " RequestId: {id}")?;
        }
        write!(line, " {}", self.message)?;
        // Not with `Display`, which would link a second copy of the code that writes JSON.
        self.fields.iter().try_for_each(|(name, value)| {
            write!(line, " {name}={}", serde_json::to_string(value).unwrap_or_default())
        })
    }

    /// Writes the members that the runtimes of Lambda write, and the fields.
    pub(super) fn json(&self, time: SystemTime) -> String {
        // Strings and JSON values always serialize.
        let mut line = serde_json::to_string(&Json { line: self, time }).unwrap_or_default();
        line.push('\n');
        line
    }
}

struct Json<'l> {
    line: &'l Line<'l>,
    time: SystemTime,
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Line { level, message, request_id, fields } = self.line;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("timestamp", &format_args!("{}", Timestamp(self.time)))?;
        members.serialize_entry("level", &format_args!("{level}"))?;
        members.serialize_entry("message", message)?;
        if let Some(id) = request_id {
            members.serialize_entry("requestId", id)?;
        }
        for (name, value) in *fields {
            members.serialize_entry(name, value)?;
        }
        members.end()
    }
}

/// A text in one line. A message may contain text of a client, which must not end the line and forge another.
struct OneLine(String);

impl Write for OneLine {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '\t' => self.0.push(char),
                // JavaScript ends a line at these separators.
                _ if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') => {
                    write!(self.0, "{}", char.escape_default())?;
                }
                _ => self.0.push(char),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Line};
    use serde_json::json;
    use std::time::UNIX_EPOCH;

    #[test]
    fn line_has_level_request_message_and_fields() {
        let name = "ann";
        let line = Line {
            level: Level::Warn,
            message: format_args!("hello {name}"),
            request_id: Some("8f5"),
            fields: &[("tries", json!(3)), ("name", json!("ann b")), ("who", json!({ "id": 7 }))],
        };
        assert_eq!(line.text(), "WARN RequestId: 8f5 hello ann tries=3 name=\"ann b\" who={\"id\":7}\n");
        assert_eq!(
            line.json(UNIX_EPOCH),
            "{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"level\":\"WARN\",\"message\":\"hello ann\",\"requestId\":\"8f5\",\
             \"tries\":3,\"name\":\"ann b\",\"who\":{\"id\":7}}\n"
        );
    }

    #[test]
    fn line_outside_a_request_has_no_id() {
        let line = Line { level: Level::Error, message: format_args!("no"), request_id: None, fields: &[] };
        assert_eq!(line.text(), "ERROR no\n");
        assert!(!line.json(UNIX_EPOCH).contains("requestId"));
    }

    #[test]
    fn message_cannot_forge_another_line() {
        let sent = "a\nERROR b\r\u{1b}[2J\u{85}\u{2028}c\td";
        let line = Line {
            level: Level::Info,
            message: format_args!("{sent}"),
            request_id: None,
            fields: &[("sent", json!(sent))],
        };
        let text = line.text();
        assert!(
            text.starts_with("INFO a\\nERROR b\\r\\u{1b}[2J\\u{85}\\u{2028}c\td sent=\"a\\nERROR"),
            "{text}"
        );
        assert_eq!(text.chars().filter(|char| char.is_control() && *char != '\t').count(), 1);
        assert_eq!(line.json(UNIX_EPOCH).matches('\n').count(), 1);
    }
}
