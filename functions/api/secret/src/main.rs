//! `/api/secret`: stands in front of a service whose address and token no client may know.

mod upstream;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use api_routes::{ApiError, ApiRequest, ApiResponse, Method, OrStatus, Result, Route, route};
use upstream::Upstream;

/// Well below the `Timeout` of the function in `template.yaml`: the client gets this route's own words.
const PATIENCE: Duration = Duration::from_secs(5);

async fn handler(req: ApiRequest, res: ApiResponse, upstream: Upstream) -> Result {
    if req.method() != Method::GET {
        return res.method_not_allowed(&[Method::GET]);
    }
    // What went wrong is for the log; the client learns nothing of the service.
    let found = upstream.get().await.or_status(502, "The service is unavailable")?;
    res.json(found.or_status(404, "Not Found")?)
}

fn route(upstream: Upstream) -> Route {
    route!(move |req, res| handler(req, res, upstream.clone()))
}

fn setting(name: &str) -> Result<String> {
    // Not with the error as it is: that of a value that is no text shows the value.
    env::var(name).map_err(|_| ApiError::hidden(format!("`{name}` is not set to a text: add it to `.env`")))
}

fn main() -> ExitCode {
    api_routes::start(async || {
        let (url, token) = (setting("UPSTREAM_URL")?, setting("UPSTREAM_TOKEN")?);
        Ok(route(Upstream::new(&url, &token, PATIENCE)?))
    })
}

#[cfg(test)]
mod tests;
