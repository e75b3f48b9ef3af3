//! Edits of a text that keep every other byte: comments, order, blank lines, line ends.

mod edit;
mod lines;
mod place;
pub mod toml;
pub(crate) mod yaml;

pub(crate) use edit::{Edit, apply};
pub(crate) use lines::Lines;
pub(crate) use place::Place;
