//! `/api/plain`: a function on `lambda_http` of AWS. Any Lambda binary can be a route.

use lambda_http::{Error, Request, RequestExt, Response, run, service_fn};

async fn handler(request: Request) -> Result<Response<String>, Error> {
    let query = request.query_string_parameters_ref();
    let name = query.and_then(|query| query.first("name")).unwrap_or("World");
    let response = Response::builder().header("content-type", "text/plain; charset=utf-8");
    Ok(response.body(format!("Hello, {name}!"))?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}

#[cfg(test)]
mod tests {
    use super::handler;
    use lambda_http::request::from_str;

    #[tokio::test]
    async fn event_of_an_http_api_is_read() {
        for (query, greeting) in [("", "Hello, World!"), ("name=Ann", "Hello, Ann!")] {
            let event = EVENT.replace("QUERY", query);
            let response = handler(from_str(&event).unwrap()).await.unwrap();
            assert_eq!(response.body(), greeting);
        }
    }

    const EVENT: &str = r#"{
        "version": "2.0", "routeKey": "ANY /api/plain", "rawPath": "/api/plain", "rawQueryString": "QUERY",
        "headers": { "host": "localhost:3000" },
        "requestContext": {
            "accountId": "123456789012", "stage": "$default", "routeKey": "ANY /api/plain", "requestId": "a",
            "http": { "method": "GET", "path": "/api/plain", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1" },
            "timeEpoch": 0
        },
        "isBase64Encoded": false
    }"#;
}
