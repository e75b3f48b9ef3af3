//! Streams whose process does not live to end them.

use serde_json::json;

use super::{SHORT, Setup, invocation};
use crate::invocation::Outcome;

const HALF: &[u8] = b"half";

/// What is read of a stream, and the error type that ends it.
async fn streamed(function: &super::Function, behaviour: &str) -> (Vec<u8>, Option<String>) {
    let invocation = invocation(&json!({ "do": behaviour })).streaming();
    let mut stream = match function.pool.invoke(invocation).await {
        Ok(Outcome::Stream(stream)) => stream,
        other => panic!("no stream: {other:?}"),
    };
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
async fn a_stream_ends_as_its_process_does() {
    let function = Setup::new().queue().start();
    assert_eq!(streamed(&function, "stream").await, (HALF.to_vec(), None));
    let (read, error) = streamed(&function, "stream half, then exit").await;
    assert_eq!(read, HALF);
    // Whether its connection or its exit is seen first is the kernel's.
    assert!(["Runtime.ExitError", "Runtime.TruncatedResponse"].contains(&error.unwrap().as_str()));
    assert_eq!(streamed(&function, "stream").await, (HALF.to_vec(), None));
}

#[tokio::test]
async fn a_stream_that_runs_out_of_time_breaks_off() {
    let function = Setup::new().timeout(2 * SHORT).start();
    let broken = (HALF.to_vec(), Some("Sandbox.Timedout".to_owned()));
    assert_eq!(streamed(&function, "stream half, then spin").await, broken);
    let log = function.log.text();
    assert!(log.contains("Status: timeout"), "{log}");
}
