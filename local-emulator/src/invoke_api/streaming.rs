//! An answer as `InvokeWithResponseStream` gives it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::event_stream::{InvokeComplete, invoke_complete, payload_chunk};
use crate::invocation::{Reader, ReplyStream, StreamError, Tail, Writer};

/// What the function answered.
pub(super) enum StreamedAnswer {
    /// In one piece, which becomes one chunk; whether AWS cuts it is undocumented (INV-12).
    Whole(Bytes),
    /// If it breaks off, the `ErrorCode` is what the function called it in its trailers, or what Lambda does. That it
    /// is not `Unhandled` then is undocumented (INV-13); clients report `Runtime.TruncatedResponse`.
    Stream(Reader),
    /// Undocumented (INV-9): an error in place of an answer. It is not among the chunks, and `ErrorDetails`
    /// has it in full. Clients report the `ErrorCode`:
    /// <https://github.com/remotion-dev/remotion/blob/main/packages/lambda-client/src/call-lambda.ts>.
    Error(Bytes),
}

const UNHANDLED: &str = "Unhandled";

/// The answer as events, which are written while the function writes.
pub(super) fn events(answered: StreamedAnswer, tail: Option<Tail>) -> Reader {
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

async fn write(answered: StreamedAnswer, writer: &Writer) -> InvokeComplete {
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
