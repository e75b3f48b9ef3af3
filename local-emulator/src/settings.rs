//! Reads the settings of a project while others are served.

use std::future;
use std::panic;
use std::path::Path;
use std::thread::{self, JoinHandle};

use api_routes_project::environment::DotenvContext;
use api_routes_project::workspace::Project;
use api_routes_project::{PipeWait, Settings, SettingsError, waiting_for_writer};
use tokio::sync::oneshot;

use crate::printer::Printer;

type ReadSettings = Result<Settings, SettingsError>;

/// Settings that are being read. Dropped, it ends the wait for the writer of a named pipe.
///
/// A thread of its own reads them, and not a blocking task of the runtime: a file may take as long as it likes (a
/// named pipe, a network that is gone), and a runtime, which may be that of an embedding process, ends only after
/// its blocking tasks.
#[derive(Debug)]
pub(crate) struct SettingsReader {
    settings: oneshot::Receiver<ReadSettings>,
    thread: Option<JoinHandle<()>>,
}

impl SettingsReader {
    /// Begins to read the files of `project`.
    pub(crate) fn start(project: &Project, context: &DotenvContext, printer: &Printer) -> Self {
        let (sender, settings) = oneshot::channel();
        let (project, context, printer) = (project.clone(), context.clone(), printer.clone());
        let thread = thread::spawn(move || {
            let read =
                Settings::read_with(&project, &context, &PipeWaiter { sender: &sender, printer: &printer });
            // An error means that newer settings are wanted, or none.
            let _ = sender.send(read);
        });
        Self { settings, thread: Some(thread) }
    }

    /// Waits until the settings are read.
    pub(crate) async fn finish(&mut self) -> ReadSettings {
        if let Ok(read) = (&mut self.settings).await {
            return read;
        }
        // The thread has ended without settings, which only a panic brings about.
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(panic)) => panic::resume_unwind(panic),
            _ => future::pending().await,
        }
    }
}

/// The settings that `reader` reads, which ends it; never, if nothing is being read.
pub(crate) async fn next(reader: &mut Option<SettingsReader>) -> ReadSettings {
    let Some(reading) = reader else { return future::pending().await };
    let read = reading.finish().await;
    *reader = None;
    read
}

struct PipeWaiter<'a> {
    sender: &'a oneshot::Sender<ReadSettings>,
    printer: &'a Printer,
}

impl PipeWait for PipeWaiter<'_> {
    fn report(&self, pipe: &Path) {
        self.printer.line(waiting_for_writer(pipe));
    }

    fn is_over(&self) -> bool {
        self.sender.is_closed()
    }
}
