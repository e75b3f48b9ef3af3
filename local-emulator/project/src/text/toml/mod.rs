//! TOML as it is written, and changes of it as text.
//!
//! `edit` compares its result with the meant one, as that of `yaml` does.

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
