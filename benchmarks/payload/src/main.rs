//! Takes and sends bodies of any size: `POST` answers with the number of bytes, and `GET ?text=` or `?bytes=` sends
//! this number of bytes.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route};

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    if *req.method() == "POST" {
        return res.send(req.bytes().len().to_string());
    }
    let size = |name| req.query().get(name).and_then(|size| size.parse::<usize>().ok());
    match (size("text"), size("bytes")) {
        (Some(text), _) => res.send("x".repeat(text)),
        (None, bytes) => res.send(vec![0xff_u8; bytes.unwrap_or_default()]),
    }
}

fn main() -> ExitCode {
    Route::new("/api/payload", handler).no_body_limit().no_etag().run()
}
