//! The packages below `functions/`.

use std::path::PathBuf;

/// The folder whose packages are functions.
pub const FUNCTIONS: &str = "functions";

/// The folder below [`FUNCTIONS`] whose packages judge requests, and are no routes.
pub const AUTHORIZERS: &str = "authorizers";

/// Whether a package in this folder, relative to [`FUNCTIONS`], judges requests and is no route.
pub(crate) fn is_of_authorizers(route_folder: &str) -> bool {
    route_folder.strip_prefix(AUTHORIZERS).is_some_and(|rest| rest.starts_with('/'))
}

/// A package below `functions/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its folder as a route writes it, relative to `functions/` and separated by `/`: `api/posts/[id]`.
    pub route_folder: String,
    /// The name of its package.
    pub package: String,
    /// The name of its binary, which is how the template names it too.
    pub binary: String,
    /// Where its `Cargo.toml` is.
    pub folder: PathBuf,
    /// The folders whose files go into its binary: its own, then those of the path dependencies that
    /// it builds with, directly or through one another.
    pub sources: Vec<PathBuf>,
}
