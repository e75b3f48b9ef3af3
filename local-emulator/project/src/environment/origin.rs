//! The origin of a variable's value.

use std::fmt;
use std::sync::Arc;

/// A place that sets variables.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The environment that the emulator was started in.
    Shell,
    /// A `.env` file, by its name.
    File(Arc<str>),
    /// The deployed function of the stack that `--stack` names.
    Stack,
    /// `Environment.Variables` of the template.
    Template,
    /// Lambda itself, for every function.
    Lambda,
}

impl Source {
    /// Returns the name of the source: `shell`, the name of a `.env` file, `stack`, `template` or `Lambda`.
    pub fn name(&self) -> &str {
        match self {
            Self::Shell => "shell",
            Self::File(file) => file,
            Self::Stack => "stack",
            Self::Template => "template",
            Self::Lambda => "Lambda",
        }
    }
}

/// The source of a value, and the variable of that source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The source of the value.
    pub source: Source,
    /// The variable of the source, if its name differs: `AWS_DEFAULT_REGION` gets the value of `AWS_REGION`.
    pub from: Option<&'static str>,
}

impl Origin {
    /// Creates the origin of `name`, which has the value of `from`.
    pub(super) fn new(source: Source, name: &str, from: &'static str) -> Self {
        Self { source, from: (name != from).then_some(from) }
    }
}

impl From<Source> for Origin {
    fn from(source: Source) -> Self {
        Self { source, from: None }
    }
}

/// `.env`, or `shell (HOME)` for a value of another variable.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source.name())?;
        self.from.map_or(Ok(()), |from| write!(f, " ({from})"))
    }
}
