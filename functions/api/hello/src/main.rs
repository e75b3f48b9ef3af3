//! `/api/hello?name=Ann`: greets the name in a query parameter.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let name = req.query().get("name").unwrap_or("World");
    res.send(format!("Hello, {name}!"))
}

fn route() -> Route {
    route!(handler)
}

fn main() -> ExitCode {
    route().run()
}

#[cfg(test)]
mod tests {
    use super::route;
    use api_routes::test::TestRequest;

    #[test]
    fn caller_with_a_name_is_greeted_by_it() {
        for (target, greeting) in [
            ("/api/hello", "Hello, World!"),
            ("/api/hello?name=Ann", "Hello, Ann!"),
            ("/api/hello?name=J%C3%B6rg+%26+Zo%C3%AB", "Hello, Jörg & Zoë!"),
        ] {
            let answer = TestRequest::get(target).send(&route());
            assert_eq!(answer.text(), greeting, "{target}");
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        }
    }
}
