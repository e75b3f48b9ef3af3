//! Events as front doors send them, as small as they may be.

use serde_json::{Value, json};

pub(crate) fn function_url(path: &str, query: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": { "host": "abc.lambda-url.eu-west-1.on.aws" },
        "requestContext": {
            "domainName": "abc.lambda-url.eu-west-1.on.aws",
            "http": { "method": "GET", "path": path, "sourceIp": "192.0.2.7" },
            "stage": "$default",
        },
        "isBase64Encoded": false,
    })
}

pub(crate) fn http_api(path: &str, query: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": format!("ANY {path}"),
        "rawPath": path,
        "rawQueryString": query,
        "headers": { "host": "abc.execute-api.eu-west-1.amazonaws.com" },
        "requestContext": {
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
            "http": { "method": "GET", "path": path, "sourceIp": "192.0.2.7" },
            "stage": "$default",
        },
        "isBase64Encoded": false,
    })
}

pub(crate) fn rest_api(path: &str, key: &str, value: &str) -> Value {
    json!({
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": { "Host": "abc.execute-api.eu-west-1.amazonaws.com" },
        "multiValueHeaders": { "Host": ["abc.execute-api.eu-west-1.amazonaws.com"] },
        "queryStringParameters": { key: value },
        "multiValueQueryStringParameters": { key: [value] },
        "pathParameters": null,
        "requestContext": {
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
            "identity": { "sourceIp": "192.0.2.7" },
            "path": format!("/prod{path}"),
            "stage": "prod",
        },
        "body": null,
        "isBase64Encoded": false,
    })
}
