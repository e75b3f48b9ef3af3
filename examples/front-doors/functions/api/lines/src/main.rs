//! `/api/lines`: a stream, where the front door can.

use std::io;
use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Body, Result, route};
use futures_util::{StreamExt, stream};

async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    let lines = stream::iter(["one\n", "two\n"]).map(Ok::<_, io::Error>);
    res.header("content-type", "text/plain; charset=utf-8").stream(Body::from_stream(lines))
}

fn main() -> ExitCode {
    route!(handler).streaming().run()
}
