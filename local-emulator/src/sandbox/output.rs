//! What a function prints, line by line.

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

/// A longer line is passed on in pieces. `CloudWatch` Logs takes events of up to 256 KB.
const MAX_LINE: usize = 256 * 1024;

/// How long a caller waits that has asked for the log.
pub(super) const PATIENCE_OF_CALLER: Duration = Duration::from_millis(200);

/// How long a sandbox waits with its next invocation for lines of the last one, which else were recorded with the next.
pub(super) const PATIENCE_OF_SANDBOX: Duration = Duration::from_millis(20);

/// Asks for what has been printed up to now; answered once it has been passed on.
pub(super) type Asked = oneshot::Sender<()>;

/// Both pipes of a process.
#[derive(Clone, Debug)]
pub(super) struct Output {
    /// Where to ask each of them.
    pub(super) asks: [mpsc::UnboundedSender<Asked>; 2],
    pub(super) unread: [Option<Unread>; 2],
}

/// The part of a pipe that is not passed on yet.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    pipe: Arc<OwnedFd>,
    is_reading: Arc<AtomicBool>,
}

impl Output {
    /// Waits until all is passed on that the process printed before this call. What it printed before it
    /// called the Runtime API is in the pipe by then. One that prints without end is not waited for longer than
    /// `patience`.
    pub(super) async fn passed_on(&self, patience: Duration) {
        let _ = timeout(patience, self.all_passed_on()).await;
    }

    /// Whether the process has printed something that is not passed on yet. It costs two calls of the system: far less than
    /// [`passed_on`](Self::passed_on), which functions that print nothing should not pay for.
    pub(super) fn is_behind(&self) -> bool {
        self.unread.iter().flatten().any(Unread::is_there)
    }

    async fn all_passed_on(&self) {
        for pipe in &self.asks {
            let (asked, answered) = oneshot::channel();
            // Errors mean that the pipe has ended, and with it what there was to pass on.
            let _ = pipe.send(asked);
            let _ = answered.await;
        }
    }
}

impl Unread {
    /// Returns the pipe as it is to be read from now on.
    pub(super) fn watch<P: AsyncRead + AsFd>(pipe: P) -> (Option<Self>, Watched<P>) {
        let is_reading = Arc::new(AtomicBool::new(false));
        // Without another descriptor the pipe can only be asked.
        let duplicate = pipe.as_fd().try_clone_to_owned().ok();
        let unread = duplicate.map(|pipe| Self { pipe: Arc::new(pipe), is_reading: Arc::clone(&is_reading) });
        (unread, Watched { pipe, is_reading })
    }

    /// The pipe is looked at first: bytes that are gone from there by now set the flag before they were read, and it falls
    /// once their lines are passed on.
    fn is_there(&self) -> bool {
        let bytes = ioctl_fionread(&self.pipe);
        bytes.map_or(true, |bytes| bytes > 0) || self.is_reading.load(Ordering::SeqCst)
    }
}

/// A pipe that says while something is being read from it.
#[derive(Debug)]
pub(super) struct Watched<P> {
    pipe: P,
    is_reading: Arc<AtomicBool>,
}

impl<P: AsyncRead + Unpin> AsyncRead for Watched<P> {
    /// A reader that finds nothing has passed on all that it found before.
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

/// Passes each line to `print` until the pipe ends: the last one also without its line feed, and what
/// is not UTF-8 with replacement characters.
pub(super) async fn lines(
    pipe: impl AsyncRead + Unpin,
    mut asked: mpsc::UnboundedReceiver<Asked>,
    print: impl Fn(&str),
) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        let left = u64::try_from(MAX_LINE - line.len()).unwrap_or_default();
        tokio::select! {
            // In this order, so that who asks is answered once nothing is left to read. What was read of a
            // line stays in `line` while somebody is answered.
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
            Some(asked) = asked.recv() => drop(asked.send(())),
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

    use super::{MAX_LINE, Output, PATIENCE_OF_CALLER, Unread, lines};

    async fn printed(bytes: &[u8]) -> Vec<String> {
        let printed = RefCell::new(Vec::new());
        let (_asked, asked) = mpsc::unbounded_channel();
        lines(bytes, asked, |line| printed.borrow_mut().push(line.to_owned())).await;
        printed.into_inner()
    }

    #[tokio::test]
    async fn lines_come_whole_and_so_does_the_last_one() {
        assert_eq!(printed(b"one\r\n\ntwo\nhalf").await, ["one", "", "two", "half"]);
    }

    #[tokio::test]
    async fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(printed(b"a\xffb\n").await, ["a\u{fffd}b"]);
    }

    #[tokio::test]
    async fn an_endless_line_comes_in_pieces() {
        let limit = MAX_LINE;
        let lengths: Vec<_> = printed(&vec![b'x'; limit + 3]).await.iter().map(String::len).collect();
        assert_eq!(lengths, [limit, 3]);
    }

    #[tokio::test]
    async fn who_prints_without_end_keeps_nobody_waiting() {
        let (asked, receiver) = mpsc::unbounded_channel();
        let output = Output { asks: [asked.clone(), asked], unread: [None, None] };
        tokio::select! {
            () = lines(tokio::io::repeat(b'x'), receiver, |_| {}) => unreachable!("it never ends"),
            () = output.passed_on(PATIENCE_OF_CALLER) => {}
        }
    }

    #[tokio::test]
    async fn who_asks_is_answered_behind_what_was_printed_before() {
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
    async fn an_output_is_behind_until_its_lines_are_passed_on() {
        let (mut writer, reader) = tokio::net::unix::pipe::pipe().unwrap();
        let (unread, reader) = Unread::watch(reader);
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
