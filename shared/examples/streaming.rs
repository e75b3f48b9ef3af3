//! A function whose front door streams. `tests/lambda` runs it: `?as=` chooses the answer.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

type Chunk = std::result::Result<Bytes, std::io::Error>;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    match req.query().get("as").unwrap_or_default() {
        "json" => res.status(201).append_header("x-part", "1").append_header("x-part", "2").json([1, 2]),
        "nothing" => res.status(202).end(),
        "ticks" => res.cookie(("a", "1")).cookie(("b", "2")).body(sent(ticks())),
        "breaks" => res.body(sent(stream::iter([Ok("some".into()), Err(std::io::Error::other("no more"))]))),
        "panics" => res.body(sent(
            stream::iter([true, false]).map(|some| if some { Ok("some".into()) } else { panic!("no more") }),
        )),
        "megabytes" => {
            let count = req.query().get("count").unwrap_or_default().parse()?;
            res.body(sent(stream::repeat_with(|| Ok(Bytes::from(vec![b'x'; api_routes::MB]))).take(count)))
        }
        other => Err(std::io::Error::other(format!("no answer `{other}`")).into()),
    }
}

/// Sends a piece, and the next one when the test allows it.
fn ticks() -> impl Stream<Item = Chunk> + Send + 'static {
    stream::iter(["tick", "tock"]).then(async |word| {
        if word == "tock" {
            gate().await?;
        }
        Ok(word.into())
    })
}

/// Waits for a byte from `GATE`, if there is one.
async fn gate() -> std::io::Result<()> {
    let Ok(gate) = std::env::var("GATE") else { return Ok(()) };
    TcpStream::connect(gate).await?.read_u8().await?;
    Ok(())
}

fn sent(chunks: impl Stream<Item = Chunk> + Send + 'static) -> Body {
    Body::new(StreamBody::new(chunks.map(|chunk| chunk.map(Frame::data))))
}

fn main() -> ExitCode {
    Route::new("/api/streaming", handler).streaming().run()
}
