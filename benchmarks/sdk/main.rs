//! The function `user` with a client of an AWS SDK, which `benchmarks/release` measures. It answers without a call,
//! since the answer of a table is not measured. With `?id=…`, it reads an item.

use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, OrStatus, Result, route};
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

async fn handler(req: ApiRequest, res: ApiResponse, client: Client) -> Result {
    if let Some(id) = req.query().get("id") {
        let key = AttributeValue::S(id.to_owned());
        let found = client.get_item().table_name("users").key("id", key).send().await?;
        let name = found.item().and_then(|user| user.get("name")?.as_s().ok()).or_status(404, "No such user")?;
        return res.json(json!({ "name": name }));
    }
    res.status(200).json(json!({ "name": "John Doe" }))
}

fn main() -> ExitCode {
    route!(handler).run_with(async || Ok(Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await)))
}
