//! The log line of a failure: the subject, the place and the reason.

use std::backtrace::Backtrace;
use std::fmt;
use std::panic::Location;

use super::{Level, backtrace, enabled, write};

/// Logs `GET /api/posts/7: 500 at src/main.rs:14: no such table`. `failed` is the text before the place.
pub(crate) fn failure(
    failed: fmt::Arguments<'_>,
    place: Option<&Location<'_>>,
    reason: &str,
    backtrace: Option<&Backtrace>,
) {
    if enabled(Level::Error) {
        let backtrace = backtrace.and_then(backtrace::field);
        write(Level::Error, backtrace.as_slice(), format_args!("{failed}{}: {reason}", At(place)));
    }
}

/// Writes ` at src/main.rs:14`, or nothing if the line is not known.
struct At<'p>(Option<&'p Location<'p>>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(place) => write!(f, " at {}:{}", place.file(), place.line()),
            None => Ok(()),
        }
    }
}
