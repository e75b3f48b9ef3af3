//! `/api/me`: answers with the claims of the token.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, Result, Route, route};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    email: Option<String>,
    #[serde(default, rename = "cognito:groups")]
    groups: Vec<String>,
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let Claims { sub, exp, email, groups } = req.claims()?;
    res.json(json!({ "id": sub, "email": email, "groups": groups, "until": exp }))
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
    use api_routes::FrontDoor;
    use api_routes::test::TestRequest;
    use serde_json::{Value, json};

    #[test]
    fn the_token_says_who_i_am() {
        let token = json!({ "sub": "7", "exp": 1783711145, "cognito:groups": ["admin", "staff"] });
        for front_door in [FrontDoor::HttpApi, FrontDoor::RestApi] {
            let answer = TestRequest::get("/api/me").via(front_door).claims(&token).send(&route());
            let me = json!({ "id": "7", "email": null, "groups": ["admin", "staff"], "until": 1783711145 });
            assert_eq!(answer.json::<Value>(), me, "{front_door}");
        }
    }

    #[test]
    fn nobody_is_401() {
        let answer = TestRequest::get("/api/me").send(&route());
        assert_eq!((answer.status().as_u16(), answer.text().as_str()), (401, r#"{"error":"Unauthorized"}"#));
    }
}
