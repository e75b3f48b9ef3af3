//! The levels of log lines.

use std::fmt;

/// The level of a log line, with the names of AWS Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "these are the levels of AWS Lambda")]
pub enum Level {
    /// Each step of the program.
    Trace,
    /// Details that help to find a mistake.
    Debug,
    /// An event in normal operation. This is the lowest level that is written by default.
    Info,
    /// A problem that may become an error.
    Warn,
    /// A failure.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        })
    }
}

/// The lowest level that is written. `None` stands for `FATAL`, which Lambda knows and no line here has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Threshold(Option<Level>);

impl Threshold {
    /// Parses a level. Any other text means `INFO`, the default of Lambda.
    pub(super) fn parse(name: &str) -> Self {
        Self(match name.to_ascii_uppercase().as_str() {
            "TRACE" => Some(Level::Trace),
            "DEBUG" => Some(Level::Debug),
            "WARN" => Some(Level::Warn),
            "ERROR" => Some(Level::Error),
            "FATAL" => None,
            _ => Some(Level::Info),
        })
    }

    pub(super) fn allows(self, level: Level) -> bool {
        self.0.is_some_and(|least| level >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Threshold};

    #[test]
    fn threshold_allows_its_level_and_higher_ones() {
        let levels = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error];
        for (name, written) in [
            ("TRACE", 5),
            ("debug", 4),
            ("INFO", 3),
            ("", 3),
            ("loud", 3),
            ("Warn", 2),
            ("ERROR", 1),
            ("FATAL", 0),
        ] {
            let threshold = Threshold::parse(name);
            assert_eq!(levels.iter().filter(|level| threshold.allows(**level)).count(), written, "{name}");
        }
    }
}
