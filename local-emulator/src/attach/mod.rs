//! `--attach`: functions whose processes the developer starts, in a terminal or an IDE.
//!
//! The emulator gives such a function a Runtime API at a port of its own, writes the variables of its processes into a file,
//! and prints the command that starts a process. [`Attachment`] has the rules for these processes.

mod error;
mod jsonc;
mod launch;
mod start;

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use api_routes_project::environment::Variables;
use api_routes_project::front_doors::{FunctionId, ServedFunction};
use api_routes_project::workspace::Project;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::compile::BuildOptions;
use crate::config::{AttachOptions, Config};
use crate::printer::Printer;
use crate::runtime_api::serve_attached;
use crate::sandbox::{Attachment, log_stream_name};
pub use error::AttachError;
pub(crate) use error::no_function;
use start::StartCommand;

/// The functions that are attached.
pub(crate) struct Attachments {
    options: AttachOptions,
    build: BuildOptions,
    printer: Printer,
    all: HashMap<FunctionId, AttachedFunction>,
    /// Answers the processes, until this is dropped.
    servers: JoinSet<Infallible>,
}

struct AttachedFunction {
    attachment: Arc<Attachment>,
    start: StartCommand,
    address: SocketAddr,
    log_stream: String,
    /// The variables that were written last.
    written: Option<Variables>,
}

/// The output has no variables, since there are secrets among them.
impl fmt::Debug for Attachments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachments").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Attachments {
    /// Creates the attachments. No function is attached before [`bind`](Self::bind).
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            options: config.attach.clone(),
            build: config.build.clone(),
            printer: config.printer.clone(),
            all: HashMap::new(),
            servers: JoinSet::new(),
        }
    }

    /// Opens the Runtime API of each function that is attached and has none yet.
    ///
    /// # Errors
    /// The emulator cannot listen on a port. The functions before this one stay bound.
    pub(crate) fn bind(
        &mut self,
        project: &Project,
        functions: &[ServedFunction],
    ) -> Result<(), AttachError> {
        for function in functions {
            if self.names(function) && !self.all.contains_key(&function.id) {
                let attached = self.attach(project, function)?;
                self.all.insert(function.id.clone(), attached);
            }
        }
        Ok(())
    }

    /// Writes the variables of an attached function if they have changed, and prints how to start a process with them.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn write(
        &mut self,
        function: &ServedFunction,
        variables: Variables,
    ) -> Result<(), AttachError> {
        let Some(attached) = self.all.get_mut(&function.id) else { return Ok(()) };
        let first = attached.written.is_none();
        if attached.written.as_ref() == Some(&variables) {
            return Ok(());
        }
        let mut of_process = variables.clone();
        of_process.set("AWS_LAMBDA_RUNTIME_API", attached.address.to_string());
        of_process.set("AWS_LAMBDA_LOG_STREAM_NAME", &attached.log_stream);
        attached.start.write(&of_process)?;
        attached.written = Some(variables);
        let (place, start) = (&function.place, &attached.start);
        if !first {
            self.printer.line(format_args!(
                "the variables of `{place}` have changed: start its process again to see them"
            ));
            return Ok(());
        }
        self.printer.line(format_args!(
            "`{place}` is not started here: start it with `{}`, or in an IDE with the variables of `{}`",
            start.command,
            start.file.display()
        ));
        if self.options.write_launch {
            launch::write(function, start, &self.printer);
        }
        Ok(())
    }

    /// Returns the attachment of a function, if it is attached.
    pub(crate) fn get(&self, function: &FunctionId) -> Option<Arc<Attachment>> {
        self.all.get(function).map(|attached| Arc::clone(&attached.attachment))
    }

    /// Returns a warning for each function that the option names and the project does not have.
    pub(crate) fn warnings(&self, functions: &[ServedFunction]) -> Vec<String> {
        let is_there = |name: &&String| functions.iter().any(|function| function.has_name(name));
        let missing = self.options.functions.iter().filter(|name| !is_there(name));
        missing.map(|name| no_function(name, "attach")).collect()
    }

    /// Returns the project without the attached functions, which the developer builds.
    pub(crate) fn without_attached(&self, project: &Project) -> Project {
        let mut project = project.clone();
        let is_attached = |package: &str| self.all.contains_key(&FunctionId::Package(package.to_owned()));
        project.functions.retain(|function| !is_attached(&function.package));
        project
    }

    /// Whether an option names this function.
    pub(crate) fn names(&self, function: &ServedFunction) -> bool {
        self.options.functions.iter().any(|name| function.has_name(name))
    }

    fn attach(
        &mut self,
        project: &Project,
        function: &ServedFunction,
    ) -> Result<AttachedFunction, AttachError> {
        let place = function.place.clone();
        let port = match self.options.port {
            Some(first) => first.checked_add(u16::try_from(self.all.len()).unwrap_or(u16::MAX)),
            None => Some(fixed_port(&project.root, function.id.name())),
        };
        let port = port.ok_or_else(|| AttachError::NoPortLeft { function: place.clone() })?;
        let listener = listen(port).map_err(|cause| AttachError::listen(place.clone(), port, cause))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let start = StartCommand::new(project, function, &self.build);
        let attachment = Attachment::new(place, start.command.clone(), self.printer.clone());
        let attachment = Arc::new(attachment);
        self.servers.spawn(serve_attached(listener, Arc::clone(&attachment)));
        Ok(AttachedFunction { attachment, start, address, log_stream: log_stream_name(), written: None })
    }
}

/// Listens on the loopback address, like the Runtime API of every sandbox.
fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// The first port. All are below the ports that systems assign: from 32768 on Linux, from 49152 on macOS.
const FIRST_PORT: u16 = 20_000;
/// The number of ports from the first one.
const PORT_COUNT: u16 = 10_000;

/// Returns the port of a function, the same at each start. The port follows from the name and the folder of the project, so
/// that a copy of the project has another port.
fn fixed_port(project: &Path, function: &str) -> u16 {
    let bytes = project.as_os_str().as_encoded_bytes().iter().chain(b"\0").chain(function.as_bytes());
    let offset = bytes.fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
        % u64::from(PORT_COUNT);
    FIRST_PORT + u16::try_from(offset).unwrap_or_default()
}

// FNV-1a, since the hash of the standard library may change with the next version of Rust.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::fixed_port;

    #[test]
    fn function_has_the_same_port_at_each_start() {
        let shop = Path::new("/home/ann/shop");
        assert_eq!(fixed_port(shop, "api-user"), 27_414);
        assert_ne!(fixed_port(shop, "api-user"), fixed_port(shop, "api-users"));
        assert_ne!(fixed_port(shop, "api-user"), fixed_port(Path::new("/home/ann/copy"), "api-user"));
    }
}
