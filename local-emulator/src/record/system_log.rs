//! The lines that Lambda writes into the log of a function, as text or as JSON.

use std::sync::Arc;

use api_routes_project::template::{InitializationType, SystemLogLevel};
use serde::Serialize;
use uuid::Uuid;

use super::report::{EndLine, InitPhase, InitReport, Report, StartLine, Status, rounded_milliseconds};
use crate::timestamp::Timestamp;

/// The `LogFormat` and `SystemLogLevel` of a function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// START, END and REPORT.
    #[default]
    Text,
    /// JSON objects of this level or above.
    Json(SystemLogLevel),
}

/// Writes Lambda's lines of one function.
#[derive(Clone, Debug, Default)]
pub(crate) enum SystemLog {
    #[default]
    Text,
    Json(Arc<JsonLog>),
}

/// A function whose lines are objects.
#[derive(Debug)]
pub(crate) struct JsonLog {
    pub(crate) level: SystemLogLevel,
    pub(crate) function_name: String,
    pub(crate) function_arn: String,
    pub(crate) memory_mb: u32,
    pub(crate) initialization: InitializationType,
}

/// The subject of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SystemEvent<'a> {
    InitStart(InitPhase),
    /// The runtime has asked for its first event, or its init has failed.
    InitRuntimeDone(&'a InitReport),
    InitReport(&'a InitReport),
    Start(Uuid),
    /// The runtime has asked for the next event, or the invocation has failed.
    RuntimeDone(&'a Report),
    Report(&'a Report),
}

impl SystemLog {
    /// Returns the line about `event`, if the log has one.
    pub(crate) fn line(&self, event: &SystemEvent<'_>, time: Timestamp) -> Option<String> {
        match self {
            Self::Text => event.text(),
            Self::Json(log) => (event.level() >= log.level).then(|| log.line(event, time)),
        }
    }
}

impl SystemEvent<'_> {
    /// Returns the line of the text format, if it has one.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::InitReport(report) if report.status.is_some() => Some(report.to_string()),
            // `INIT_START` has the version of the runtime, which belongs to Amazon Linux.
            Self::InitStart(_) | Self::InitRuntimeDone(_) | Self::InitReport(_) => None,
            Self::Start(request_id) => Some(StartLine(*request_id).to_string()),
            Self::RuntimeDone(report) => Some(EndLine(report.request_id).to_string()),
            Self::Report(report) => Some(report.to_string()),
        }
    }

    /// Returns the level of the event:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html#monitoring-cloudwatchlogs-log-level-mapping>.
    fn level(&self) -> SystemLogLevel {
        let or_warn = |status: &Option<Status>, level| {
            if outcome(status.as_ref()).0 == "success" { level } else { SystemLogLevel::Warn }
        };
        match self {
            // `INFO` on AWS, where the line has the version of the runtime.
            Self::InitStart(_) => SystemLogLevel::Debug,
            Self::InitRuntimeDone(report) | Self::InitReport(report) => {
                or_warn(&report.status, SystemLogLevel::Debug)
            }
            Self::Start(_) => SystemLogLevel::Info,
            Self::RuntimeDone(report) => or_warn(&report.status, SystemLogLevel::Debug),
            Self::Report(report) => or_warn(&report.status, SystemLogLevel::Info),
        }
    }
}

impl JsonLog {
    /// Returns the line about an event. Members and their order follow the
    /// [schema](https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html), as far as Lambda was
    /// observed to write them.
    fn line(&self, event: &SystemEvent<'_>, time: Timestamp) -> String {
        let (kind, record) = match event {
            SystemEvent::InitStart(phase) => ("platform.initStart", self.init_start(*phase)),
            SystemEvent::InitRuntimeDone(report) => ("platform.initRuntimeDone", self.init(report, None)),
            SystemEvent::InitReport(report) => {
                let metrics = InitMetrics { duration_ms: rounded_milliseconds(report.took) };
                ("platform.initReport", self.init(report, Some(metrics)))
            }
            SystemEvent::Start(request_id) => ("platform.start", self.start(*request_id)),
            SystemEvent::RuntimeDone(report) => ("platform.runtimeDone", runtime_done(report)),
            SystemEvent::Report(report) => ("platform.report", report_record(report)),
        };
        let line = Line { time: time.to_string(), r#type: kind, record };
        serde_json::to_string(&line).unwrap_or_default()
    }

    fn init_start(&self, phase: InitPhase) -> LineRecord<'_> {
        LineRecord::InitStart {
            initialization_type: self.initialization.name(),
            phase,
            function_name: &self.function_name,
            function_version: LATEST,
            instance_max_memory: u64::from(self.memory_mb) << 20,
        }
    }

    fn init<'a>(&self, report: &'a InitReport, metrics: Option<InitMetrics>) -> LineRecord<'a> {
        let (status, error_type) = outcome(report.status.as_ref());
        let initialization_type = self.initialization.name();
        LineRecord::Init { initialization_type, phase: report.phase, status, metrics, error_type }
    }

    fn start(&self, request_id: Uuid) -> LineRecord<'_> {
        LineRecord::Start { request_id, function_arn: &self.function_arn, version: LATEST }
    }
}

const LATEST: &str = "$LATEST";

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    r#type: &'static str,
    record: LineRecord<'a>,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum LineRecord<'a> {
    InitStart {
        initialization_type: &'static str,
        phase: InitPhase,
        function_name: &'a str,
        function_version: &'static str,
        /// In bytes.
        instance_max_memory: u64,
    },
    Init {
        initialization_type: &'static str,
        phase: InitPhase,
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        metrics: Option<InitMetrics>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error_type: Option<&'a str>,
    },
    Start {
        request_id: Uuid,
        function_arn: &'a str,
        version: &'static str,
    },
    RuntimeDone {
        request_id: Uuid,
        status: &'static str,
        metrics: RuntimeMetrics,
        #[serde(skip_serializing_if = "Option::is_none")]
        error_type: Option<&'a str>,
    },
    Report {
        request_id: Uuid,
        metrics: ReportMetrics,
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        error_type: Option<&'a str>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitMetrics {
    duration_ms: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuntimeMetrics {
    duration_ms: f64,
    produced_bytes: usize,
}

#[derive(Serialize)]
struct ReportMetrics {
    #[serde(rename = "durationMs")]
    duration: f64,
    #[serde(rename = "billedDurationMs")]
    billed: u64,
    #[serde(rename = "memorySizeMB")]
    memory: u32,
    #[serde(rename = "maxMemoryUsedMB", skip_serializing_if = "Option::is_none")]
    peak: Option<u64>,
    #[serde(rename = "initDurationMs", skip_serializing_if = "Option::is_none")]
    init: Option<f64>,
}

fn runtime_done(report: &Report) -> LineRecord<'_> {
    let (status, error_type) = outcome(report.status.as_ref());
    let metrics = RuntimeMetrics {
        duration_ms: rounded_milliseconds(report.duration),
        produced_bytes: report.produced_bytes,
    };
    LineRecord::RuntimeDone { request_id: report.request_id, status, metrics, error_type }
}

fn report_record(report: &Report) -> LineRecord<'_> {
    let (status, error_type) = outcome(report.status.as_ref());
    let metrics = ReportMetrics {
        duration: rounded_milliseconds(report.duration),
        billed: report.billed_ms(),
        memory: report.memory_mb,
        peak: report.peak_mb,
        init: report.init.map(rounded_milliseconds),
    };
    LineRecord::Report { request_id: report.request_id, metrics, status, error_type }
}

/// Returns Lambda's word for how a phase ended, and the type of its error.
fn outcome(status: Option<&Status>) -> (&'static str, Option<&str>) {
    match status {
        None | Some(Status::Posted(_)) => ("success", None),
        Some(Status::Timeout) => ("timeout", None),
        Some(Status::Error(error_type)) => ("error", Some(error_type)),
    }
}

#[cfg(test)]
mod tests;
