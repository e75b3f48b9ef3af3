//! The readers of an invocation's log besides the terminal: a caller that asks for the end of the log with `X-Amz-Log-Type:
//! Tail`, and the record of the request.

use std::collections::VecDeque;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::record::Recording;

/// Lambda's limit of a tail, in bytes: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>, "the last 4 KB".
const LIMIT: usize = 4 * 1024;

/// The end of one invocation's log, from its START to its REPORT. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Tail(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    text: Mutex<VecDeque<u8>>,
    reported: Notify,
}

impl Tail {
    /// Creates an empty tail.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn line(&self, line: impl Display) {
        let mut text = self.0.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.extend(format!("{line}\n").bytes());
        let over = text.len().saturating_sub(LIMIT);
        text.drain(..over);
    }

    /// Ends the tail after its REPORT.
    pub(crate) fn end(&self) {
        self.0.reported.notify_one();
    }

    /// Waits for the REPORT, and returns the last 4 KB.
    pub async fn last(&self) -> Vec<u8> {
        self.0.reported.notified().await;
        let text = self.0.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.iter().copied().collect()
    }
}

/// The readers of an invocation's log besides the terminal.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogFollowers {
    /// The tail for a caller that asked for the end of the log.
    pub(crate) tail: Option<Tail>,
    pub(crate) recording: Option<Recording>,
}

impl LogFollowers {
    pub(crate) fn line(&self, line: impl Display) {
        if let Some(tail) = &self.tail {
            tail.line(&line);
        }
        if let Some(recording) = &self.recording {
            recording.line(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Tail};

    #[tokio::test]
    async fn tail_keeps_the_last_4_kilobytes() {
        let tail = Tail::new();
        tail.line("x".repeat(LIMIT));
        tail.line("END");
        tail.end();
        let text = String::from_utf8(tail.last().await).unwrap();
        assert_eq!(text, format!("{}\nEND\n", "x".repeat(LIMIT - 5)));
    }
}
