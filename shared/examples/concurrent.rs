//! A function that answers when as many clients wait as it takes at a time. `tests/lambda` runs it.

use std::process::ExitCode;
use std::sync::Arc;

use api_routes::{ApiRequest, ApiResponse, Result, Route, log};
use tokio::sync::Barrier;

async fn handler(req: ApiRequest, res: ApiResponse, all: Arc<Barrier>) -> Result {
    let name = req.query().get("name").unwrap_or("nobody");
    log::info!("{name} comes");
    all.wait().await;
    log::info!("{name} goes");
    req.wait_until({
        let name = name.to_owned();
        async move { log::info!("{name} is gone") }
    });
    res.send(name)
}

fn main() -> ExitCode {
    let together = std::env::var("TOGETHER").ok().and_then(|together| together.parse().ok());
    let all = Arc::new(Barrier::new(together.unwrap_or(1)));
    Route::new("/api/concurrent", move |req, res| handler(req, res, Arc::clone(&all))).run()
}
