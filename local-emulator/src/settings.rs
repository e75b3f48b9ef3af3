//! Reads the settings of a project while the emulator serves requests with the previous settings.

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

/// Settings that are being read. Dropping the reader ends the wait for the writer of a named pipe.
///
/// A separate thread reads the settings instead of a blocking task of the runtime. A file may take any time (a named pipe, a
/// lost network), and a runtime, perhaps that of an embedding process, waits for its blocking tasks before it ends.
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
            // An error means that these settings are not wanted any more.
            let _ = sender.send(read);
        });
        Self { settings, thread: Some(thread) }
    }

    /// Waits until the settings are read.
    pub(crate) async fn finish(&mut self) -> ReadSettings {
        if let Ok(read) = (&mut self.settings).await {
            return read;
        }
        // The thread has ended without settings, so it has panicked.
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(panic)) => panic::resume_unwind(panic),
            _ => future::pending().await,
        }
    }
}

/// Waits for the settings that `reader` reads, and removes the reader. Without a reader, waits forever.
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
