//! Events of an Application Load Balancer.

use serde_json::{Value, json};

use super::sent::{Sent, last, lists, pairs};

const HOST: &str = "lb-1234567890.us-east-1.elb.amazonaws.com";

/// The event with single values, a target group's default: the last of a name.
pub(super) fn event(sent: &Sent<'_>) -> Value {
    let mut event = members(sent);
    event["headers"] = json!(last(&pairs(&sent.headers(HOST))));
    event["queryStringParameters"] = json!(last(&query(sent)));
    event
}

/// The event of a target group with multi-value headers, where those stand in place of the single ones.
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

/// The query taken apart, and not decoded.
fn query(sent: &Sent<'_>) -> Vec<(String, String)> {
    let parts = sent.query().split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
