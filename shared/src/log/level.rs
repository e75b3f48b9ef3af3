//! How much a line matters.

use std::fmt;

/// The level of a line, by Lambda's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "these are the levels of AWS Lambda")]
pub enum Level {
    /// Every step.
    Trace,
    /// What helps to find a mistake.
    Debug,
    /// What happened. The least that is written, unless the function is set otherwise.
    Info,
    /// What may become an error.
    Warn,
    /// What failed.
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

/// The least level that is written. `None`: Lambda also knows `FATAL`, which nothing here is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Threshold(Option<Level>);

impl Threshold {
    /// What is no level is Lambda's default, `INFO`.
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
    fn a_threshold_lets_its_level_and_the_graver_ones_through() {
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
