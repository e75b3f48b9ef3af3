//! A function whose front door streams. `tests/lambda` runs it; `?as=` says what it answers.

use std::process::ExitCode;
use std::time::Duration;

use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http_body::Frame;
use http_body_util::StreamBody;

type Chunk = std::result::Result<Bytes, std::io::Error>;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    match req.query().get("as").unwrap_or_default() {
        "json" => res.status(201).append_header("x-part", "1").append_header("x-part", "2").json([1, 2]),
        "nothing" => res.status(202).end(),
        "ticks" => res.cookie(("a", "1")).cookie(("b", "2")).stream(sent(ticks())),
        "breaks" => {
            res.stream(sent(stream::iter([Ok("some".into()), Err(std::io::Error::other("no more"))])))
        }
        "panics" => res.stream(sent(
            stream::iter([true, false]).map(|some| if some { Ok("some".into()) } else { panic!("no more") }),
        )),
        "megabytes" => {
            let count = req.query().get("count").unwrap_or_default().parse()?;
            res.stream(sent(stream::repeat_with(|| Ok(Bytes::from(vec![b'x'; api_routes::MB]))).take(count)))
        }
        other => Err(std::io::Error::other(format!("no answer `{other}`")).into()),
    }
}

/// One, and the next one a while later.
fn ticks() -> impl Stream<Item = Chunk> + Send + 'static {
    stream::iter(["tick", "tock"]).then(async |word| {
        tokio::time::sleep(Duration::from_millis(if word == "tock" { 200 } else { 0 })).await;
        Ok(word.into())
    })
}

fn sent(chunks: impl Stream<Item = Chunk> + Send + 'static) -> Body {
    Body::stream(StreamBody::new(chunks.map(|chunk| chunk.map(Frame::data))))
}

fn main() -> ExitCode {
    Route::new("/api/streaming", handler).streaming().run()
}
