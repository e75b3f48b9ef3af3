//! A request with its answer and its invocation, as a line for people and as an object for programs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anstyle::Style;
use http::request::Parts;
use http::{Method, Uri};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use uuid::Uuid;

use super::report::{Report, Status, milliseconds, rounded_milliseconds};
use super::system_log::SystemLog;
use crate::printer::{self, Milliseconds, status_style};

/// The most characters of a target in the line for people.
const LONGEST_TARGET: usize = 160;

/// A request, or an event without one.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) subject: Subject,
    received: OffsetDateTime,
    /// The name of the function that the event is for.
    pub(super) function: Option<Arc<str>>,
    pub(crate) answer: Option<ClientAnswer>,
    pub(crate) ran: Option<InvocationRecord>,
}

/// The request or event that came.
#[derive(Debug)]
pub(crate) enum Subject {
    Request {
        method: Method,
        /// Path and query.
        target: String,
        door: DoorName,
    },
    /// An asynchronous event.
    Event {
        /// The name that the function was called by.
        name: String,
    },
    /// An invocation of a Lambda authorizer, which judges a request.
    Authorizer {
        name: String,
        /// The request's method and path.
        request: String,
    },
}

/// A front door as the log and the inspector name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoorName {
    /// Its kind, with a number if it is not the first of its kind.
    pub(crate) name: Arc<str>,
    /// Whether lines for people name the front door.
    pub(crate) is_one_of_several: bool,
}

/// The answer to the client.
#[derive(Debug)]
pub(crate) struct ClientAnswer {
    /// `None` if the client hung up before.
    pub(crate) status: Option<u16>,
    pub(crate) duration: Duration,
    pub(crate) words: Option<String>,
}

/// The invocation that a request or an event led to.
#[derive(Debug)]
pub(crate) struct InvocationRecord {
    /// The name of the function in the log.
    pub(crate) function: Arc<str>,
    pub(crate) request_id: Uuid,
    pub(crate) log: SystemLog,
    /// `None` until the invocation is over.
    pub(crate) report: Option<Report>,
}

impl Subject {
    pub(super) fn request(head: &Parts, door: &DoorName) -> Self {
        Self::Request { method: head.method.clone(), target: target(&head.uri), door: door.clone() }
    }

    /// Returns the subject of an authorizer's invocation about this request.
    pub(super) fn authorizer(&self, name: &str) -> Self {
        let request = match self {
            Self::Request { method, target, .. } => format!("{method} {}", path(target)),
            Self::Event { name } | Self::Authorizer { name, .. } => name.clone(),
        };
        Self::Authorizer { name: name.to_owned(), request }
    }

    /// Returns the size of the texts in bytes.
    fn size(&self) -> usize {
        match self {
            Self::Request { target: text, .. } | Self::Event { name: text } => text.len(),
            Self::Authorizer { name, request } => name.len() + request.len(),
        }
    }
}

impl Exchange {
    pub(super) fn new(subject: Subject, received: OffsetDateTime) -> Self {
        Self { subject, received, function: None, answer: None, ran: None }
    }

    /// Whether a client sent this over HTTP.
    pub(crate) fn is_http(&self) -> bool {
        matches!(self.subject, Subject::Request { .. })
    }

    /// Returns the name of the function, if the request reached it or was on its way to it.
    pub(crate) fn function(&self) -> Option<&str> {
        let ran = self.ran.as_ref().map(|ran| &ran.function);
        ran.or(self.function.as_ref()).map(|name| &**name)
    }

    /// Whether no client waits for an answer any more.
    pub(super) fn is_answered(&self) -> bool {
        self.answer.is_some() || matches!(self.subject, Subject::Event { .. })
    }

    /// Returns the size of all texts in bytes.
    pub(super) fn size(&self) -> usize {
        let words = self.answer.as_ref().and_then(|answer| answer.words.as_ref()).map_or(0, String::len);
        self.subject.size() + words
    }

    /// Returns a line for a log with Lambda's own lines. It has only the facts that those lines lack.
    pub(super) fn problem(&self) -> Option<String> {
        let ClientAnswer { status: Some(status), words: Some(words), .. } = self.answer.as_ref()? else {
            return None;
        };
        let Subject::Request { method, target, .. } = &self.subject else { return None };
        Some(format!("{method} {} {status}: {}", printer::shown(path(target)), printer::shown(words)))
    }

    pub(crate) fn report(&self) -> Option<&Report> {
        self.ran.as_ref()?.report.as_ref()
    }

    fn write_ran(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(InvocationRecord { function, report, .. }) = &self.ran else { return Ok(()) };
        write!(f, "  {}", printer::shown(function))?;
        let Some(report) = report else { return f.write_str(", still running") };
        match report.init {
            Some(init) => write!(f, " cold, init {}", Milliseconds(milliseconds(init)))?,
            None => f.write_str(" warm")?,
        }
        write!(f, ", billed {} ms", report.billed_ms())?;
        if let Some(peak) = report.peak_mb {
            write!(f, ", {peak} MB")?;
        }
        match &report.status {
            Some(Status::Timeout) => f.write_str(", timed out"),
            Some(status) => write!(f, ", failed: {}", printer::shown(status.error_type())),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Exchange {
    /// `12:34:56 GET /api/posts/7?x=1 200 12 ms  /api/posts/[id] cold, init 8.1 ms, billed 13 ms, 24 MB`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dimmed = Style::new().dimmed();
        let (hour, minute, second) = self.received.to_hms();
        write!(f, "{dimmed}{hour:02}:{minute:02}:{second:02}{dimmed:#} ")?;
        match &self.subject {
            Subject::Request { method, target, door } => {
                if door.is_one_of_several {
                    write!(f, "{dimmed}{}{dimmed:#} ", door.name)?;
                }
                write!(f, "{method} {}", cut(&printer::shown(target)))?;
            }
            Subject::Event { name } => write!(f, "event for {}", printer::shown(name))?,
            Subject::Authorizer { name, request } => {
                write!(f, "authorizer {} of {}", printer::shown(name), cut(&printer::shown(request)))?;
            }
        }
        if let Some(ClientAnswer { status, duration, .. }) = &self.answer {
            if let Some(status) = status {
                let style = status_style(*status);
                write!(f, " {style}{status}{style:#}")?;
            }
            write!(f, " {}", Milliseconds(milliseconds(*duration)))?;
        }
        write!(f, "{dimmed}")?;
        self.write_ran(f)?;
        write!(f, "{dimmed:#}")?;
        match self.answer.as_ref().and_then(|answer| answer.words.as_deref()) {
            Some(words) => write!(f, ": {}", printer::shown(words)),
            None => Ok(()),
        }
    }
}

impl Serialize for Exchange {
    /// Leaves out members that do not apply.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.subject {
            Subject::Request { method, target, door } => {
                let (path, query) = target
                    .split_once('?')
                    .map_or((target.as_str(), None), |(path, query)| (path, Some(query)));
                map.serialize_entry("method", method.as_str())?;
                map.serialize_entry("path", path)?;
                entry(&mut map, "query", query)?;
                map.serialize_entry("front_door", &*door.name)?;
            }
            Subject::Event { name } => map.serialize_entry("event_for", name)?,
            Subject::Authorizer { name, request } => {
                map.serialize_entry("authorizer", name)?;
                map.serialize_entry("authorizes", request)?;
            }
        }
        if let Some(ClientAnswer { status, duration, words }) = &self.answer {
            entry(&mut map, "status", status.as_ref())?;
            map.serialize_entry("duration_ms", &rounded_milliseconds(*duration))?;
            entry(&mut map, "note", words.as_ref())?;
        }
        entry(&mut map, "function", self.function())?;
        if let Some(InvocationRecord { request_id, .. }) = &self.ran {
            map.serialize_entry("request_id", &request_id.to_string())?;
        }
        if let Some(report) = self.report() {
            map.serialize_entry("cold", &report.init.is_some())?;
            entry(&mut map, "init_ms", report.init.map(rounded_milliseconds).as_ref())?;
            map.serialize_entry("billed_ms", &report.billed_ms())?;
            entry(&mut map, "max_memory_mb", report.peak_mb.as_ref())?;
            entry(&mut map, "error_type", report.status.as_ref().map(Status::error_type))?;
        }
        map.end()
    }
}

fn entry<M: SerializeMap, T: Serialize + ?Sized>(
    map: &mut M,
    name: &str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// Returns path and query as the client sent them.
fn target(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

/// Returns a target without its query.
fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

fn cut(target: &str) -> String {
    match target.char_indices().nth(LONGEST_TARGET) {
        Some((at, _)) => format!("{}…", &target[..at]),
        None => target.to_owned(),
    }
}
