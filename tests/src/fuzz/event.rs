//! Events, and every question that a handler can ask about a request.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use api_routes::{ApiRequest, ApiResponse, Cookies, Query, Result, Route, test};
use serde_json::{Value, json};

/// Takes an event of any front door, or any other bytes. An event gets a reply; other bytes are refused.
pub fn event(bytes: &[u8]) {
    static ROUTES: OnceLock<[Route; 3]> = OnceLock::new();
    let paths = ["/api/user", "/api/posts/[id]/[...rest]", "/[[...path]]"];
    for route in ROUTES.get_or_init(|| paths.map(|path| route(path, everything))) {
        if let Ok(reply) = test::TestEvent::new(bytes).try_reply(route) {
            let reply: Value = serde_json::from_slice(&reply).unwrap();
            let status = reply["statusCode"].as_u64().unwrap();
            assert!((200..600).contains(&status), "{reply}");
        }
    }
}

/// Takes a query string. A handler can ask for each key and value, and read them as a type.
pub fn query(bytes: &[u8]) {
    static ROUTE: OnceLock<Route> = OnceLock::new();
    let text = String::from_utf8_lossy(bytes);
    let event = http_api(&json!({ "rawQueryString": text }));
    answers(
        &event,
        ROUTE.get_or_init(|| {
            route("/api/[id]", |req, res| async move {
                check_query(req.query());
                res.end()
            })
        }),
    );
}

/// Takes the cookies of one or more headers. A handler can ask for each cookie, which counts once.
pub fn cookies(bytes: &[u8]) {
    static ROUTE: OnceLock<Route> = OnceLock::new();
    let text = String::from_utf8_lossy(bytes);
    let pairs: Vec<_> = text.lines().collect();
    let event = http_api(&json!({ "cookies": pairs }));
    answers(
        &event,
        ROUTE.get_or_init(|| {
            route("/api/[id]", |req, res| async move {
                check_cookies(req.cookies());
                res.end()
            })
        }),
    );
}

fn route<F>(
    path: &str,
    handler: impl Fn(ApiRequest, ApiResponse) -> F + Send + Sync + Clone + 'static,
) -> Route
where
    F: Future<Output = Result> + Send + 'static,
{
    Route::new(path, handler).panics_fail_the_invocation()
}

/// Asks the request for everything that it has.
async fn everything(req: ApiRequest, res: ApiResponse) -> Result {
    check_query(req.query());
    check_cookies(req.cookies());
    let _ = (req.body::<Value>(), req.json::<Value>(), req.form::<BTreeMap<String, String>>(), req.text());
    let _ = (req.event::<Value>()?, req.front_door(), req.context(), req.remaining_time());
    res.json((req.method().as_str(), req.uri().to_string(), req.headers().len(), req.client_ip()))
}

fn check_query(query: &Query) {
    for (key, _) in query {
        assert_eq!(query.get(key), query.get_all(key).next());
    }
    let count = query.iter().count();
    let counted: usize = keys(query).into_iter().map(|key| query.get_all(key).count()).sum();
    assert_eq!(counted, count);
    let _ = (query.parse::<BTreeMap<String, Vec<String>>>(), query.parse::<BTreeMap<String, Option<i64>>>());
}

fn keys(query: &Query) -> Vec<&str> {
    let mut keys: Vec<_> = query.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn check_cookies(cookies: &Cookies) {
    let mut names = Vec::new();
    for (name, value) in cookies {
        assert_eq!(cookies.get(name), Some(value));
        assert!(!names.contains(&name), "{name:?} counts twice");
        names.push(name);
    }
}

/// Writes a valid event with these members.
fn http_api(members: &Value) -> Vec<u8> {
    let mut event = json!({
        "version": "2.0", "routeKey": "ANY /api/{id}", "rawPath": "/api/7", "rawQueryString": "", "headers": {},
        "requestContext": { "http": { "method": "GET", "path": "/api/7" }, "stage": "$default" },
        "isBase64Encoded": false
    });
    for (name, value) in members.as_object().unwrap() {
        event[name] = value.clone();
    }
    event.to_string().into_bytes()
}

/// Asserts that the handler returns no error.
fn answers(event: &[u8], route: &Route) {
    let reply: Value =
        serde_json::from_slice(&test::TestEvent::new(event).try_reply(route).unwrap()).unwrap();
    assert_eq!(reply["statusCode"], 200, "{reply}");
}
