//! Events of payload format 1.0: REST API, and HTTP API that is set to it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use serde_json::{Value, json};

use super::sent::{CLIENT_IP, Sent, TIME, decoded, decoded_query, last, lists, pairs};

const HOST: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";

/// Makes the event of a REST API with the stage `prod`: `path` is without the stage, and path and parameters stay
/// encoded.
pub(super) fn event(sent: &Sent<'_>) -> Value {
    let mut headers = sent.headers(HOST);
    headers.remove(CONTENT_LENGTH);
    // Names of the client stay as it wrote them. The gateway writes some of its own in capitals.
    let own = ["authorization", "host", "user-agent", "x-amzn-trace-id"];
    let capital = |name: &str| own.contains(&name) || name.starts_with("x-forwarded-");
    // "The semicolon character (;) is not supported for any request URL query string and results in the data
    // being split": <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>.
    let query = decoded_query(&sent.query().replace(';', "&"));
    let mut event = payload_1(sent, sent.body_by_its_bytes(), &headers, &query, capital, Cow::Borrowed);
    event["requestContext"]["extendedRequestId"] = "ATfSmjLgPHcESJw=".into();
    event["requestContext"]["resourceId"] = "2vuoz1".into();
    event["requestContext"]["deploymentId"] = "w8s6zu".into();
    event["requestContext"]["stage"] = "prod".into();
    event["requestContext"]["path"] = format!("/prod{}", sent.path()).into();
    event
}

/// Makes the event of an HTTP API: parameters are decoded, and so is the path of the request context.
pub(super) fn http_api_event(sent: &Sent<'_>) -> Value {
    let query = decoded_query(sent.query());
    let mut event = payload_1(sent, sent.body(), &sent.http_api_headers(HOST), &query, |_| true, decoded);
    event["version"] = "1.0".into();
    event["requestContext"]["extendedRequestId"] = event["requestContext"]["requestId"].clone();
    event["requestContext"]["resourceId"] =
        format!("ANY {}", event["resource"].as_str().unwrap_or_default()).into();
    event["requestContext"]["stage"] = "$default".into();
    event["requestContext"]["path"] = decoded(sent.path()).into();
    event
}

/// Makes payload 1.0, with every member. The names that `capital` selects are written as `X-Amzn-Trace-Id`.
fn payload_1<'r>(
    sent: &'r Sent<'r>,
    (body, is_base64): (String, bool),
    headers: &HeaderMap,
    query: &[(String, String)],
    capital: impl Fn(&str) -> bool,
    parameter: impl Fn(&'r str) -> Cow<'r, str>,
) -> Value {
    // A path of no other resource belongs to the greedy one.
    let others = || ("/{proxy+}".to_owned(), vec![("proxy", sent.path().trim_start_matches('/'))]);
    let (resource, parameters) = sent.route.clone().unwrap_or_else(others);
    let parameters: BTreeMap<_, _> =
        parameters.into_iter().map(|(name, value)| (name, parameter(value))).collect();
    let mut headers = pairs(headers);
    for (name, _) in headers.iter_mut().filter(|(name, _)| capital(name)) {
        *name = name.split('-').map(capitalised).collect::<Vec<_>>().join("-");
    }
    let or_null = |value: Value, empty: bool| if empty { Value::Null } else { value };
    json!({
        "resource": resource,
        "path": sent.path(),
        "httpMethod": sent.method(),
        "headers": last(&headers),
        "multiValueHeaders": lists(&headers),
        "queryStringParameters": or_null(json!(last(query)), query.is_empty()),
        "multiValueQueryStringParameters": or_null(json!(lists(query)), query.is_empty()),
        "pathParameters": or_null(json!(parameters), parameters.is_empty()),
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "a1b2c3d4e5",
            "httpMethod": sent.method(),
            "identity": {
                "accessKey": null, "accountId": null, "caller": null, "cognitoAuthenticationProvider": null,
                "cognitoAuthenticationType": null, "cognitoIdentityId": null, "cognitoIdentityPoolId": null,
                "principalOrgId": null, "sourceIp": CLIENT_IP, "user": null, "userAgent": sent.user_agent(),
                "userArn": null,
            },
            "protocol": "HTTP/1.1",
            "requestId": "9ad9f2b4-7a3c-4d6e-8f21-0c5b1e2d3f40",
            "requestTime": TIME.1,
            "requestTimeEpoch": TIME.0,
            "resourcePath": resource,
        },
        "body": Some(body).filter(|body| !body.is_empty()),
        "isBase64Encoded": is_base64,
    })
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}
