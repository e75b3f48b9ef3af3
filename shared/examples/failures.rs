//! A function that fails in each possible way. `tests/lambda` runs it: `?do=` chooses the way, and the comment `//
//! line: …` marks the line that the log must name.

use std::collections::HashMap;
use std::fmt;
use std::process::ExitCode;

use api_routes::{
    ApiError, ApiRequest, ApiResponse, Handler, HeaderValue, OrStatus, Result, Route, Wrapped, log,
};
use futures_util::{StreamExt, stream};

/// An error with a source.
#[derive(Debug)]
struct NoPost(std::io::Error);

impl fmt::Display for NoPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no post")
    }
}

impl std::error::Error for NoPost {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn no_table() -> std::result::Result<&'static str, std::io::Error> {
    Err(std::io::Error::other("no such table: posts"))
}

fn no_post() -> std::result::Result<&'static str, NoPost> {
    no_table().map_err(NoPost)
}

/// A state that no request gets.
struct Fragile;

impl Clone for Fragile {
    fn clone(&self) -> Self {
        panic!("no copy") // line: state-panic
    }
}

async fn unlucky() -> &'static str {
    tokio::task::yield_now().await;
    panic!("elsewhere") // line: task
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let closure = || -> Result<&str> { Ok(no_table()?) }; // line: closure
    let make_error = |error| ApiError::new(503, "Come back later").caused_by(error); // line: new
    match req.query().get("do").unwrap_or_default() {
        "question-mark" => res.send(no_table()?), // line: question-mark
        "sources" => res.send(no_post()?),        // line: sources
        "closure" => res.send(closure()?),
        "or-status" => res.send(no_table().or_status(502, "Bad table")?), // line: or-status
        "new" => res.send(no_table().map_err(make_error)?),
        "hidden" => Err(ApiError::hidden("no key")), // line: hidden
        "map-err" => res.send(no_table().map_err(ApiError::from)?),
        "status" => res.status(99).end(),              // line: status
        "header" => res.header("a b", "c").end(),      // line: header
        "json" => res.json(HashMap::from([([1], 1)])), // line: json
        "event" => res.json(req.event::<u8>()?),       // line: event
        "not-found" => res.send(no_table().or_status(404, "No such post")?),
        "deliberate" => Err(ApiError::new(503, "Closed on Mondays")),
        "panic" => panic!("no such\nluck"), // line: panic
        "spawned" => res.send(tokio::spawn(unlucky()).await?), // line: spawned
        "late" => {
            req.wait_until(async { panic!("too late") }); // line: late
            res.send("answered")
        }
        _ => {
            let pieces = stream::once(async { panic!("midway") }); // line: body
            res.stream(pieces.map(|piece: &str| piece))
        }
    }
}

/// Passes every error on.
async fn wrapper(req: ApiRequest, res: ApiResponse, inner: Wrapped) -> Result {
    let mut response = inner.run(req, res).await?;
    response.headers_mut().insert("x-wrapped", HeaderValue::from_static("yes"));
    Ok(response)
}

fn main() -> ExitCode {
    match std::env::var("FAIL").unwrap_or_default().as_str() {
        "init" => Route::new("/api/failures", handler).run_with(async || Ok(no_post().map(|_| ())?)), // line: init
        "init-panic" => Route::<()>::new("/api/failures", handler).run_with(async || panic!("no luck")), // line: init-panic
        "state-panic" => {
            let handler = async |_: ApiRequest, res: ApiResponse, _: Fragile| res.end();
            Route::new("/api/failures", handler).run_with(async || Ok(Fragile))
        }
        "invocation" => Route::new("/api/failures/[[...rest]]", handler).panics_fail_the_invocation().run(),
        "own-hook" => {
            std::panic::set_hook(Box::new(|_| log::error!("the hook of the program")));
            Route::new("/api/failures/[[...rest]]", handler).run()
        }
        _ => Route::new("/api/failures/[[...rest]]", handler.wrap(wrapper)).run(),
    }
}
