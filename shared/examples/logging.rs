//! A function that logs in each of its parts. `tests/lambda` runs it.

use std::process::ExitCode;
use std::time::Duration;

use api_routes::{ApiRequest, ApiResponse, Body, Result, Route, log};
use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::StreamBody;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let name = req.query().get("name").unwrap_or("nobody");
    log::trace!("never written");
    log::debug!(name, length = name.len(), method = %req.method(), tags = ["a", "b"], "greeted");
    log::debug!(%name, path = ?req.uri().path(), ?name, "again");
    log::info!("hello {name}");
    req.wait_until(async { log::warn!("after the answer") });
    if name == "mallory" {
        return Err(std::io::Error::other("no entry").into());
    }
    res.body(Body::new(StreamBody::new(stream::once(async {
        // This leaves time for work that does not wait for its end.
        tokio::time::sleep(Duration::from_millis(20)).await;
        log::info!("in the stream");
        Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(b"hello")))
    }))))
}

fn main() -> ExitCode {
    Route::new("/api/logging", handler).streaming().run()
}
