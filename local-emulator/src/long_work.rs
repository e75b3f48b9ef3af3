//! Moves slow work off the thread that serves requests.

use std::future::pending;
use std::panic;

use bytes::Bytes;
use tokio::task::spawn_blocking;

/// A longer payload, in bytes, is read on another thread. The hand-over takes as long as reading some 10 kB.
const LONG: usize = 128 * 1024;

/// Reads what a function posted, up to 6 MB of JSON with any number of members, without blocking other requests.
pub(crate) async fn read<T: Send + 'static>(
    payload: Bytes,
    read: impl FnOnce(Bytes) -> T + Send + 'static,
) -> T {
    if payload.len() <= LONG {
        return read(payload);
    }
    match spawn_blocking(move || read(payload)).await {
        Ok(read) => read,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use tokio::join;

    use super::{LONG, read};

    #[tokio::test]
    async fn long_payload_does_not_block_others() {
        let (others_turn, turn) = sync_channel(1);
        let reading = read(vec![b' '; LONG + 1].into(), move |payload| {
            turn.recv().unwrap();
            payload.len()
        });
        let other = async { others_turn.send(()).unwrap() };
        assert_eq!(join!(reading, other).0, LONG + 1);
    }
}
