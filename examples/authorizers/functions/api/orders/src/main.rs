//! `/api/orders`: answers with the data that the authorizer of partners has about the caller.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, Route, route};
use serde::Deserialize;
use serde_json::json;

/// The context that `functions/authorizers/partner` returns.
#[derive(Deserialize)]
struct Partner {
    discount: u8,
}

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let caller = req.caller().or_status(401, "Unauthorized")?;
    let Partner { discount } = req.claims()?;
    res.json(json!({ "partner": caller.id(), "discount": discount }))
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
    use serde_json::json;

    #[test]
    fn a_partner_has_a_discount() {
        for front_door in [FrontDoor::HttpApi, FrontDoor::RestApi] {
            let context = json!({ "principalId": "tea-house", "discount": 5 });
            let request = TestRequest::get("/api/orders").via(front_door).authorizer_context(context);
            assert_eq!(
                request.send(&route()).text(),
                r#"{"partner":"tea-house","discount":5}"#,
                "{front_door}"
            );
        }
    }
}
