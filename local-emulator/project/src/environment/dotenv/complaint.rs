//! The faults of a `.env` file, and their places.

use std::fmt;
use std::sync::Arc;

use crate::template::SourcePosition;

/// A position in a `.env` file and its problem. Never shows a value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DotenvComplaint {
    /// The name of the file.
    pub file: Arc<str>,
    /// The position in the file.
    pub place: SourcePosition,
    /// The problem at that position.
    pub problem: DotenvProblem,
}

/// A problem at a position of a `.env` file. The rest of the file is read.
///
/// `name` is the variable whose value is not what it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DotenvProblem {
    /// A line sets no variable.
    NoVariable,
    /// The file is not text in UTF-8.
    Encoding,
    /// The value begins with a quote that is a part of it, because no quote closes it.
    OpenQuote {
        /// The variable.
        name: String,
    },
    /// The value ends at a `#` without a space before it.
    CutValue {
        /// The variable.
        name: String,
    },
    /// The value is in the line below its name.
    NextLine {
        /// The variable.
        name: String,
    },
    /// The value ends at a NUL character, which no process can be given.
    Nul {
        /// The variable.
        name: String,
    },
    /// The variable is left out, because its value is too long for a process.
    TooLong {
        /// The variable.
        name: String,
        /// The maximum size of a value in bytes.
        longest: usize,
    },
    /// A `$name` has no value.
    EmptyReference {
        /// The variable.
        name: String,
        /// The name after the `$`, and a weaker file that sets it, whose variables this file cannot use.
        weaker: Option<(String, String)>,
    },
    /// A `$name` stays as it is, because a `$` after it has no name.
    UnreplacedReference {
        /// The variable.
        name: String,
    },
    /// `${other:-default}` is the default, though the file sets `other`.
    DefaultWins {
        /// The variable.
        name: String,
        /// The name in braces.
        other: String,
    },
    /// A `}` after `$name` is removed.
    LostBrace {
        /// The variable.
        name: String,
    },
    /// The variable is left out, because its value needs itself.
    Cycle {
        /// The variables of the cycle: the variable, the variables that it needs, and the variable again. A long cycle
        /// has only its first variables.
        path: Vec<String>,
        /// The number of variables that need each other.
        length: usize,
    },
}

impl DotenvProblem {
    /// The maximum number of names in a path.
    pub(super) const NAMED: usize = 5;

    /// Returns the next step for the developer.
    pub fn help(&self) -> String {
        match self {
            Self::NoVariable => "write `NAME=value`, or `#` before a comment".to_owned(),
            Self::Encoding => "save the file as UTF-8".to_owned(),
            Self::OpenQuote { .. } => "close the quote, and write nothing but a comment after it".to_owned(),
            Self::CutValue { .. } => "put quotes around the value, or a space before the comment".to_owned(),
            Self::NextLine { name } => format!("write `{name}=` and its value in one line"),
            Self::Nul { .. } => "remove the NUL character".to_owned(),
            Self::TooLong { .. } => "shorten it, or read it from a file".to_owned(),
            Self::EmptyReference { weaker: None, .. } => {
                r"set the variable of that name, or write `\$` for a dollar sign".to_owned()
            }
            Self::EmptyReference { name, weaker: Some((other, file)) } => {
                format!("set `{name}` in `{file}`, or `{other}` here as well")
            }
            Self::UnreplacedReference { .. } => r"write `\$` for the dollar sign that has no name".to_owned(),
            Self::DefaultWins { other, .. } => {
                format!("write `${{{other}}}`, or set `{other}` in a stronger file or in the shell")
            }
            Self::LostBrace { .. } => "write the name in braces, as `${NAME}`".to_owned(),
            Self::Cycle { .. } => r"give one of them a value, or write `\$` for a dollar sign".to_owned(),
        }
    }
}

impl fmt::Display for DotenvProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVariable => f.write_str("this line sets no variable and is skipped"),
            Self::Encoding => f.write_str("this is not text in UTF-8"),
            Self::OpenQuote { name } => {
                write!(
                    f,
                    "the value of `{name}` begins with a quote that is not closed, so the quote is a part of it"
                )
            }
            Self::CutValue { name } => {
                write!(f, "the value of `{name}` ends before this `#`, which begins a comment")
            }
            Self::NextLine { name } => {
                write!(
                    f,
                    "the value of `{name}` is read from this line, because there is none beside the name"
                )
            }
            Self::Nul { name } => write!(f, "the value of `{name}` ends before this NUL character"),
            Self::TooLong { name, longest } => {
                write!(f, "`{name}` is left out: its value has more than {} KB", longest / 1024)
            }
            Self::EmptyReference { name, weaker: None } => {
                write!(
                    f,
                    "this `$` in the value of `{name}` stands for a variable that is not set, so it is empty"
                )
            }
            Self::EmptyReference { name, weaker: Some((other, file)) } => write!(
                f,
                "this `$` in the value of `{name}` is empty: `{other}` is in `{file}`, which this file cannot use"
            ),
            Self::UnreplacedReference { name } => {
                write!(
                    f,
                    "this `$` in the value of `{name}` stays as it is, because a `$` after it has no name"
                )
            }
            Self::DefaultWins { name, other } => write!(
                f,
                "`{name}` gets the default, although this file sets `{other}`: as in Next.js, a default comes before \
                 the names of its own file"
            ),
            Self::LostBrace { name } => {
                write!(f, "the `}}` after this reference in the value of `{name}` is taken away")
            }
            Self::Cycle { path, length } => {
                let name = path.first().map(String::as_str).unwrap_or_default();
                write!(f, "`{name}` is left out: its value needs itself (`{}`", path.join("` → `"))?;
                let is_whole = *length < path.len();
                f.write_str(if is_whole { ")" } else { " → …)" })
            }
        }
    }
}

/// Prints `.env:3:5: …: …`, with the next step.
impl fmt::Display for DotenvComplaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place: SourcePosition { line, column, .. }, problem } = self;
        write!(f, "{file}:{line}:{column}: {problem}; {}", problem.help())
    }
}
