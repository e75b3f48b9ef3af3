//! The packages below `functions/`.

use std::path::PathBuf;

/// The folder whose packages are functions.
pub const FUNCTIONS: &str = "functions";

/// The folder below [`FUNCTIONS`] whose packages are authorizers, not routes.
pub const AUTHORIZERS: &str = "authorizers";

/// Whether a folder, relative to [`FUNCTIONS`], holds authorizers and not routes.
pub(crate) fn is_of_authorizers(route_folder: &str) -> bool {
    route_folder.strip_prefix(AUTHORIZERS).is_some_and(|rest| rest.starts_with('/'))
}

/// A package below `functions/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its folder in the spelling of a route, relative to `functions/` and separated by `/`: `api/posts/[id]`.
    pub route_folder: String,
    /// The name of its package.
    pub package: String,
    /// The name of its binary, which the template names too.
    pub binary: String,
    /// The folder of its `Cargo.toml`.
    pub folder: PathBuf,
    /// The folders whose files are built into its binary: its own, then the folders of its path dependencies, direct
    /// and indirect.
    pub sources: Vec<PathBuf>,
}
