//! The folders below `functions/`: which of them are routes or authorizers, and which conflict. The workspace finds these
//! folders, and the template names their binaries.

mod folders;
mod package;

pub use folders::Routes;
pub use package::{AUTHORIZERS, AuthorizerPackage, FUNCTIONS, RoutePackage};
pub(crate) use package::{is_of_authorizers, match_alike};
