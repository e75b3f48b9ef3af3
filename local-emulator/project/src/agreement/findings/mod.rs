//! The problems of a project.

mod apis;
mod callers;
mod dotenv;
mod drift;
mod functions;
mod workspace;

use std::path::Path;

use super::rule::Rule;
use super::{Finding, Survey};
use crate::template::{Overrides, SourcePosition, TemplateFunction};
use crate::workspace::LibraryMismatch;

/// Returns the findings for the project that `folder` belongs to, and the number of its routes. Blocks while `cargo
/// metadata` runs. A missing project is a finding too.
pub fn findings(folder: &Path, overrides: &Overrides) -> (Vec<Finding>, usize) {
    match Survey::read(folder, overrides) {
        Ok(survey) => {
            let mismatch =
                LibraryMismatch::find(&survey.root).map(|mismatch| workspace::of_library(&mismatch));
            (mismatch.into_iter().chain(survey.findings()).collect(), survey.packages.len())
        }
        Err(error) => (workspace::broken(error, folder), 0),
    }
}

impl Survey {
    /// Returns the findings, by file and position.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.of_workspace();
        let drifts = self.drifts();
        findings.extend(self.of_drifts(&drifts));
        findings.extend(self.of_documents());
        findings.extend(self.of_template(&drifts));
        findings.extend(self.of_dotenv());
        findings.sort_by(|one, other| {
            let order = (&one.file, one.place, one.rule, &one.message);
            order.cmp(&(&other.file, other.place, other.rule, &other.message))
        });
        findings.dedup();
        findings
    }

    /// Creates a finding about the template, or about the file that `sync` would make if there is no template.
    fn in_template(&self, rule: Rule, place: SourcePosition, message: impl Into<String>) -> Finding {
        let files = self.examined.template.as_ref().map(|template| &template.files[..]).unwrap_or_default();
        let file = files.get(place.file).map(String::as_str).or(self.template_file);
        Finding::new(rule, file.unwrap_or("template.yaml"), place, message)
    }

    /// Whether a function is checked: a route's function, a former route's, or an authorizer's.
    fn is_ours(&self, function: &TemplateFunction) -> bool {
        let binary = function.code.binary();
        let routes = self.packages.iter().map(|package| &package.binary);
        let mut ours = routes.chain(self.authorizers.iter().map(|package| &package.binary));
        binary.is_some_and(|binary| ours.any(|own| own == binary)) || self.is_stale(function)
    }
}

#[cfg(test)]
mod tests;
