//! The reasons why a folder cannot be served.

use std::path::PathBuf;

use crate::tool::{self, command};

/// The reasons why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The folder cannot be entered.
    #[error("cannot open `{}`", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// Cargo is not installed, or not to be found.
    #[error(
        "cannot run `cargo`: install Rust from https://rustup.rs, or add the folder of `cargo` to `PATH`"
    )]
    NoCargo,
    /// The folder and all folders above it lack a `Cargo.toml`.
    #[error(
        "`{}` is not in a project: make one with `{}`, or name the folder of one with `--project`",
        .folder.display(), tool::init()
    )]
    NoWorkspace {
        /// The folder.
        folder: PathBuf,
    },
    /// Cargo refuses the workspace.
    #[error("cannot read the workspace at `{}`", .folder.display())]
    Workspace {
        /// The folder from which the workspace was searched upwards.
        folder: PathBuf,
        /// Cargo's message.
        #[source]
        cause: CargoRefusal,
    },
    /// The project has nothing to serve.
    #[error(
        "`{}` has no `functions` folder: make a first route with `{}`, or name the folder of a project with `--project`",
        .root.display(), command("new /api/hello")
    )]
    NoFunctions {
        /// The workspace's folder.
        root: PathBuf,
    },
    /// A function without a program.
    #[error(
        "package `{package}` has no binary to run as a function: add `src/main.rs` to `{}`",
        .folder.display()
    )]
    NoBinary {
        /// The package.
        package: String,
        /// Its folder.
        folder: PathBuf,
    },
    /// A function with several programs, none of which is the obvious choice.
    #[error(
        "package `{package}` has the binaries {}: set `default-run` in `{}/Cargo.toml` to the one that is \
         the function",
        quoted(.binaries), .folder.display()
    )]
    AmbiguousBinary {
        /// The package.
        package: String,
        /// Its binaries.
        binaries: Vec<String>,
        /// Its folder.
        folder: PathBuf,
    },
    /// A list of exceptions is not a list.
    #[error(
        "`{name}` below `[workspace.metadata.api-routes]` in `Cargo.toml` must be a list of texts: write `{name} = [\"…\"]`"
    )]
    Exceptions {
        /// The key of the list.
        name: &'static str,
    },
    /// Two functions whose binaries overwrite each other in the shared target folder.
    #[error(
        "packages `{first}` and `{second}` both build a binary `{binary}`: rename one, they overwrite each other"
    )]
    SameBinary {
        /// The binary's name.
        binary: String,
        /// The first package.
        first: String,
        /// The other.
        second: String,
        /// The other's folder.
        folder: PathBuf,
    },
}

/// The words in which Cargo refuses a workspace, line by line, without `error: ` in front.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CargoRefusal(String);

impl ProjectError {
    pub(super) fn of_cargo(folder: PathBuf, cause: &cargo_metadata::Error) -> Self {
        match cause {
            cargo_metadata::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => Self::NoCargo,
            cargo_metadata::Error::CargoMetadata { stderr }
                if stderr.contains("could not find `Cargo.toml`") =>
            {
                Self::NoWorkspace { folder }
            }
            _ => Self::Workspace { folder, cause: CargoRefusal(cargos_words(cause)) },
        }
    }
}

/// Returns Cargo's message.
pub(crate) fn cargos_words(error: &cargo_metadata::Error) -> String {
    match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            let words = stderr.trim();
            words.strip_prefix("error: ").unwrap_or(words).to_owned()
        }
        other => other.to_string(),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
