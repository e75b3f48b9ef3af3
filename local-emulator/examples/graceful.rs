//! A function on AWS's own runtime, for tests of the emulator. Its work before the end takes `FLUSHING_TAKES_MS`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for tests")]

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn, spawn_graceful_shutdown_handler};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    spawn_graceful_shutdown_handler(flush).await;
    run(service_fn(pid)).await
}

async fn flush() {
    println!("flushing");
    let takes = std::env::var("FLUSHING_TAKES_MS").unwrap().parse().unwrap();
    tokio::time::sleep(Duration::from_millis(takes)).await;
    println!("flushed");
}

async fn pid(_: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(json!({ "pid": std::process::id() }))
}
