//! Compares folders, members, template and cargo-lambda's router.

mod candidates;
mod drift;
mod finding;
mod findings;
#[cfg(test)]
pub(crate) mod fixture;
mod manifest;
mod rename;
mod report;
mod rule;
mod survey;

pub use candidates::RefusedPackage;
pub(crate) use candidates::refuse;
use drift::RenamedInDocument;
pub use drift::{Drift, StrayEvent, StrayRoute};
pub use finding::Finding;
pub use findings::findings;
pub use manifest::{Listed, Manifest, ManifestError, Router, RouterLine};
pub use rename::{Decisions, OrphanedFunction, PossibleRename};
pub use report::Report;
pub use rule::{Rule, Severity};
pub use survey::{CopiedPackage, Survey, SurveyError};
