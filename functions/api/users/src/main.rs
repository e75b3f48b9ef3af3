//! `/api/users`: GET lists users, POST takes a user. A body that does not fit its type is a 400 that names the field.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Method, Result, Route, route};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct User {
    name: String,
    email: Email,
}

#[derive(Deserialize, Serialize)]
#[serde(try_from = "String")]
struct Email(String);

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') { Ok(Self(text)) } else { Err("must be an e-mail address") }
    }
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    match *req.method() {
        Method::GET => res.json([User { name: "John Doe".into(), email: Email("john@example.com".into()) }]),
        Method::POST => res.status(201).json(req.body::<User>()?),
        _ => res.method_not_allowed(&[Method::GET, Method::POST]),
    }
}

fn route() -> Route {
    route!(handler)
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests;
