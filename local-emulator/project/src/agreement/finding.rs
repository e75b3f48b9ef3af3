//! A problem of the project, with its position and the next step.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::rule::{Rule, Severity};
use crate::template::SourcePosition;

/// A problem in the project, with the edit or the command that mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The file or folder, relative to the project's.
    pub file: String,
    /// The position in the file.
    pub place: SourcePosition,
    /// The rule that the project breaks.
    pub rule: Rule,
    /// The problem in words.
    pub message: String,
    /// The command or the edit that mends the problem.
    pub help: String,
}

impl Finding {
    /// Creates a finding with the help of its rule.
    pub fn new(
        rule: Rule,
        file: impl Into<String>,
        place: SourcePosition,
        message: impl Into<String>,
    ) -> Self {
        Self { file: file.into(), place, rule, message: message.into(), help: rule.help() }
    }

    /// Replaces the help of the rule.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    /// Returns the severity of the rule.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

/// Prints `template.yaml:41:7: error[missing-route-key]: …`, and the help below. Further lines of the message, such as
/// Cargo's, are indented and keep their own indentation.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, rule, message, help } = self;
        let (severity, name, style) = (rule.severity().name(), rule.name(), style(rule.severity()));
        write!(f, "{file}:{}:{}: ", place.line, place.column)?;
        write!(f, "{style}{severity}[{name}]{style:#}: ")?;
        for (at, line) in message.lines().enumerate() {
            match (at, line) {
                (0, line) => f.write_str(line)?,
                (_, "") => f.write_char('\n')?,
                (_, line) => write!(f, "\n  {line}")?,
            }
        }
        write!(f, "\n  help: {help}")
    }
}

/// Returns the colour of a severity in the terminal.
fn style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
    };
    colour.on_default().bold()
}
