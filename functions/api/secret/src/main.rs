//! `/api/secret`: calls a service whose address and token clients must not see.

mod upstream;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use api_routes::{ApiRequest, ApiResponse, Method, OrStatus, Result, Route, route};
use upstream::Upstream;

/// The timeout for the service. It is below the `Timeout` of the function in `template.yaml`, so that the client gets
/// the answer of this route.
const PATIENCE: Duration = Duration::from_secs(5);

async fn handler(req: ApiRequest, res: ApiResponse, upstream: Upstream) -> Result {
    if req.method() != Method::GET {
        return res.method_not_allowed(&[Method::GET]);
    }
    // The log has the reason; the client learns nothing about the service.
    let found = upstream.get().await.or_status(502, "The service is unavailable")?;
    res.json(found.or_status(404, "Not Found")?)
}

fn route() -> Route<Upstream> {
    route!(handler)
}

async fn connect() -> Result<Upstream> {
    Upstream::new(&setting("UPSTREAM_URL")?, &setting("UPSTREAM_TOKEN")?, PATIENCE)
}

fn setting(name: &str) -> Result<String> {
    // `ok`: the error for a variable that is not UTF-8 would show its bytes.
    let unset = format!("`{name}` is not set: write it in `.env` here, in `template.yaml` for AWS");
    env::var(name).ok().or_status(500, unset)
}

fn main() -> ExitCode {
    route().run_with(connect)
}

#[cfg(test)]
mod tests;
