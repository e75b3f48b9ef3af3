//! The filter of the list of requests.

use serde::Serialize;
use serde_json::Value;

use super::error::InspectorError;
use super::view::Summary;
use crate::record::{Exchange, Record, Store, Subject};

/// The most requests that one answer lists.
const MOST: usize = 1_000;

/// The requests that one answer lists if the client sets no limit.
const USUAL: usize = 100;

/// Conditions that all have to hold.
#[derive(Debug, Default)]
pub(super) struct Filter {
    limit: Option<usize>,
    /// Selects requests with lower ids.
    before: Option<u64>,
    status: Option<StatusFilter>,
    /// A part of the path or the query.
    path: Option<String>,
    /// A part of the function's route.
    function: Option<String>,
    method: Option<String>,
    min_duration_ms: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusFilter {
    One(u16),
    /// `4xx`
    Class(u16),
    /// 400 and above, failed invocations, and requests whose client left.
    Errors,
}

/// A list of requests, the newest first.
#[derive(Serialize)]
pub(super) struct RequestList {
    requests: Vec<Value>,
}

/// Reads a parameter that is true or false.
pub(super) fn flag(query: &str, name: &str) -> Result<bool, InspectorError> {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(parameter, _)| parameter == name);
    match found.as_ref().map(|(_, value)| value.as_ref()) {
        None | Some("false") => Ok(false),
        Some("" | "true") => Ok(true),
        Some(value) => Err(problem(name, value, "it is `true` or `false`")),
    }
}

fn problem(parameter: &str, value: &str, expected: &'static str) -> InspectorError {
    InspectorError::Parameter { parameter: parameter.to_owned(), value: value.to_owned(), expected }
}

impl Filter {
    /// Reads the query of an address.
    pub(super) fn read(query: &str) -> Result<Self, InspectorError> {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let invalid = |expected| problem(&name, &value, expected);
            match &*name {
                "limit" => filter.limit = Some(value.parse().map_err(|_| invalid("it is a number"))?),
                "before" => {
                    filter.before = Some(value.parse().map_err(|_| invalid("it is the id of a request"))?);
                }
                "status" => filter.status = Some(StatusFilter::read(&value)?),
                "path" => filter.path = Some(value.into_owned()),
                "function" => filter.function = Some(value.into_owned()),
                "method" => filter.method = Some(value.into_owned()),
                "min_duration_ms" => {
                    let milliseconds = value.parse().map_err(|_| invalid("it is a number of milliseconds"));
                    filter.min_duration_ms = Some(milliseconds?);
                }
                _ => {
                    let known =
                        "the parameters are limit, before, status, path, function, method, min_duration_ms";
                    return Err(invalid(known));
                }
            }
        }
        Ok(filter)
    }

    pub(super) fn select(&self, store: &Store) -> RequestList {
        let limit = self.limit.unwrap_or(USUAL).min(MOST);
        let is_before = |record: &Record| self.before.is_none_or(|before| record.id() < before);
        let records = store.newest().into_iter().filter(|record| is_before(record));
        let summary = |record: std::sync::Arc<Record>| {
            record.read(|exchange, _, stage| {
                let summary = self.takes(exchange).then(|| Summary::new(&record, exchange, stage))?;
                serde_json::to_value(&summary).ok()
            })
        };
        RequestList { requests: records.filter_map(summary).take(limit).collect() }
    }

    fn takes(&self, exchange: &Exchange) -> bool {
        let (method, target) = match &exchange.subject {
            Subject::Request { method, target, .. } => (method.as_str(), target.as_str()),
            Subject::Event { .. } | Subject::Authorizer { .. } => ("", ""),
        };
        let answer = exchange.answer.as_ref();
        let duration = || answer.map_or(0.0, |answer| answer.duration.as_secs_f64() * 1_000.0);
        let function = || exchange.function().unwrap_or_default();
        self.path.as_ref().is_none_or(|path| target.contains(path.as_str()))
            && self.function.as_ref().is_none_or(|part| function().contains(part.as_str()))
            && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.min_duration_ms.is_none_or(|least| duration() >= least)
            && self.status.is_none_or(|statuses| statuses.takes(exchange))
    }
}

impl StatusFilter {
    fn read(text: &str) -> Result<Self, InspectorError> {
        let status = match text {
            "error" => Some(Self::Errors),
            _ => match text.strip_suffix("xx") {
                Some(class) => class.parse().ok().filter(|class| (1..=5).contains(class)).map(Self::Class),
                None => text.parse().ok().map(Self::One),
            },
        };
        status.ok_or_else(|| {
            problem("status", text, "it is a status such as 404, a class such as 4xx, or `error`")
        })
    }

    /// Whether the filter selects a request. Only an answered HTTP request has a status: asynchronous events, invocations of
    /// authorizers and requests whose client left have none.
    fn takes(self, exchange: &Exchange) -> bool {
        let answer = exchange.answer.as_ref();
        let status = answer.and_then(|answer| answer.status);
        match self {
            Self::One(one) => status == Some(one),
            Self::Class(class) => status.is_some_and(|status| status / 100 == class),
            Self::Errors => {
                let has_failed = exchange.report().is_some_and(|report| report.status.is_some());
                let is_error = || status.map_or(exchange.is_http(), |status| status >= 400);
                has_failed || (answer.is_some() && is_error())
            }
        }
    }
}
