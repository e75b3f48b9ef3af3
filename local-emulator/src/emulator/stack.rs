//! Reads the variables that the template leaves open from a deployed stack, once at the start.

use std::future;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use api_routes_project::deployed::{DeployedStack, StackError, StackQuery};
use api_routes_project::front_doors::ServedFunction;
use api_routes_project::workspace::Project;
use api_routes_project::{Settings, SettingsError};
use tokio::sync::oneshot;

use super::filled::FilledIn;
use super::start_error::StartError;
use crate::config::Config;

/// Fills in the variables whose values only AWS knows, from the deployed stack that you name, if any. The project keeps the
/// values, so that a saved file does not lead to another query.
pub(crate) async fn fill_in(
    project: &mut Project,
    settings: &mut Settings,
    functions: &[ServedFunction],
    config: &Config,
) -> Result<(), StartError> {
    let printer = &config.printer;
    let of_template = functions.iter().map(|function| &function.settings);
    let query = StackQuery::new(&project.root, &project.overrides, of_template);
    let Some(query) = query.map_err(SettingsError::SamConfig)? else { return Ok(()) };
    if !query.is_empty() {
        printer.line(format_args!("asking stack {} for variables…", query.name()));
    }
    let stack = Arc::new(StackReader::start(query).finish().await?);
    stack.warnings().for_each(|warning| printer.warning(warning));
    project.deployed = Some(Arc::clone(&stack));
    settings.fill_in(Arc::clone(&stack));
    printer.event("stack", &FilledIn::new(stack.name(), settings, functions, &config.shell));
    Ok(())
}

/// A query that is under way. Dropping it ends the programs that it runs, and waits until they are gone.
struct StackReader {
    stack: oneshot::Receiver<Result<DeployedStack, StackError>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StackReader {
    fn start(query: StackQuery) -> Self {
        let (sender, stack) = oneshot::channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            // An error means that nothing waits for the answer any more.
            let _ = sender.send(query.run(&|| over.load(Ordering::Relaxed)));
        });
        Self { stack, is_over, thread: Some(thread) }
    }

    async fn finish(mut self) -> Result<DeployedStack, StackError> {
        if let Ok(stack) = (&mut self.stack).await {
            return stack;
        }
        // The thread has ended without an answer, so it has panicked.
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(panic)) => panic::resume_unwind(panic),
            _ => future::pending().await,
        }
    }
}

impl Drop for StackReader {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // The thread has printed its own panic.
            let _ = thread.join();
        }
    }
}
