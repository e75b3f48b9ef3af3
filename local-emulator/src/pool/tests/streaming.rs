//! Streams whose process ends before they do.

use serde_json::{Value, json};

use super::{Function, Gate, SHORT, Setup, invocation};
use crate::invocation::{Outcome, ReplyStream};

const HALF: &[u8] = b"half";

async fn begun(function: &Function, event: &Value) -> ReplyStream {
    match function.pool.invoke(invocation(event).streaming()).await {
        Ok(Outcome::Stream(stream)) => stream,
        other => panic!("no stream: {other:?}"),
    }
}

/// Returns the content of a stream, and the error type that ends it.
async fn streamed(function: &Function, behaviour: &str) -> (Vec<u8>, Option<String>) {
    rest(begun(function, &json!({ "do": behaviour })).await).await
}

async fn rest(mut stream: ReplyStream) -> (Vec<u8>, Option<String>) {
    let mut read = Vec::new();
    while let Some(piece) = stream.body.next().await {
        match piece {
            Ok(piece) => read.extend_from_slice(&piece),
            Err(error) => return (read, Some(error.error_type)),
        }
    }
    (read, None)
}

#[tokio::test]
async fn stream_ends_as_its_process_does() {
    let function = Setup::new().queue().start();
    assert_eq!(streamed(&function, "stream").await, (HALF.to_vec(), None));
    let gate = Gate::new().await;
    let mut stream = begun(&function, &gate.event("stream half, then exit at the gate")).await;
    assert_eq!(stream.body.next().await.unwrap().unwrap(), HALF);
    drop(gate.reached().await);
    let (read, error) = rest(stream).await;
    assert_eq!(read, b"");
    // The kernel decides whether the end of the connection or the exit is seen first.
    assert!(["Runtime.ExitError", "Runtime.TruncatedResponse"].contains(&error.unwrap().as_str()));
    assert_eq!(streamed(&function, "stream").await, (HALF.to_vec(), None));
}

#[tokio::test]
async fn timed_out_stream_breaks_off() {
    let function = Setup::new().timeout(2 * SHORT).start();
    let broken = (HALF.to_vec(), Some("Sandbox.Timedout".to_owned()));
    assert_eq!(streamed(&function, "stream half, then spin").await, broken);
    let log = function.log.text();
    assert!(log.contains("Status: timeout"), "{log}");
}
