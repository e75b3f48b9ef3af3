//! Events of an Application Load Balancer.

use serde_json::{Value, json};

use super::sent::{Sent, last, lists, pairs};

const HOST: &str = "lb-1234567890.us-east-1.elb.amazonaws.com";

/// Makes the event with single values, the default of a target group: the last value of each name.
pub(super) fn event(sent: &Sent<'_>) -> Value {
    let mut event = members(sent);
    event["headers"] = json!(last(&pairs(&sent.headers(HOST))));
    event["queryStringParameters"] = json!(last(&query(sent)));
    event
}

/// Makes the event of a target group with multi-value headers, which replace the single ones.
pub(super) fn multi_value_event(sent: &Sent<'_>) -> Value {
    let mut event = members(sent);
    event["multiValueHeaders"] = json!(lists(&pairs(&sent.headers(HOST))));
    event["multiValueQueryStringParameters"] = json!(lists(&query(sent)));
    event
}

fn members(sent: &Sent<'_>) -> Value {
    let (body, is_base64) = sent.body();
    json!({
        "requestContext": {
            "elb": {
                "targetGroupArn":
                    "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/api/49e9d65c45c6791a",
            },
        },
        "httpMethod": sent.method(),
        "path": sent.path(),
        "body": body,
        "isBase64Encoded": is_base64,
    })
}

/// Splits the query, without decoding it.
fn query(sent: &Sent<'_>) -> Vec<(String, String)> {
    let parts = sent.query().split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
