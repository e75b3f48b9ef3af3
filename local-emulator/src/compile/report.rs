//! The lines of the log about builds.

use std::fmt;
use std::time::Instant;

use serde::Serialize;

/// The number of functions that a line names.
const NAMED: usize = 3;

/// A step of a build.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(super) enum Report {
    /// All functions are built.
    Started {
        /// The number of functions.
        functions: usize,
    },
    /// These functions are built.
    Built {
        functions: Vec<String>,
        /// Since the build of these began.
        seconds: f64,
    },
    /// Nothing is left to build.
    Finished {
        /// The number of functions.
        functions: usize,
        seconds: f64,
    },
}

/// Functions that are not built.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    pub(super) state: &'static str,
    pub(super) functions: Vec<String>,
    pub(super) seconds: f64,
}

impl Failure {
    pub(super) fn new(functions: Vec<String>, began: Instant) -> Self {
        Self { state: "failed", functions, seconds: seconds(began) }
    }
}

/// Returns the seconds that have passed.
pub(super) fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

impl fmt::Display for Report {
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

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not built after {:.1} s: {}", self.seconds, self.functions.join(", "))
    }
}

fn count(functions: usize) -> String {
    if functions == 1 { "1 function".to_owned() } else { format!("{functions} functions") }
}
