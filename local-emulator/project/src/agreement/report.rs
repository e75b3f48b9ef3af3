//! The report of `check`.

use std::fmt;

use serde::Serialize;

use super::Finding;
use super::rule::Severity;

/// The findings of a run of `check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The findings, by file and position.
    pub findings: Vec<Finding>,
    /// The number of routes that were examined.
    pub routes: usize,
}

impl Report {
    /// Returns the number of findings with a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Returns the document of `--json`, which the guide describes.
    ///
    /// # Errors
    /// No error is known.
    pub fn json(&self) -> serde_json::Result<String> {
        let finding = |finding: &Finding| JsonFinding {
            rule: finding.rule.name(),
            severity: finding.severity().name(),
            file: finding.file.clone(),
            line: finding.place.line,
            column: finding.place.column,
            message: finding.message.clone(),
            help: finding.help.clone(),
        };
        serde_json::to_string_pretty(&JsonReport {
            version: 1,
            routes: self.routes,
            errors: self.count(Severity::Error),
            warnings: self.count(Severity::Warning),
            findings: self.findings.iter().map(finding).collect(),
        })
    }
}

/// Members may be added, and none is removed, as long as `version` stays the same.
#[derive(Serialize)]
struct JsonReport {
    version: u32,
    routes: usize,
    errors: usize,
    warnings: usize,
    findings: Vec<JsonFinding>,
}

#[derive(Serialize)]
struct JsonFinding {
    rule: &'static str,
    severity: &'static str,
    file: String,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

/// Prints each finding on two lines, as a compiler does, and then the number of findings.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}\n")?;
        }
        let [errors, warnings] = [Severity::Error, Severity::Warning].map(|severity| self.count(severity));
        if self.findings.is_empty() {
            return write!(f, "{}: nothing to mend", counted(self.routes, "route"));
        }
        write!(f, "{}, {}", counted(errors, "error"), counted(warnings, "warning"))
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
