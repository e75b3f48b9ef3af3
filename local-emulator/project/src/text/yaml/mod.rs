//! The syntax tree of a YAML text, and edits that keep every other byte.
//!
//! [`edit()`] changes a text and verifies the result: the new text is parsed again, and must be the old document with the
//! changes and nothing else. Positions come from the parser's events; existing text is never written again.

mod block;
mod change;
mod edit;
mod flow;
mod meaning;
mod node;
mod parse;
mod plain;
mod remove;
mod scalar;
mod tab;
mod value;

pub(crate) use change::{Change, Refusal};
pub(crate) use edit::edit;
pub(crate) use node::{Entry, Node, NodeData, Quotes};
pub(crate) use parse::{Document, MAX_DEPTH, SyntaxError, parse};
pub(crate) use plain::{Plain, has_exponent, has_leading_zero};
pub(crate) use value::Value;

#[cfg(test)]
mod tests;
