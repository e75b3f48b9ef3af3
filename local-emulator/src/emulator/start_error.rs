//! The errors with which the start of an emulator ends.

use std::io;
use std::path::PathBuf;

use api_routes_project::SettingsError;
use api_routes_project::deployed::StackError;
use api_routes_project::workspace::ProjectError;

use crate::attach::AttachError;
use crate::authorizer::{AuthorizerOptionsError, ClaimsError};
use crate::listen::ListenError;
use crate::watch::WatchError;

/// The reason why an emulator cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A front door cannot listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// There is no project to serve.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The project's settings are broken.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The variables of the deployed stack cannot be read.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// Files cannot be watched.
    #[error("cannot see when files are saved; start with `--no-watch` to serve without watching")]
    Watch(#[from] WatchError),
    /// A function cannot be attached.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// The file of `--jwks` or the credentials of `--iam strict` cannot be used.
    #[error(transparent)]
    Authorizers(#[from] AuthorizerOptionsError),
    /// The file of `--auth claims=FILE` has no claims.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
    /// The watchdog cannot be started.
    #[error("cannot start the watchdog `{}`; build that program again", .program.display())]
    Watchdog {
        /// The program that the host named.
        program: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
}
