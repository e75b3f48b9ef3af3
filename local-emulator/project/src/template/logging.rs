//! The settings of a function's log.

use super::reader::Reader;
use super::resource::Resource;
use super::value::TemplateValue;

/// `LoggingConfig`: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logging {
    /// The log group, from `LogGroup`, if it is not the default group with the function's name.
    pub group: Option<String>,
    /// The `ApplicationLogLevel` of a function whose `LogFormat` is `JSON`. Text has no levels on Lambda.
    pub json: Option<&'static str>,
    /// The `SystemLogLevel` of such a function: which of Lambda's own lines are in its log.
    pub system: Option<SystemLogLevel>,
}

/// The levels, from the most lines to the fewest:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "AWS has these levels")]
pub enum SystemLogLevel {
    /// `DEBUG`.
    Debug,
    /// `INFO`.
    #[default]
    Info,
    /// `WARN`.
    Warn,
}

const SYSTEM_LEVELS: [(&str, SystemLogLevel); 3] =
    [("DEBUG", SystemLogLevel::Debug), ("INFO", SystemLogLevel::Info), ("WARN", SystemLogLevel::Warn)];

const LEVELS: [(&str, &str); 6] = [
    ("TRACE", "TRACE"),
    ("DEBUG", "DEBUG"),
    ("INFO", "INFO"),
    ("WARN", "WARN"),
    ("ERROR", "ERROR"),
    ("FATAL", "FATAL"),
];

pub(super) fn read(resource: &Resource<'_>, reader: &mut Reader) -> Logging {
    let logging = resource.property("LoggingConfig");
    let formats = [("Text", false), ("JSON", true)];
    let json = logging.member("LogFormat").choice(&formats, "`Text`", reader).unwrap_or(false);
    let level = logging.member("ApplicationLogLevel").choice(&LEVELS, "`INFO`", reader);
    let system = logging.member("SystemLogLevel").choice(&SYSTEM_LEVELS, "`INFO`", reader);
    Logging {
        group: logging.member("LogGroup").node().and_then(TemplateValue::text),
        json: json.then(|| level.unwrap_or("INFO")),
        system: json.then(|| system.unwrap_or_default()),
    }
}
