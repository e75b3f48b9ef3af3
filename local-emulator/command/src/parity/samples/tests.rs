use api_routes_routing::RouteKey;
use http::Method;

use super::{escaped, requests};

fn names(keys: &[&str]) -> Vec<String> {
    let keys: Vec<RouteKey> = keys.iter().map(|key| key.parse().unwrap()).collect();
    requests(keys.iter()).into_iter().map(|request| request.name).collect()
}

#[test]
fn each_path_gets_requests_that_only_read() {
    assert_eq!(
        names(&["ANY /api/posts/{id}", "POST /api/posts/{id}", "ANY /api/{slug+}"]),
        [
            "GET /api/posts/7",
            "HEAD /api/posts/7",
            "OPTIONS /api/posts/7",
            "GET /api/posts/%37",
            "GET /api/posts/7/",
            "GET /api/a/b",
            "HEAD /api/a/b",
            "OPTIONS /api/a/b",
            "GET /api/a/%62",
            "GET /api/a/b/",
            "a preflight",
            "GET /no-route-has-this-path",
        ]
    );
}

#[test]
fn nothing_that_writes_is_sent() {
    let keys: Vec<RouteKey> = ["POST /a", "DELETE /b/{c}"].iter().map(|key| key.parse().unwrap()).collect();
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS];
    assert!(
        requests(keys.iter()).iter().all(|request| safe.contains(&request.method) && request.body.is_empty())
    );
}

#[test]
fn the_root_and_what_takes_all_have_requests_too() {
    assert_eq!(
        names(&["ANY /"]),
        ["GET /", "HEAD /", "OPTIONS /", "GET /%61", "a preflight", "GET /no-route-has-this-path"]
    );
    assert_eq!(names(&["$default"]), ["GET /no-route-has-this-path"]);
}

#[test]
fn an_escape_means_what_it_stands_for() {
    for (target, expected) in [("/user", "/use%72"), ("/caf\u{e9}", "/caf%C3%A9"), ("/", "/%61")] {
        assert_eq!(escaped(target), expected);
    }
}
