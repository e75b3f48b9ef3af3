//! The fuzz targets: `fuzz/` runs them under libFuzzer, `tests/fuzz` over a saved corpus.
//!
//! The doctests of this crate are the snippets of the guide.

#![expect(clippy::unwrap_used, reason = "a target that cannot be set up, or finds something, panics")]
#![expect(clippy::missing_panics_doc, reason = "likewise: that is what targets are for")]

pub mod fuzz;
#[cfg(any(doctest, test))]
mod guide;
