//! Runs the `aws` program.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::error::{Problem, StackError};
use super::refusal;
use crate::tool::quoted;

/// The time limit of a call. `aws` itself retries for minutes while the network is down.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause between two checks of a call.
const PAUSE: Duration = Duration::from_millis(20);

/// The maximum size of an answer, in bytes. A stack has at most 500 resources, and a function 4 KB of variables.
const LONGEST: u64 = 8 * 1024 * 1024;

/// The `aws` program, with the options that all calls have in common.
pub(super) struct Aws {
    pub(super) program: OsString,
    pub(super) region: Option<String>,
    pub(super) patience: Duration,
}

/// A run of the program.
pub(super) struct Call<'a> {
    aws: &'a Aws,
    arguments: Vec<&'a str>,
}

/// The streams of a program, read to their ends.
struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Aws {
    /// Creates the program. The region of the shell becomes an argument, since the first version of the program does
    /// not read `AWS_REGION`.
    /// <https://docs.aws.amazon.com/cli/v1/userguide/cli-configure-envvars.html>
    pub(super) fn new(region: Option<&str>) -> Self {
        let of_shell = || env::var("AWS_REGION").ok().filter(|region| !region.is_empty());
        let region = region.map(str::to_owned).or_else(of_shell);
        Self { program: "aws".into(), region, patience: PATIENCE }
    }

    pub(super) fn call<'a>(&'a self, arguments: &[&'a str]) -> Call<'a> {
        let region = self.region.as_deref().into_iter().flat_map(|region| ["--region", region]);
        let arguments = arguments.iter().copied().chain(region).chain(["--output", "json"]).collect();
        Call { aws: self, arguments }
    }
}

impl Call<'_> {
    /// Runs the program to its end, and returns its standard output.
    pub(super) fn run(&self, is_over: &dyn Fn() -> bool) -> Result<Vec<u8>, StackError> {
        let Output { status, stdout, stderr } = self.output(is_over)?;
        if status.success() {
            return Ok(stdout);
        }
        Err(refusal::error(self.text(), &String::from_utf8_lossy(&stderr)))
    }

    /// Returns the error for an answer that cannot be read.
    pub(super) fn unreadable(&self, problem: Problem) -> StackError {
        StackError::Unreadable { command: self.text(), problem }
    }

    /// Returns the command in a form that can be pasted.
    fn text(&self) -> String {
        let words: Vec<_> = self.arguments.iter().map(|argument| quoted(argument)).collect();
        format!("aws {}", words.join(" "))
    }

    fn output(&self, is_over: &dyn Fn() -> bool) -> Result<Output, StackError> {
        let mut child = self.spawn()?;
        let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
        let deadline = Instant::now() + self.aws.patience;
        let ended = self.wait(&mut child, [&stdout, &stderr], deadline, is_over);
        if ended.is_err() {
            // An error means that the program has just ended.
            let _ = child.kill();
            let _ = child.wait();
        }
        let ([stdout, stderr], status) = ended?;
        Ok(Output { status, stdout, stderr })
    }

    /// Starts the program in the terminal's foreground, so that it can ask for an MFA code, and Ctrl-C ends it.
    fn spawn(&self) -> Result<Child, StackError> {
        let mut command = Command::new(&self.aws.program);
        command
            .args(&self.arguments)
            // Its second version shows output in a pager, and may ask for arguments.
            .env("AWS_PAGER", "")
            .env("AWS_CLI_AUTO_PROMPT", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => StackError::NotInstalled,
            _ => StackError::Run { cause },
        })
    }

    /// Waits for the end of both streams, then of the program: a process that the program left behind may hold a stream
    /// open.
    fn wait(
        &self,
        child: &mut Child,
        streams: [&Receiver<io::Result<Vec<u8>>>; 2],
        deadline: Instant,
        is_over: &dyn Fn() -> bool,
    ) -> Result<([Vec<u8>; 2], ExitStatus), StackError> {
        let check = || match () {
            () if is_over() => Err(StackError::Interrupted),
            () if Instant::now() >= deadline => {
                Err(StackError::Slow { command: self.text(), seconds: self.aws.patience.as_secs() })
            }
            () => Ok(()),
        };
        let mut texts = [Vec::new(), Vec::new()];
        for (text, stream) in texts.iter_mut().zip(streams) {
            *text = loop {
                match stream.recv_timeout(PAUSE) {
                    Ok(read) => break read.map_err(|cause| StackError::Run { cause })?,
                    Err(RecvTimeoutError::Disconnected) => break Vec::new(),
                    Err(RecvTimeoutError::Timeout) => check()?,
                }
            };
        }
        loop {
            if let Some(status) = child.try_wait().map_err(|cause| StackError::Run { cause })? {
                return Ok((texts, status));
            }
            check()?;
            thread::sleep(PAUSE);
        }
    }
}

/// Reads a stream to its end on a thread of its own.
fn read(stream: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    if let Some(stream) = stream {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stream.take(LONGEST).read_to_end(&mut bytes);
            // An error means that the call was given up.
            let _ = sender.send(read.map(|_| bytes));
        });
    }
    receiver
}
