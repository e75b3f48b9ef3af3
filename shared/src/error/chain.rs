//! An error and its sources.

use std::error::Error;
use std::iter::successors;

/// Returns an error with its sources, each once: many errors repeat their source in their own message.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for error in sources(error) {
        let message = error.to_string();
        if text.is_empty() {
            text = message;
        } else if !text.ends_with(&message) {
            text.push_str("; caused by: ");
            text.push_str(&message);
        }
    }
    text
}

/// Returns an error and its sources, up to a limit that no real chain reaches: an error may be its own source.
pub(super) fn sources<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source()).take(100)
}

#[cfg(test)]
mod tests {
    use std::{error, fmt};

    use super::chain;

    #[derive(Debug)]
    struct Failure(&'static str, Option<Box<Self>>);

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl error::Error for Failure {
        fn source(&self) -> Option<&(dyn error::Error + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    #[test]
    fn source_that_its_error_repeats_is_named_once() {
        let failure = |outer| Failure(outer, Some(Box::new(Failure("no table", None))));
        assert_eq!(chain(&failure("no post: no table")), "no post: no table");
        assert_eq!(chain(&failure("no post")), "no post; caused by: no table");
        assert_eq!(chain(&Failure("no table", None)), "no table");
    }
}
