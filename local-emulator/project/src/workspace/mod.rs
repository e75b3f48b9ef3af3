//! The workspace of a project: its packages, and which of them are functions.

mod error;
mod exceptions;
mod function;
mod library;
mod members;
mod preview;
mod project;
mod release_profile;
mod unlisted;

pub use error::{CargoRefusal, ProjectError};
pub use exceptions::Exceptions;
pub use function::Function;
pub use library::LibraryMismatch;
pub(crate) use preview::Preview;
pub use project::{Project, is_manifest};
pub use release_profile::{ProfileSetting, ReleaseProfile};
pub use unlisted::UnlistedPackage;

#[cfg(test)]
mod tests;
