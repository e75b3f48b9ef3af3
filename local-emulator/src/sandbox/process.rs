//! The process of a sandbox: start, watch, kill.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::OptionFuture;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use tokio::io::AsyncRead;
use tokio::process::{Child, Command};
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::function_spec::{FunctionSpec, STOP};
use super::log::FunctionLog;
use super::output::{self, FlushRequest, Output, UnreadOutput};
use crate::process_group::ProcessGroup;
use crate::timestamp::Timestamp;
use crate::watchdog::Watchdog;

/// The time that the output may take to end after the group is dead. A process that has left the group may hold the pipes.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// "File descriptors: 1,024", <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
#[cfg(target_os = "linux")]
const OPEN_FILES: u64 = 1_024;

/// A running function, with every process that it starts, in a process group of its own.
#[derive(Debug)]
pub(crate) struct Process {
    /// Declared before `child`, since fields are dropped in this order: [`ProcessGroup::kill`] must come before the leader
    /// is reaped.
    group: ProcessGroup,
    child: Child,
    exits: unix::Signal,
    output: JoinHandle<()>,
    pipes: Output,
}

impl Process {
    /// Starts `spec`'s executable with `runtime_api` as its Runtime API.
    pub(super) fn start(
        spec: &FunctionSpec,
        runtime_api: SocketAddr,
        log: &FunctionLog,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        // Listens before the process starts, so that no exit is missed.
        let exits = unix::signal(SignalKind::child())?;
        let log_stream = LogStream::new();
        let mut child = command(spec)
            .current_dir(&spec.working_directory)
            .env_clear()
            .envs(&spec.environment)
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string())
            .env("AWS_LAMBDA_LOG_STREAM_NAME", &log_stream.name)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let group = ProcessGroup::register(child.id(), Some(log_stream.id), watchdog)?;
        limit_open_files(group.leader());
        let (to_stdout, stdout) = mpsc::unbounded_channel();
        let (to_stderr, stderr) = mpsc::unbounded_channel();
        let (stdout_behind, stdout) = child.stdout.take().map(|pipe| output_of(pipe, stdout, log)).unzip();
        let (stderr_behind, stderr) = child.stderr.take().map(|pipe| output_of(pipe, stderr, log)).unzip();
        let output = tokio::spawn(async move {
            tokio::join!(OptionFuture::from(stdout), OptionFuture::from(stderr));
        });
        let unread = [stdout_behind.flatten(), stderr_behind.flatten()];
        Ok(Self { group, child, exits, output, pipes: Output { asks: [to_stdout, to_stderr], unread } })
    }

    pub(super) fn output(&self) -> Output {
        self.pipes.clone()
    }

    pub(super) fn leader(&self) -> Pid {
        self.group.leader()
    }

    pub(crate) fn id(&self) -> u32 {
        self.leader().as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits until the process ends by itself, and leaves it unreaped. While the process is a zombie, no other process can
    /// get its id, which is also the id of its group. So the group can still be killed safely.
    pub(super) async fn exited(&mut self) {
        while !has_exited(self.group.leader()) {
            self.exits.recv().await;
        }
    }

    /// Sends SIGTERM to the process, and waits for its end up to `limit`.
    pub(crate) async fn shut_down(&mut self, limit: Duration) {
        // An error means that the process has ended.
        let _ = kill_process(self.leader(), Signal::TERM);
        let _ = timeout(limit, self.exited()).await;
    }

    /// Kills the group and the daemons that left it, reaps the process, and passes on the rest of its output.
    pub(crate) async fn kill(mut self) -> io::Result<ExitStatus> {
        self.group.kill_all().await;
        let status = self.child.wait().await;
        if timeout(LAST_WORDS, &mut self.output).await.is_err() {
            self.output.abort();
        }
        status
    }
}

fn command(spec: &FunctionSpec) -> Command {
    if !spec.debug.is_some_and(|debug| debug.waits) {
        return Command::new(&spec.binary);
    }
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", STOP]).arg(&spec.binary);
    shell
}

fn has_exited(process: Pid) -> bool {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    // An error means that the child has been reaped.
    waitid(WaitId::Pid(process), look).map_or(true, |status| status.is_some())
}

/// Passes a pipe on to the log until the process and all that inherited the pipe are gone.
fn output_of<P>(
    pipe: P,
    requests: mpsc::UnboundedReceiver<FlushRequest>,
    log: &FunctionLog,
) -> (Option<UnreadOutput>, impl Future<Output = ()> + use<P>)
where
    P: AsyncRead + AsFd + Unpin,
{
    let (unread, pipe) = UnreadOutput::watch(pipe);
    let log = log.clone();
    (unread, async move { output::lines(pipe, requests, |line| log.line(line)).await })
}

/// The log stream of one process.
pub(super) struct LogStream {
    id: String,
    /// The name, in Lambda's form: `2026/11/23/[$LATEST]d8b5d6a8ff0e4b3c9f0a5e1c3b2a1d00`.
    pub(super) name: String,
}

impl LogStream {
    pub(super) fn new() -> Self {
        let today = Timestamp::now().date_path();
        let id = uuid::Uuid::new_v4().simple().to_string();
        Self { name: format!("{today}/[$LATEST]{id}"), id }
    }
}

/// Sets Lambda's limit of open files for a process, even if the emulator has a higher one.
///
/// The limit is set right after the start: a function that reads its limit in the first microseconds may see the limit of
/// the emulator. An earlier change would need code between `fork` and `exec`, which cannot be written safely.
#[cfg(target_os = "linux")]
fn limit_open_files(process: Pid) {
    let maximum = getrlimit(Resource::Nofile).maximum.map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    let limit = Rlimit { current: Some(maximum), maximum: Some(maximum) };
    // An error means that the process has ended.
    let _ = prlimit(Some(process), Resource::Nofile, limit);
}

/// Does nothing: macOS cannot limit another process, and functions have the limit of the emulator.
#[cfg(not(target_os = "linux"))]
fn limit_open_files(_: Pid) {}
