//! TOML as it is written, and changes of it as text.
//!
//! [`edit`] holds the result against what was meant, as that of [`yaml`](super::yaml) does.

mod array;
mod change;
mod meaning;
mod table;

pub use change::quoted;
pub(crate) use change::{Change, Refusal, edit};

#[cfg(test)]
mod tests;
