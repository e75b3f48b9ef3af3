//! The fuzz targets: `fuzz/` runs them under libFuzzer, `tests/fuzz` over a saved corpus.
//!
//! The doctests of this crate are the snippets of the guide.

#![expect(clippy::unwrap_used, reason = "a target panics if it finds something, or cannot be set up")]
#![expect(clippy::missing_panics_doc, reason = "targets exist to panic")]

pub mod fuzz;
#[cfg(any(doctest, test))]
mod guide;
