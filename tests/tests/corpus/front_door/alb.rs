//! Application Load Balancer with a Lambda target, with and without multi-value headers.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

use serde_json::{Value, json};

use super::body::Body;
use super::headers::forwarded;
use super::reply::{Reply, own};
use super::rest_api::{all, last};
use crate::case::{Answer, Request};

/// "The maximum size of the request body that you can send to a Lambda function is 1 MB", and so is that of
/// the "response JSON".
const LIMIT: usize = 1024 * 1024;

/// One value for each name, the last one.
pub(super) fn event(request: &Request) -> Result<Value, Answer> {
    let mut event = common(request)?;
    event["headers"] = last(headers(request)).into();
    event["queryStringParameters"] = last(query(request)).into();
    Ok(event)
}

/// All values, in other members instead.
pub(super) fn multi_value_event(request: &Request) -> Result<Value, Answer> {
    let mut event = common(request)?;
    event["multiValueHeaders"] = all(headers(request)).into();
    event["multiValueQueryStringParameters"] = all(query(request)).into();
    Ok(event)
}

fn common(request: &Request) -> Result<Value, Answer> {
    if request.body.0.len() > LIMIT {
        return Err(own(413, "text/html", "", request));
    }
    // "If the content-encoding header is present, then the body is base64-encoded."
    let is_encoded = !request.header("content-encoding").is_empty();
    let body = if is_encoded { Body::base64(request) } else { Body::by_type(request) };
    Ok(json!({
        "requestContext": { "elb": {
            "targetGroupArn": "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/corpus/0123456789abcdef",
        } },
        "httpMethod": request.method.as_str(),
        "path": request.path(),
        "isBase64Encoded": body.is_base64_encoded,
        "body": body.text.unwrap_or_default(),
    }))
}

/// Names in lower case.
fn headers(request: &Request) -> impl Iterator<Item = (String, String)> {
    forwarded(request).into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value))
}

/// "If the query parameters are URL-encoded, the load balancer does not decode them."
fn query(request: &Request) -> impl Iterator<Item = (&str, &str)> {
    let pairs = request.query().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Reads `headers` alone, each of its names as a line, whatever its letters: undocumented, and tried by AWS's
/// support in <https://github.com/Kludex/mangum/pull/189>. Adds no content type.
pub(super) fn answer(request: &Request, reply: &[u8]) -> Answer {
    read(request, reply, Reply::single_lines)
}

/// Reads `multiValueHeaders` alone.
pub(super) fn multi_value_answer(request: &Request, reply: &[u8]) -> Answer {
    read(request, reply, Reply::multi_lines)
}

fn read(request: &Request, reply: &[u8], lines: fn(&mut Reply) -> Vec<(String, String)>) -> Answer {
    match Reply::read(reply) {
        Ok(mut parsed) if reply.len() <= LIMIT => {
            let lines = lines(&mut parsed);
            parsed.with(lines, None, request)
        }
        _ => own(502, "text/html", "", request),
    }
}
