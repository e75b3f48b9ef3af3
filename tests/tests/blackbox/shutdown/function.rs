//! A function that counts requests, and writes the count before it ends.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use api_routes::{ApiRequest, ApiResponse, Result, Route};

#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn write_down(&self) {
        let path = env::var_os("COUNTS").unwrap_or_default();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let written = file.and_then(|mut file| writeln!(file, "{}", self.0.load(Ordering::Relaxed)));
        written.unwrap_or_else(|error| panic!("the count is lost: {error}"));
    }
}

async fn handler(_req: ApiRequest, res: ApiResponse, count: Count) -> Result {
    res.json(count.0.fetch_add(1, Ordering::Relaxed) + 1)
}

fn main() -> ExitCode {
    Route::new("/api/count", handler)
        .on_shutdown(async |count: Count| count.write_down())
        .run_with(async || Ok(Count::default()))
}
