//! Mistakes of a template, with their positions.

use std::fmt;
use std::path::PathBuf;

/// A place in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourcePosition {
    /// The file, by its index in [`Template::files`](super::Template::files); 0 for a file outside a template.
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl Default for SourcePosition {
    fn default() -> Self {
        Self::START
    }
}

impl SourcePosition {
    /// The start of a file.
    pub const START: Self = Self::new(1, 1);

    /// Creates a position in a standalone file, or in the topmost template.
    pub const fn new(line: usize, column: usize) -> Self {
        Self { file: 0, line, column }
    }
}

/// A mistake of the template at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Complaint {
    /// The file, from the root of the project.
    pub file: String,
    /// The position in the file.
    pub place: SourcePosition,
    /// The mistake, and the next step.
    pub message: String,
    /// The kind of mistake.
    pub fault: Fault,
}

/// The kinds of mistakes in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The file is not YAML, or is nested too deeply.
    NotYaml,
    /// AWS refuses a value.
    Refused,
    /// A variable with a name that Lambda keeps for itself.
    ReservedVariable,
    /// The name of a variable is invalid.
    VariableName,
    /// Variables that are too long.
    Environment,
    /// A time-out is longer than its API can wait.
    IntegrationTimeout,
    /// AWS does not support `SnapStart` for the function.
    SnapStart,
    /// AWS accepts the value, and the emulator does not.
    Emulator,
    /// A key that a map has twice: SAM takes the last.
    RepeatedKey,
    /// An event of which SAM makes no route.
    UnroutedEvent,
    /// A requirement of callers that SAM or API Gateway ignores.
    IgnoredAuth,
    /// A Lambda authorizer that its API may not invoke.
    UninvokableAuthorizer,
    /// A route has scopes, and its authorizer checks no token.
    UselessScopes,
    /// An issuer of tokens that AWS refuses.
    Issuer,
    /// A scalar is deployed as another text than the file has, or may be.
    UnquotedScalar,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place: SourcePosition { line, column, .. }, message, .. } = self;
        write!(f, "{file}:{line}:{column}: {message}")
    }
}

/// The reasons why the template cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The file exists and cannot be read.
    #[error("cannot read `{}`", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// The file is not YAML, or AWS would refuse it.
    #[error("{}", lines(.0))]
    Invalid(Vec<Complaint>),
}

fn lines(complaints: &[Complaint]) -> String {
    complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
