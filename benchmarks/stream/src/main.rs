//! Streams `?megabytes=`, after the microsecond in which the first piece was written.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use api_routes::{ApiRequest, ApiResponse, Body, Result, Route};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http_body::Frame;
use http_body_util::StreamBody;

type Piece = std::result::Result<Frame<Bytes>, std::io::Error>;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let megabytes = req.query().get("megabytes").and_then(|count| count.parse().ok()).unwrap_or(0);
    let first = stream::once(async { now() });
    let rest = stream::repeat_with(|| Bytes::from_static(&[b'x'; api_routes::MB])).take(megabytes);
    let pieces = first.chain(rest).map(|piece| Piece::Ok(Frame::data(piece)));
    res.body(Body::new(StreamBody::new(pieces)))
}

fn now() -> Bytes {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:020}", since.as_micros()).into()
}

fn main() -> ExitCode {
    Route::new("/api/stream", handler).streaming().run()
}
