//! A function that works after its answer. `tests/lambda` runs it: the work reports to the fake Lambda, which shows its
//! position among the other calls.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, log};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    req.wait_until(async { panic!("late") });
    req.wait_until(async {
        if let Err(error) = report("late").await {
            log::error!("nobody listens: {error}");
        }
    });
    match req.query().get("do") {
        Some("fail") => panic!("early"),
        _ => res.send("answered"),
    }
}

async fn report(what: &str) -> std::io::Result<()> {
    let mut lambda = TcpStream::connect(std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap_or_default()).await?;
    lambda.write_all(format!("POST /{what} HTTP/1.1\r\ncontent-length: 0\r\n\r\n").as_bytes()).await?;
    lambda.read_u8().await?;
    Ok(())
}

fn main() -> ExitCode {
    Route::new("/api/late", handler).panics_fail_the_invocation().run()
}
