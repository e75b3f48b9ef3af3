//! A function's output, line by line.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::io::ioctl_fionread;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, ReadBuf};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The longest line, in bytes; a longer one is passed on in pieces. `CloudWatch` Logs takes events of up to 256 KB.
const MAX_LINE: usize = 256 * 1024;

/// The time that a caller waits for the requested log.
pub(super) const PATIENCE_OF_CALLER: Duration = Duration::from_millis(200);

/// The time that a sandbox waits before its next invocation for lines of the last invocation. Later lines are recorded with
/// the next invocation.
pub(super) const PATIENCE_OF_SANDBOX: Duration = Duration::from_millis(20);

/// A request to pass on all output up to now. The answer comes when that is done.
pub(super) type FlushRequest = oneshot::Sender<()>;

/// Both output pipes of a process.
#[derive(Clone, Debug)]
pub(super) struct Output {
    /// Sends requests to the reader of each pipe.
    pub(super) asks: [mpsc::UnboundedSender<FlushRequest>; 2],
    pub(super) unread: [Option<UnreadOutput>; 2],
}

/// The part of a pipe that is not passed on yet.
#[derive(Clone, Debug)]
pub(super) struct UnreadOutput {
    pipe: Arc<OwnedFd>,
    is_reading: Arc<AtomicBool>,
}

impl Output {
    /// Waits, up to `patience`, until everything that the process printed before this call is passed on. Lines that a
    /// process printed before it called the Runtime API are already in the pipe.
    pub(super) async fn passed_on(&self, patience: Duration) {
        let _ = timeout(patience, self.all_passed_on()).await;
    }

    /// Whether the process has printed something that is not passed on yet. This check costs two system calls, far less than
    /// [`passed_on`](Self::passed_on). Functions that print nothing avoid that cost.
    pub(super) fn is_behind(&self) -> bool {
        self.unread.iter().flatten().any(UnreadOutput::is_there)
    }

    async fn all_passed_on(&self) {
        for pipe in &self.asks {
            let (asked, answered) = oneshot::channel();
            // Errors mean that the pipe has ended, so that nothing is left to pass on.
            let _ = pipe.send(asked);
            let _ = answered.await;
        }
    }
}

impl UnreadOutput {
    /// Wraps a pipe, which must be read through the wrapper from now on.
    pub(super) fn watch<P: AsyncRead + AsFd>(pipe: P) -> (Option<Self>, ReadPipe<P>) {
        let is_reading = Arc::new(AtomicBool::new(false));
        // Without a second descriptor, only the reader of the pipe knows whether bytes are left.
        let duplicate = pipe.as_fd().try_clone_to_owned().ok();
        let unread = duplicate.map(|pipe| Self { pipe: Arc::new(pipe), is_reading: Arc::clone(&is_reading) });
        (unread, ReadPipe { pipe, is_reading })
    }

    /// Whether the pipe has bytes that are not passed on. The pipe is checked before the flag: a reader sets the flag before
    /// it takes bytes out of the pipe, and clears the flag after it has passed on their lines.
    fn is_there(&self) -> bool {
        let bytes = ioctl_fionread(&self.pipe);
        bytes.map_or(true, |bytes| bytes > 0) || self.is_reading.load(Ordering::SeqCst)
    }
}

/// A pipe with a flag that is set while something is read from it.
#[derive(Debug)]
pub(super) struct ReadPipe<P> {
    pipe: P,
    is_reading: Arc<AtomicBool>,
}

impl<P: AsyncRead + Unpin> AsyncRead for ReadPipe<P> {
    /// Reads from the pipe. If the pipe is empty, everything before has been passed on.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.is_reading.store(true, Ordering::SeqCst);
        let read = Pin::new(&mut self.pipe).poll_read(context, buffer);
        if read.is_pending() {
            self.is_reading.store(false, Ordering::SeqCst);
        }
        read
    }
}

/// Passes each line to `print` until the pipe ends. The last line needs no line feed, and bytes that are not UTF-8 become
/// replacement characters.
pub(super) async fn lines(
    pipe: impl AsyncRead + Unpin,
    mut requests: mpsc::UnboundedReceiver<FlushRequest>,
    print: impl Fn(&str),
) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        let left = u64::try_from(MAX_LINE - line.len()).unwrap_or_default();
        tokio::select! {
            // Output comes first, so that a request waits for all of it. Half a line stays in `line` meanwhile.
            biased;
            read = async { (&mut pipe).take(left).read_until(b'\n', &mut line).await } => {
                let ended = !matches!(read, Ok(1..));
                if !line.is_empty() {
                    print_line(&line, &print);
                    line.clear();
                }
                if ended {
                    return;
                }
            }
            Some(request) = requests.recv() => drop(request.send(())),
        }
    }
}

fn print_line(line: &[u8], print: &impl Fn(&str)) {
    print(String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).trim_end_matches('\r'));
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use tokio::io::AsyncWriteExt;
    use tokio::sync::mpsc;

    use super::{MAX_LINE, Output, PATIENCE_OF_CALLER, UnreadOutput, lines};

    async fn printed(bytes: &[u8]) -> Vec<String> {
        let printed = RefCell::new(Vec::new());
        let (_asked, asked) = mpsc::unbounded_channel();
        lines(bytes, asked, |line| printed.borrow_mut().push(line.to_owned())).await;
        printed.into_inner()
    }

    #[tokio::test]
    async fn lines_are_passed_on_whole_up_to_the_last() {
        assert_eq!(printed(b"one\r\n\ntwo\nhalf").await, ["one", "", "two", "half"]);
    }

    #[tokio::test]
    async fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(printed(b"a\xffb\n").await, ["a\u{fffd}b"]);
    }

    #[tokio::test]
    async fn overlong_line_is_passed_on_in_pieces() {
        let limit = MAX_LINE;
        let lengths: Vec<_> = printed(&vec![b'x'; limit + 3]).await.iter().map(String::len).collect();
        assert_eq!(lengths, [limit, 3]);
    }

    #[tokio::test]
    async fn endless_output_does_not_hold_up_the_caller() {
        let (asked, receiver) = mpsc::unbounded_channel();
        let output = Output { asks: [asked.clone(), asked], unread: [None, None] };
        tokio::select! {
            () = lines(tokio::io::repeat(b'x'), receiver, |_| {}) => unreachable!("it never ends"),
            () = output.passed_on(PATIENCE_OF_CALLER) => {}
        }
    }

    #[tokio::test]
    async fn request_is_answered_after_earlier_lines() {
        let (mut writer, reader) = tokio::io::duplex(64 * 1024);
        let (asked, receiver) = mpsc::unbounded_channel();
        let (ended, gone) = mpsc::unbounded_channel();
        drop(gone);
        let printed = RefCell::new(Vec::new());
        let printing = lines(reader, receiver, |line| printed.borrow_mut().push(line.to_owned()));
        let asking = async {
            for n in 0..1_000 {
                writer.write_all(format!("{n}\n").as_bytes()).await.unwrap();
            }
            writer.write_all(b"half").await.unwrap();
            let output = Output { asks: [asked, ended], unread: [None, None] };
            output.passed_on(PATIENCE_OF_CALLER).await;
            assert_eq!(printed.borrow().len(), 1_000);
            writer.write_all(b" and half\n").await.unwrap();
            output.passed_on(PATIENCE_OF_CALLER).await;
            assert_eq!(printed.borrow().last().unwrap(), "half and half");
            drop(writer);
        };
        tokio::join!(asking, printing);
    }

    #[tokio::test]
    async fn output_is_behind_until_its_lines_are_passed_on() {
        let (mut writer, reader) = tokio::net::unix::pipe::pipe().unwrap();
        let (unread, reader) = UnreadOutput::watch(reader);
        let (asked, receiver) = mpsc::unbounded_channel();
        let output = Output { asks: [asked.clone(), asked], unread: [unread, None] };
        assert!(!output.is_behind());
        writer.write_all(b"line\n").await.unwrap();
        assert!(output.is_behind());
        let printed = RefCell::new(Vec::new());
        let printing =
            lines(reader, receiver, |line| printed.borrow_mut().push((line.to_owned(), output.is_behind())));
        tokio::select! {
            () = printing => unreachable!("the pipe is open"),
            () = output.passed_on(PATIENCE_OF_CALLER) => {}
        }
        assert_eq!(*printed.borrow(), [("line".to_owned(), true)], "a line is behind until it is printed");
        assert!(!output.is_behind());
    }
}
