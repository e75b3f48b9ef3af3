//! The end of an invocation's log, for a caller who asks for it: `X-Amz-Log-Type: Tail`.

use std::collections::VecDeque;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Lambda's limit, in bytes: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>, "the last 4 KB".
const LIMIT: usize = 4 * 1024;

/// The lines of one invocation, from its START to its REPORT.
#[derive(Clone, Debug, Default)]
pub struct Tail(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    text: Mutex<VecDeque<u8>>,
    reported: Notify,
}

impl Tail {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn line(&self, line: impl Display) {
        let mut text = self.0.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.extend(format!("{line}\n").bytes());
        let over = text.len().saturating_sub(LIMIT);
        text.drain(..over);
    }

    /// The REPORT is there: nothing comes any more.
    pub(crate) fn end(&self) {
        self.0.reported.notify_one();
    }

    /// Waits for the REPORT, and gives the last 4 KB.
    pub async fn last(&self) -> Vec<u8> {
        self.0.reported.notified().await;
        let text = self.0.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Tail};

    #[tokio::test]
    async fn the_last_4_kilobytes_are_kept() {
        let tail = Tail::new();
        tail.line("x".repeat(LIMIT));
        tail.line("END");
        tail.end();
        let text = String::from_utf8(tail.last().await).unwrap();
        assert_eq!(text, format!("{}\nEND\n", "x".repeat(LIMIT - 5)));
    }
}
