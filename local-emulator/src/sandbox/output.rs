//! What a function prints, line by line.

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// A longer line is passed on in pieces. `CloudWatch` Logs takes events of up to 256 KB.
const MAX_LINE: u64 = 256 * 1024;

/// Passes each line to `print` until the pipe ends: the last one also without its line feed, and what
/// is not UTF-8 with replacement characters.
pub(super) async fn lines(pipe: impl AsyncRead + Unpin, print: impl Fn(&str)) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while let Ok(1..) = (&mut pipe).take(MAX_LINE).read_until(b'\n', &mut line).await {
        print(String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).trim_end_matches('\r'));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::{MAX_LINE, lines};

    async fn printed(bytes: &[u8]) -> Vec<String> {
        let printed = RefCell::new(Vec::new());
        lines(bytes, |line| printed.borrow_mut().push(line.to_owned())).await;
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
        let limit = usize::try_from(MAX_LINE).unwrap();
        let lengths: Vec<_> = printed(&vec![b'x'; limit + 3]).await.iter().map(String::len).collect();
        assert_eq!(lengths, [limit, 3]);
    }
}
