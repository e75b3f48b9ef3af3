//! The events of a build.

use std::path::PathBuf;

use super::scripts::ScriptRun;

/// An event of a build, in the order in which it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildEvent {
    /// A build begins: the sources are read from now on.
    Started {
        /// The number of the build.
        build: u64,
    },
    /// The build script of a local package ran, in this build or in an earlier one. Cargo compiles the package after it.
    ScriptRan {
        /// The number of the build.
        build: u64,
        /// The run.
        run: ScriptRun,
    },
    /// Cargo has named the files that a function is built from.
    InputsNamed {
        /// The number of the build.
        build: u64,
        /// The package of the function.
        package: String,
        /// The dep-info file that names these inputs.
        dep_info: PathBuf,
    },
    /// A function compiled, and can serve at once, while others are still being built.
    Built {
        /// The number of the build.
        build: u64,
        /// The package of the function.
        package: String,
        /// The executable, in a place that later builds leave alone. An unchanged executable keeps its place, so that
        /// running sandboxes may stay.
        executable: PathBuf,
    },
    /// A function or one of its dependencies did not compile.
    Failed {
        /// The number of the build.
        build: u64,
        /// The package of the function.
        package: String,
        /// The compiler's messages, without colours.
        diagnostics: String,
    },
    /// The build has ended: every function has been `Built` or `Failed` since `Started`. A build that gives way to the next
    /// one has no such event.
    Finished {
        /// The number of the build.
        build: u64,
        /// Whether every function was built.
        success: bool,
    },
}
