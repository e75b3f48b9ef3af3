//! Errors as people read them: each cause in a line of its own.

use std::error::Error;
use std::fmt::Write as _;
use std::iter;

/// Returns an error's message and the messages of its causes, as lines that begin with `caused by: `. The lines of a
/// message stay as they are.
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    format!("{error}{}", causes(error))
}

/// Returns the lines of an error's causes, each with a line feed before it, so that they can follow a message.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut lines = String::new();
    for cause in iter::successors(error.source(), |&cause| cause.source()) {
        // Appending to a `String` cannot fail.
        let _ = write!(lines, "\ncaused by: {cause}");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{causes, with_causes};

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        source: Option<Box<Self>>,
    }

    #[test]
    fn each_cause_has_a_line_of_its_own() {
        let system = Link { text: "permission denied", source: None };
        assert_eq!(with_causes(&system), "permission denied");
        let file = Link { text: "cannot read `a`\n  | a\n", source: Some(Box::new(system)) };
        let top = Link { text: "no settings", source: Some(Box::new(file)) };
        assert_eq!(causes(&top), "\ncaused by: cannot read `a`\n  | a\n\ncaused by: permission denied");
    }
}
