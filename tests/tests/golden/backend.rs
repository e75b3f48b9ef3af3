//! A function that records its events, and replies as the fixture says.

use std::future::pending;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderValue;
use local_emulator::gateway::{Backend, NotReady};
use local_emulator::invocation::{Invocation, Outcome, ReplyStream, ResponseMode, Throttle};

use crate::fixture::Reply;

/// The recorded events.
pub(crate) type Events = Arc<Mutex<Vec<Bytes>>>;

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) reply: Reply,
    pub(crate) events: Events,
}

impl Backend for Function {
    type Function = ();
    type Version = ();

    async fn ready(&self, (): &()) -> Result<(), NotReady> {
        Ok(())
    }

    async fn invoke(&self, (): &(), (): (), invocation: Invocation) -> Result<Outcome, NotReady> {
        self.events.lock().unwrap().push(invocation.event);
        Ok(match &self.reply {
            Reply::Json(json) => Outcome::Reply(json.to_string().into()),
            Reply::Text(text) => Outcome::Reply(text.clone().into()),
            Reply::Stream(pieces) if invocation.mode == ResponseMode::Buffered => {
                Outcome::Reply(pieces.concat().into())
            }
            Reply::Stream(pieces) => {
                Outcome::Stream(stream(pieces.iter().map(|piece| piece.clone().into()).collect()))
            }
            Reply::StreamBase64(pieces) => {
                let decoded = pieces.iter().map(|piece| STANDARD.decode(piece).unwrap().into());
                Outcome::Stream(stream(decoded.collect()))
            }
            Reply::Error(error) => Outcome::FunctionError(error.to_string().into()),
            Reply::Never => pending().await,
            Reply::Throttled => Outcome::Throttled(Throttle::Function(1)),
        })
    }
}

fn stream(pieces: Vec<Bytes>) -> ReplyStream {
    let content_type = HeaderValue::from_static("application/vnd.awslambda.http-integration-response");
    let (stream, writer, end) = ReplyStream::new(Some(content_type));
    tokio::spawn(async move {
        for piece in pieces {
            writer.write(piece).await;
        }
        drop(writer);
        let _ = end.send(Ok(()));
    });
    stream
}
