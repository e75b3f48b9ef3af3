//! The answer of `InvokeWithResponseStream`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::event_stream::{InvokeComplete, invoke_complete, payload_chunk};
use crate::invocation::{ReplyStream, StreamError, StreamReader, StreamWriter, Tail};

/// The answer of a function.
pub(super) enum StreamedAnswer {
    /// An answer in one piece, which becomes one chunk. Whether AWS splits it is undocumented (INV-12).
    Whole(Bytes),
    /// A stream. If it breaks off, the `ErrorCode` is the error type of the function's trailers, or else Lambda's. That it is
    /// not `Unhandled` is undocumented (INV-13): clients report `Runtime.TruncatedResponse`.
    Stream(StreamReader),
    /// An error instead of an answer. Undocumented (INV-9): it is not among the chunks, and `ErrorDetails` has it in full.
    /// Clients report the `ErrorCode`:
    /// <https://github.com/remotion-dev/remotion/blob/main/packages/lambda-client/src/call-lambda.ts>.
    Error(Bytes),
}

const UNHANDLED: &str = "Unhandled";

/// Returns the events of an answer, which are written while the function writes.
pub(super) fn events(answered: StreamedAnswer, tail: Option<Tail>) -> StreamReader {
    let (stream, writer, end) = ReplyStream::new(None);
    tokio::spawn(async move {
        let mut complete = write(answered, &writer).await;
        if let Some(tail) = tail {
            complete.log_result = Some(STANDARD.encode(tail.last().await));
        }
        writer.write(invoke_complete(&complete)).await;
        drop(writer);
        // An error means that the client has left.
        let _ = end.send(Ok(()));
    });
    stream.body
}

async fn write(answered: StreamedAnswer, writer: &StreamWriter) -> InvokeComplete {
    match answered {
        StreamedAnswer::Whole(payload) => writer.write(payload_chunk(&payload)).await,
        StreamedAnswer::Error(error) => return failed(UNHANDLED.to_owned(), &error),
        StreamedAnswer::Stream(mut pieces) => {
            while let Some(piece) = pieces.next().await {
                match piece {
                    Ok(piece) => writer.write(payload_chunk(&piece)).await,
                    Err(StreamError { error_type, error }) => return failed(error_type, &error),
                }
            }
        }
    }
    InvokeComplete::default()
}

fn failed(error_code: String, error: &Bytes) -> InvokeComplete {
    let details = String::from_utf8_lossy(error).into_owned();
    InvokeComplete { error_code: Some(error_code), error_details: Some(details), log_result: None }
}
