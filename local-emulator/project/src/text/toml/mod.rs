//! Edits of TOML that keep every other byte.
//!
//! `edit` verifies its result against the intended meaning, like `edit` of `yaml`.

mod array;
mod change;
mod edit;
mod meaning;
mod table;

pub use change::quoted;
pub(crate) use change::{Change, Refusal};
pub(crate) use edit::edit;

#[cfg(test)]
mod tests;
