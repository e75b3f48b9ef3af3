//! The kind of a new function: the data that it takes and answers.

use clap::ValueEnum;

/// The kind of a new function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FunctionKind {
    /// Takes and returns JSON
    #[default]
    Json,
    /// Takes an HTML form, and redirects
    Form,
    /// Sends its response piece by piece
    Stream,
    /// Returns text
    Plain,
}

/// A method with a handler of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum HandlerMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl HandlerMethod {
    /// Returns the name of the library function for this method.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// Returns the name of the handler.
    pub(crate) fn handler(self) -> &'static str {
        match self {
            Self::Get => "read",
            Self::Post => "create",
            Self::Put => "replace",
            Self::Patch => "update",
            Self::Delete => "remove",
        }
    }

    /// Returns whether a request with this method usually has a body.
    pub(crate) fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}
