//! The kind of a new function: the data that it takes and answers.

use clap::ValueEnum;

/// The kind of a new function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FunctionKind {
    /// Takes and answers JSON
    #[default]
    Json,
    /// Takes an HTML form, and redirects
    Form,
    /// Answers piece by piece
    Stream,
    /// Answers text
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
    /// The name of the library's function for this method.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// The name of its handler.
    pub(crate) fn handler(self) -> &'static str {
        match self {
            Self::Get => "read",
            Self::Post => "create",
            Self::Put => "replace",
            Self::Patch => "update",
            Self::Delete => "remove",
        }
    }

    /// Whether a request with this method has a body as a rule.
    pub(crate) fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}
