//! `/api/login`: takes the form of a browser, sets a session cookie, and redirects.

use std::process::ExitCode;

use api_routes::{ApiError, ApiRequest, ApiResponse, Cookie, Method, Result, Route, SameSite, route};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    if req.method() != Method::POST {
        return res.method_not_allowed(&[Method::POST]);
    }
    let login: Login = req.form()?;
    // A real login looks up the name, and verifies a hash of the password.
    if (login.name.as_str(), login.password.as_str()) != ("ann", "correct horse") {
        return Err(ApiError::new(401, "Wrong name or password"));
    }
    // A real login stores the session with the name, to recognize the cookie.
    let session = Cookie::build(("session", Uuid::new_v4().to_string()));
    let session = session.path("/").http_only(true).secure(true).same_site(SameSite::Lax);
    // After a form, use 303: the browser follows with GET. The default of `redirect`, 307, would send the form again.
    res.status(303).cookie(session).redirect("/api/user")
}

fn route() -> Route {
    route!(handler)
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests;
