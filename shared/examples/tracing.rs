//! A function that logs through `tracing`. `tests/lambda` runs it.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, log};
use futures_util::stream;

#[tracing::instrument(skip_all, fields(name = req.query().get("name"), found))]
async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    tracing::debug!("never written");
    tracing::Span::current().record("found", true);
    tracing::info!(tries = 3, method = %req.method(), "hello");
    req.wait_until(async { tracing::warn!("after the answer") });
    res.stream(stream::once(async {
        tracing::error!(spans = ?tracing::Span::current().metadata().map(tracing::Metadata::name), "in the stream");
        Ok::<_, std::io::Error>("hello")
    }))
}

fn main() -> ExitCode {
    log::init_tracing();
    Route::new("/api/tracing", handler).streaming().run()
}
