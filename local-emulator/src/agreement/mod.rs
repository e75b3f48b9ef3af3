//! Whether folders, members, template and cargo-lambda's router say the same.

mod drift;
#[cfg(test)]
mod fixture;
mod manifest;
mod survey;

pub use drift::Drift;
pub use manifest::{Manifest, ManifestError, Router, RouterLine};
pub use survey::{RoutePackage, Survey, SurveyError};
