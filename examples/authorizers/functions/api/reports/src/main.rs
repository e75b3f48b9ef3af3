//! `/api/reports`: answers other services of the account, which sign their requests.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, Route, route};
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
    let caller = req.caller().or_status(403, "Forbidden")?;
    res.json(json!({ "for": caller.id() }))
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

    #[test]
    fn a_role_gets_its_report() {
        let role = "arn:aws:sts::123456789012:assumed-role/billing/i-0f3c";
        for front_door in [FrontDoor::HttpApi, FrontDoor::RestApi, FrontDoor::FunctionUrl] {
            let request = TestRequest::get("/api/reports").via(front_door).iam_caller(role);
            assert_eq!(request.send(&route()).text(), format!(r#"{{"for":"{role}"}}"#), "{front_door}");
        }
    }
}
