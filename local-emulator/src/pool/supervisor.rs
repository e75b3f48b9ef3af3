//! Starts the process of a sandbox with a Runtime API of its own, and ends both.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::pin;

use crate::printer::Printer;
use crate::runtime_api;
use crate::sandbox::{
    Afterwards, Attachment, DebugMode, FunctionSpec, Job, Process, ProcessEnd, Sandbox, SandboxHost,
};

/// How long a function with an internal extension may take to shut down after Lambda's SIGTERM. Lambda kills any other
/// function at once. Undocumented (LC-4): whether the function also has this time after a time-out, which resets the
/// sandbox.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>
const SHUTDOWN: Duration = Duration::from_millis(500);

/// Runs `sandbox` from its start to its end, in a process of the `attachment` if there is one. `pass_on` gets a job that the
/// sandbox could not begin.
pub(super) async fn supervise(
    sandbox: &Arc<Sandbox>,
    host: &SandboxHost,
    attachment: Option<&Attachment>,
    pass_on: impl Fn(Job),
) -> Afterwards {
    sandbox.log_before_start();
    match attachment {
        Some(attachment) => follow_attached_process(sandbox, attachment, pass_on).await,
        None => loop {
            let end = run_process(sandbox, host, &pass_on).await;
            match sandbox.process_ended(end) {
                Afterwards::Restart => {}
                afterwards => break afterwards,
            }
        },
    }
}

/// Runs one process of the sandbox, with a Runtime API of its own.
async fn run_process(sandbox: &Arc<Sandbox>, host: &SandboxHost, pass_on: &impl Fn(Job)) -> ProcessEnd {
    let (listener, mut process) = match start(sandbox, host).await {
        Ok(started) => started,
        Err(error) => {
            report_missing(sandbox.spec(), host);
            return sandbox.not_started(error);
        }
    };
    sandbox.attend(&process);
    let serving = runtime_api::serve(listener, Arc::clone(sandbox));
    pin!(serving);
    let mut end = tokio::select! {
        end = sandbox.process_end(&mut process, host) => end,
        never = &mut serving => match never {},
    };
    if let Some(job) = end.take_unseen() {
        pass_on(job);
    }
    sandbox.release_process();
    if sandbox.has_extensions() && end.leaves_time() {
        tokio::select! {
            () = process.shut_down(SHUTDOWN) => {}
            never = &mut serving => match never {},
        }
    }
    end.with_status(process.kill().await.ok())
}

/// Waits until the process that the developer has started for this sandbox ends, or the pool is closed. No deadline applies
/// meanwhile. The next sandbox waits for a process too: the emulator does not restart the process within an invocation.
async fn follow_attached_process(
    sandbox: &Arc<Sandbox>,
    attachment: &Attachment,
    pass_on: impl Fn(Job),
) -> Afterwards {
    let mut end = sandbox.attached_process_end(attachment).await;
    if let Some(job) = end.take_unseen() {
        pass_on(job);
    }
    attachment.remove(sandbox);
    sandbox.process_ended(end);
    Afterwards::Gone
}

fn report_missing(FunctionSpec { binary, .. }: &FunctionSpec, SandboxHost { missing, .. }: &SandboxHost) {
    if let Some(missing) = missing
        && !binary.exists()
    {
        // An error means that the emulator ends.
        let _ = missing.send(binary.clone());
    }
}

async fn start(sandbox: &Arc<Sandbox>, host: &SandboxHost) -> io::Result<(TcpListener, Process)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let process = sandbox.start_process(address, host)?;
    if let Some(debug) = sandbox.spec().debug {
        print_process(sandbox.spec(), debug, process.id(), &host.printer);
    }
    Ok((listener, process))
}

fn print_process(FunctionSpec { route, .. }: &FunctionSpec, debug: DebugMode, id: u32, printer: &Printer) {
    let stopped = if debug.waits { ", stopped until a debugger continues it" } else { "" };
    printer.line(format_args!(
        "`{route}` is process {id}{stopped}: attach with `gdb --pid {id}` or `lldb --attach-pid {id}`"
    ));
}
