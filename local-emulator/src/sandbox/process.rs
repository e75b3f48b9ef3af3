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

use super::debug::STOP;
use super::function_spec::FunctionSpec;
use super::log::Log;
use super::output::{self, Asked, Output, Unread};
use crate::process_group::ProcessGroup;
use crate::timestamp::Timestamp;
use crate::watchdog::Watchdog;

/// Once the group is dead its pipes end by themselves, unless a process that left the group holds
/// them. That one is not waited for longer than this.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// "File descriptors: 1,024", <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
#[cfg(target_os = "linux")]
const OPEN_FILES: u64 = 1_024;

/// A running function, with every process that it starts: they share a process group of their own.
#[derive(Debug)]
pub(super) struct Process {
    /// Before `child`, since fields are dropped in this order: the group is killed before its leader
    /// is reaped, as [`ProcessGroup::kill`] demands.
    group: ProcessGroup,
    child: Child,
    exits: unix::Signal,
    output: JoinHandle<()>,
    pipes: Output,
}

impl Process {
    /// Starts `spec`'s binary with `runtime_api` as its Runtime API.
    pub(super) fn start(
        spec: &FunctionSpec,
        runtime_api: SocketAddr,
        log: &Log,
        watchdog: Option<&Arc<Watchdog>>,
    ) -> io::Result<Self> {
        // Before the process is there, so that its exit cannot come unseen.
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

    pub(super) fn id(&self) -> u32 {
        self.leader().as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits until the process ends by itself. It is left unreaped: while it is a zombie its id, which
    /// is its group's too, belongs to nobody else, so that the group can still be killed safely.
    pub(super) async fn exited(&mut self) {
        while !has_exited(self.group.leader()) {
            self.exits.recv().await;
        }
    }

    /// Asks the process to end, and waits for that up to `limit`.
    pub(super) async fn shut_down(&mut self, limit: Duration) {
        // An error means that it has ended.
        let _ = kill_process(self.leader(), Signal::TERM);
        let _ = timeout(limit, self.exited()).await;
    }

    /// Kills whatever is left of the group and the daemons that left it, reaps the process and passes on its last
    /// words.
    pub(super) async fn kill(mut self) -> io::Result<ExitStatus> {
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
    // An error means that there is no such child any more.
    waitid(WaitId::Pid(process), look).map_or(true, |status| status.is_some())
}

/// A pipe to the log, until the process and all that inherited the pipe are gone.
fn output_of<P>(
    pipe: P,
    asked: mpsc::UnboundedReceiver<Asked>,
    log: &Log,
) -> (Option<Unread>, impl Future<Output = ()> + use<P>)
where
    P: AsyncRead + AsFd + Unpin,
{
    let (unread, pipe) = Unread::watch(pipe);
    let log = log.clone();
    (unread, async move { output::lines(pipe, asked, |line| log.line(line)).await })
}

/// The log stream of one process.
pub(super) struct LogStream {
    id: String,
    /// As Lambda names them: `2026/11/23/[$LATEST]d8b5d6a8ff0e4b3c9f0a5e1c3b2a1d00`.
    pub(super) name: String,
}

impl LogStream {
    pub(super) fn new() -> Self {
        let today = Timestamp::now().date_path();
        let id = uuid::Uuid::new_v4().simple().to_string();
        Self { name: format!("{today}/[$LATEST]{id}"), id }
    }
}

/// Gives a process Lambda's own limit of open files, however high that of the emulator is.
///
/// The limit is set right after the start: a function that reads it in its first microseconds may see the other one.
/// To set it before the start would take code between `fork` and `exec`, which cannot be written safely.
#[cfg(target_os = "linux")]
fn limit_open_files(process: Pid) {
    let maximum = getrlimit(Resource::Nofile).maximum.map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    let limit = Rlimit { current: Some(maximum), maximum: Some(maximum) };
    // An error means that the process has ended.
    let _ = prlimit(Some(process), Resource::Nofile, limit);
}

/// macOS sets no limits of other processes: functions have the emulator's.
#[cfg(not(target_os = "linux"))]
fn limit_open_files(_: Pid) {}
