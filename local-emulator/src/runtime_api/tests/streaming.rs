//! Streams, on their way through the Runtime API.

use bytes::Bytes;

use super::{ID, Lambda, Runtime, response};
use crate::invocation::{Outcome, ReplyStream, StreamError};
use crate::sandbox::{MAX_STREAM, fixture};

fn head(more: &str) -> String {
    format!(
        "POST /2018-06-01/{} HTTP/1.1\r\nhost: x\r\nlambda-runtime-function-response-mode: streaming\r\n\
         transfer-encoding: chunked\r\n{more}\r\n",
        response(ID)
    )
}

async fn streaming() -> (Lambda, Runtime, tokio::sync::oneshot::Receiver<Outcome>) {
    let (lambda, outcome) =
        Lambda::start_with(fixture::invocation(1, &serde_json::json!({})).streaming()).await;
    let mut runtime = lambda.runtime().await;
    runtime.next().await;
    (lambda, runtime, outcome)
}

fn stream_of(outcome: Outcome) -> ReplyStream {
    let Outcome::Stream(stream) = outcome else { panic!("no stream: {outcome:?}") };
    stream
}

async fn rest_of(stream: &mut ReplyStream) -> (Vec<u8>, Option<StreamError>) {
    let mut read = Vec::new();
    while let Some(piece) = stream.body.next().await {
        match piece {
            Ok(piece) => read.extend_from_slice(&piece),
            Err(error) => return (read, Some(error)),
        }
    }
    (read, None)
}

#[tokio::test]
async fn stream_reaches_its_reader_piece_by_piece() {
    let (_lambda, mut runtime, outcome) = streaming().await;
    runtime.send(&head("content-type: text/x-lines\r\n")).await;
    let mut stream = stream_of(outcome.await.unwrap());
    assert_eq!(stream.content_type.as_ref().unwrap(), "text/x-lines");
    for piece in ["one", "two"] {
        runtime.send(&format!("3\r\n{piece}\r\n")).await;
        assert_eq!(stream.body.next().await, Some(Ok(Bytes::from_static(piece.as_bytes()))));
    }
    runtime.send("0\r\n\r\n").await;
    assert_eq!(stream.body.next().await, None);
    assert_eq!(runtime.receive().await.status, 202);
}

#[tokio::test]
async fn trailers_of_a_stream_report_its_error() {
    let (_lambda, mut runtime, outcome) = streaming().await;
    let announced =
        "trailer: Lambda-Runtime-Function-Error-Type\r\ntrailer: Lambda-Runtime-Function-Error-Body\r\n";
    runtime.send(&head(announced)).await;
    runtime
        .send(
            "4\r\nhalf\r\n0\r\nLambda-Runtime-Function-Error-Type: Runtime.StreamError\r\n\
             Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJTYWQifQ==\r\n\r\n",
        )
        .await;
    let (read, error) = rest_of(&mut stream_of(outcome.await.unwrap())).await;
    assert_eq!(read, b"half");
    let error = error.unwrap();
    assert_eq!(
        (error.error_type.as_str(), &error.error[..]),
        ("Runtime.StreamError", &br#"{"errorType":"Sad"}"#[..])
    );
    // To Lambda the post itself is a success.
    assert_eq!(runtime.receive().await.status, 202);
}

#[tokio::test]
async fn truncated_stream_breaks_off_for_its_reader() {
    let (_lambda, mut runtime, outcome) = streaming().await;
    runtime.send(&head("")).await;
    runtime.send("4\r\nhalf\r\nno\r\n").await;
    let (read, error) = rest_of(&mut stream_of(outcome.await.unwrap())).await;
    assert_eq!((&read[..], error.unwrap().error_type.as_str()), (&b"half"[..], "Runtime.TruncatedResponse"));
    assert_eq!(runtime.receive().await.status, 400);
}

#[tokio::test]
async fn streaming_runtime_may_make_no_other_call() {
    let (lambda, mut runtime, outcome) = streaming().await;
    runtime.send(&head("")).await;
    let mut stream = stream_of(outcome.await.unwrap());
    let mut other = lambda.runtime().await;
    for (method, path, to) in [
        ("POST", response(ID), "InvocationResponse"),
        ("POST", format!("runtime/invocation/{ID}/error"), "InvocationErrorResponse"),
        ("GET", "runtime/invocation/next".to_owned(), "Ready"),
    ] {
        let refused = other.call(method, &path, "", "{}").await;
        let message = format!("State transition from InvocationResponse to {to} failed for runtime.");
        assert!(refused.status == 403 && refused.body.contains(&message), "{refused:?}");
    }
    runtime.send("3\r\nend\r\n0\r\n\r\n").await;
    assert_eq!(rest_of(&mut stream).await, (b"end".to_vec(), None));
}

#[tokio::test]
async fn streaming_caller_gets_a_buffered_answer_whole() {
    let (_lambda, mut runtime, outcome) = streaming().await;
    assert_eq!(runtime.post(&response(ID), "{}").await.status, 202);
    assert_eq!(outcome.await, Ok(Outcome::Reply("{}".into())));
}

#[tokio::test]
async fn stream_is_cut_off_at_200_megabytes() {
    let (_lambda, mut runtime, outcome) = streaming().await;
    let writing = async {
        runtime.send(&head("")).await;
        let piece = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
        for _ in 0..=MAX_STREAM >> 20 {
            runtime.send(&piece).await;
        }
        runtime.send("0\r\n\r\n").await;
        runtime.receive().await
    };
    let reading = async {
        let (mut stream, mut read) = (stream_of(outcome.await.unwrap()), 0);
        loop {
            match stream.body.next().await.unwrap() {
                Ok(piece) => read += piece.len(),
                Err(error) => return (read, error.error_type),
            }
        }
    };
    let (answer, cut_off) = tokio::join!(writing, reading);
    assert_eq!(cut_off, (MAX_STREAM, "Function.ResponseSizeTooLarge".to_owned()));
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn runtime_writes_on_after_its_reader_has_left() {
    let (_lambda, mut runtime, outcome) = streaming().await;
    runtime.send(&head("")).await;
    drop(stream_of(outcome.await.unwrap()));
    for _ in 0..1_000 {
        runtime.send("3\r\nxyz\r\n").await;
    }
    runtime.send("0\r\n\r\n").await;
    assert_eq!(runtime.receive().await.status, 202);
}
