//! The bandwidth of streamed answers.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// A limit of speed: a burst at full speed, then a number of bytes each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bandwidth {
    /// The size of the burst, in bytes.
    pub burst: u64,
    /// The bytes per second after the burst.
    pub per_second: u64,
}

impl Bandwidth {
    /// The bandwidth of Lambda: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>.
    pub const LAMBDA: Self = Self { burst: 6 << 20, per_second: 2 << 20 };
    /// The bandwidth of a REST API:
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>.
    pub const REST_API: Self = Self { burst: 10 << 20, per_second: 2 << 20 };
}

/// Holds a stream to its [`Bandwidth`].
#[derive(Debug)]
pub struct Pace {
    bandwidth: Bandwidth,
    sent: u64,
    /// The time at which the burst ended.
    burst_over: Option<Instant>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// Starts before the first byte.
    pub fn new(bandwidth: Bandwidth) -> Self {
        Self { bandwidth, sent: 0, burst_over: None, pause: None }
    }

    /// Waits until more may be sent.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        Poll::Ready(())
    }

    /// Counts bytes that are on their way.
    pub fn sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
        let Some(over) = self.sent.checked_sub(self.bandwidth.burst).filter(|over| *over > 0) else { return };
        let began = *self.burst_over.get_or_insert_with(Instant::now);
        let millis = over.saturating_mul(1000) / self.bandwidth.per_second.max(1);
        self.pause = Some(Box::pin(sleep_until(began + Duration::from_millis(millis))));
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Bandwidth, Pace};

    #[tokio::test(start_paused = true)]
    async fn bytes_after_the_burst_are_paced() {
        let began = Instant::now();
        let mut pace = Pace::new(Bandwidth { burst: 6_000, per_second: 2_000 });
        let mut seconds = Vec::new();
        for _ in 0..10 {
            poll_fn(|context| pace.poll_ready(context)).await;
            seconds.push(began.elapsed().as_millis());
            pace.sent(1_000);
        }
        // Tokio's clock counts in milliseconds, and never wakes too early.
        let expected = [0, 0, 0, 0, 0, 0, 0, 500, 1000, 1500];
        for (at, expected) in seconds.iter().zip(expected) {
            assert!((expected..expected + 3).contains(at), "{seconds:?}");
        }
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}
