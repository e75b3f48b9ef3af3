//! Streams whose process does not live to end them.

use serde_json::json;

use super::{SHORT, Setup, invocation};
use crate::invocation::Outcome;

/// What is read of a stream, and the error type that ends it.
async fn streamed(function: &super::Function, behaviour: &str) -> (Vec<u8>, Option<String>) {
    let invocation = invocation(&json!({ "do": behaviour })).streaming();
    let Ok(Outcome::Stream(mut stream)) = function.pool.invoke(invocation).await else { panic!("no stream") };
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
    let function = Setup::new().timeout(SHORT).start();
    let half = || b"half".to_vec();
    assert_eq!(streamed(&function, "stream").await, (half(), None));
    assert_eq!(
        streamed(&function, "stream half, then spin").await,
        (half(), Some("Sandbox.Timedout".to_owned()))
    );
    let log = function.log.text();
    assert!(log.contains("Status: timeout"), "{log}");
    let (read, error) = streamed(&function, "stream half, then exit").await;
    assert_eq!(read, half());
    // Whether its connection or its exit is seen first is the kernel's.
    assert!(["Runtime.ExitError", "Runtime.TruncatedResponse"].contains(&error.unwrap().as_str()));
    assert_eq!(streamed(&function, "stream").await, (half(), None));
}
