//! A package below `functions/`, as Cargo builds it.

use std::path::PathBuf;

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
