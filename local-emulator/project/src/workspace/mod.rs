//! The workspace of a project: its packages, and which of them are functions.

mod error;
mod exceptions;
mod function;
mod library;
mod members;
mod preview;
mod project;
mod release_profile;
mod routes;
mod unlisted;

pub use error::{CargoRefusal, ProjectError};
pub use exceptions::Exceptions;
pub(crate) use function::is_of_authorizers;
pub use function::{AUTHORIZERS, FUNCTIONS, Function};
pub use library::LibraryMismatch;
pub(crate) use preview::Preview;
pub use project::{Project, is_manifest};
pub use release_profile::{ProfileSetting, ReleaseProfile};
pub use routes::{AuthorizerPackage, RoutePackage, Routes};
pub use unlisted::UnlistedPackage;

#[cfg(test)]
mod tests;
