//! The lines of the log about builds.

use std::fmt;
use std::time::Instant;

use serde::Serialize;

/// The number of functions that a line names.
const NAMED: usize = 3;

/// A step of a build.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(super) enum BuildReport {
    /// A build of all functions begins.
    Started {
        /// The number of functions.
        functions: usize,
    },
    /// A round has built these functions.
    Built {
        functions: Vec<String>,
        /// The time since the round began.
        seconds: f64,
    },
    /// The build of all functions has succeeded.
    Finished {
        /// The number of functions.
        functions: usize,
        seconds: f64,
    },
}

/// Functions that could not be built.
#[derive(Debug, Serialize)]
pub(super) struct BuildFailure {
    pub(super) state: &'static str,
    pub(super) functions: Vec<String>,
    pub(super) seconds: f64,
}

impl BuildFailure {
    pub(super) fn new(functions: Vec<String>, began: Instant) -> Self {
        Self { state: "failed", functions, seconds: seconds(began) }
    }
}

/// Returns the seconds since a moment.
pub(super) fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

impl fmt::Display for BuildReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { functions } => write!(f, "building {}…", count(*functions)),
            Self::Built { functions, seconds } if functions.len() > NAMED => {
                write!(f, "built {} in {seconds:.1} s", count(functions.len()))
            }
            Self::Built { functions, seconds } => {
                write!(f, "built {} in {seconds:.1} s", functions.join(", "))
            }
            Self::Finished { functions, seconds } => {
                write!(f, "built {} in {seconds:.1} s", count(*functions))
            }
        }
    }
}

impl fmt::Display for BuildFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not built after {:.1} s: {}", self.seconds, self.functions.join(", "))
    }
}

fn count(functions: usize) -> String {
    if functions == 1 { "1 function".to_owned() } else { format!("{functions} functions") }
}
