//! What a function prints, line by line.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// A longer line is passed on in pieces. `CloudWatch` Logs takes events of up to 256 KB.
const MAX_LINE: usize = 256 * 1024;

/// How long somebody waits for what has been printed.
const PATIENCE: Duration = Duration::from_millis(200);

/// Asks for what has been printed up to now; answered once it has been passed on.
pub(super) type Asked = oneshot::Sender<()>;

/// Where to ask both pipes of a process.
#[derive(Clone, Debug)]
pub(super) struct Output(pub(super) [mpsc::UnboundedSender<Asked>; 2]);

impl Output {
    /// Waits until all is passed on that the process printed before this call. What it printed before it
    /// called the Runtime API is in the pipe by then. One that prints without end is not waited for longer than
    /// [`PATIENCE`].
    pub(super) async fn passed_on(&self) {
        let _ = timeout(PATIENCE, self.all_passed_on()).await;
    }

    async fn all_passed_on(&self) {
        for pipe in &self.0 {
            let (asked, answered) = oneshot::channel();
            // Errors mean that the pipe has ended, and with it what there was to pass on.
            let _ = pipe.send(asked);
            let _ = answered.await;
        }
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

    use super::{MAX_LINE, Output, lines};

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
        let output = Output([asked.clone(), asked]);
        tokio::select! {
            () = lines(tokio::io::repeat(b'x'), receiver, |_| {}) => unreachable!("it never ends"),
            () = output.passed_on() => {}
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
            let output = Output([asked, ended]);
            output.passed_on().await;
            assert_eq!(printed.borrow().len(), 1_000);
            writer.write_all(b" and half\n").await.unwrap();
            output.passed_on().await;
            assert_eq!(printed.borrow().last().unwrap(), "half and half");
            drop(writer);
        };
        tokio::join!(asking, printing);
    }
}
