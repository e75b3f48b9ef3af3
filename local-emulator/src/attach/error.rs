//! The reasons for which a function cannot be attached.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use api_routes_project::tool;

/// Why a function cannot be attached.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttachError {
    /// Another program, such as a second emulator of the project, listens on the port.
    #[error(
        "port {} of {} is taken, and the process of `{function}` needs it for its Runtime API: stop the program that has the \
         port, or choose another port with `--attach-port`",
        .address.port(), .address.ip()
    )]
    PortTaken {
        /// The route of the function.
        function: String,
        /// The address of its Runtime API.
        address: SocketAddr,
    },
    /// The system does not allow the emulator to listen on the port.
    #[error(
        "cannot listen on {address} for the process of `{function}`; choose another port with `--attach-port`"
    )]
    Listen {
        /// The route of the function.
        function: String,
        /// The address of its Runtime API.
        address: SocketAddr,
        /// The error of the system.
        #[source]
        cause: io::Error,
    },
    /// The port would be above the last one, 65535.
    #[error("there is no port left for `{function}`: choose a lower port with `--attach-port`")]
    NoPortLeft {
        /// The route of the function.
        function: String,
    },
    /// Two options contradict each other: with one, the emulator starts the function; with the other, the developer does.
    #[error(
        "`{function}` has both `--attach` and `--debug`: `--debug` is for a process that the emulator starts, and `--attach` \
         for one that you start; leave one of them out"
    )]
    AlsoDebugged {
        /// The route of the function.
        function: String,
    },
    /// The variables cannot be written.
    #[error("cannot write `{}`, the file of variables for the process that you start", .file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The error of the system.
        #[source]
        cause: io::Error,
    },
}

impl AttachError {
    pub(super) fn listen(function: String, port: u16, cause: io::Error) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match cause.kind() {
            io::ErrorKind::AddrInUse => Self::PortTaken { function, address },
            _ => Self::Listen { function, address, cause },
        }
    }
}

/// Returns the warning that the project lacks the function to attach or to debug.
pub(crate) fn no_function(name: &str, verb: &str) -> String {
    format!("no function `{name}` to {verb}: `{}` lists the functions", tool::command("routes"))
}
