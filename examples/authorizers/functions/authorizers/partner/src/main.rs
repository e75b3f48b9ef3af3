//! A Lambda authorizer, which is a function without a route. It lets partners in by their key.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

/// The partner of a key, and the discount in percent. A real authorizer reads them from a table.
fn partner(key: &str) -> Option<(&'static str, u8)> {
    (key == "tea-4711").then_some(("tea-house", 5))
}

fn judged(event: &Value) -> Value {
    let header = |name: &str| event["headers"][name].as_str();
    // A REST API keeps the case of header names as the client sent it.
    let key = header("x-partner-key").or_else(|| header("X-Partner-Key")).unwrap_or_default();
    match (partner(key), event["version"] == "2.0") {
        // The answer for `EnableSimpleResponses` of an HTTP API.
        (None, true) => json!({ "isAuthorized": false }),
        (Some((name, discount)), true) => {
            json!({ "isAuthorized": true, "context": { "principalId": name, "discount": discount } })
        }
        (None, false) => policy("nobody", "Deny", json!({})),
        (Some((name, discount)), false) => policy(name, "Allow", json!({ "discount": discount })),
    }
}

/// Returns a policy for all routes: the answer is cached for some minutes, for each route of this authorizer. A policy
/// for one route would deny the others.
fn policy(principal: &str, effect: &str, context: Value) -> Value {
    let statement = json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": "*" });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
    json!({ "principalId": principal, "policyDocument": document, "context": context })
}

async fn authorize(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(judged(&event.payload))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(authorize)).await
}

#[cfg(test)]
mod tests {
    use super::judged;
    use serde_json::json;

    #[test]
    fn a_key_is_that_of_a_partner() {
        let simple = |key: &str| judged(&json!({ "version": "2.0", "headers": { "x-partner-key": key } }));
        assert_eq!(simple("tea-4711")["isAuthorized"], true);
        assert_eq!(simple("tea-4712")["isAuthorized"], false);
        let policy = |key: &str| judged(&json!({ "type": "REQUEST", "headers": { "X-Partner-Key": key } }));
        assert_eq!(policy("tea-4711")["policyDocument"]["Statement"][0]["Effect"], "Allow");
        assert_eq!(policy("tea-4712")["policyDocument"]["Statement"][0]["Effect"], "Deny");
    }
}
