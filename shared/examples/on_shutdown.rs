//! A function with a hook before its end. `tests/lambda` runs it: the variable `AT_THE_END` chooses what the hook does
//! and reports to the fake Lambda.

use std::env;
use std::future::pending;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use api_routes::{ApiError, ApiRequest, ApiResponse, Result, Route};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// A connection that only one task can use at a time.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<&'static str>>);

impl Notes {
    async fn close(self) -> Result<()> {
        let last = self.0.lock().await;
        match env::var("AT_THE_END").as_deref() {
            Ok("panic") => panic!("at the end"),
            Ok("fail") => return Err(ApiError::hidden("the last note is lost")),
            Ok("slow") => tokio::time::sleep(Duration::from_secs(1)).await,
            _ => {}
        }
        Ok(record(&last).await?)
    }
}

async fn handler(req: ApiRequest, res: ApiResponse, notes: Notes) -> Result {
    let mut last = notes.0.lock().await;
    if req.query().get("do") == Some("hang") {
        *last = "hung";
        record("hanging").await?;
        pending::<()>().await;
    }
    *last = "answered";
    res.send("answered")
}

async fn record(what: &str) -> std::io::Result<()> {
    let mut lambda = TcpStream::connect(env::var("AWS_LAMBDA_RUNTIME_API").unwrap_or_default()).await?;
    lambda.write_all(format!("POST /{what} HTTP/1.1\r\ncontent-length: 0\r\n\r\n").as_bytes()).await?;
    lambda.read_u8().await?;
    Ok(())
}

fn route() -> Route<Notes> {
    Route::new("/api/notes", handler).on_shutdown(Notes::close)
}

fn main() -> ExitCode {
    route().run_with(async || Ok(Notes::default()))
}
