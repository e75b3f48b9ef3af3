use http::Request;
use proptest::prelude::*;

use super::{Url, Urls};

fn urls() -> Urls<&'static str> {
    let mut urls = Urls::default();
    for (function, names, keys) in [
        ("user", &["ApiUserFunction", "api-user"][..], &["GET /api/user", "POST /api/user"][..]),
        ("post", &["api-posts-id"], &["GET /api/posts/{id}"]),
        ("rest", &["api-rest"], &["ANY /api/{proxy+}"]),
    ] {
        let keys = keys.iter().map(|key| key.parse().unwrap());
        assert_eq!(urls.add(names, keys, function), []);
    }
    urls
}

fn selected(urls: &Urls<&'static str>, method: &str, host: &str, path: &str) -> Option<&'static str> {
    let request = Request::builder().method(method).uri(path).header("host", host).body(()).unwrap();
    urls.select(&request.into_parts().0).map(|url| url.function)
}

#[test]
fn the_first_label_of_the_host_names_the_function() {
    let urls = urls();
    for (host, function) in [
        ("api-user.localhost:3001", Some("user")),
        ("API-User.localhost", Some("user")),
        ("apiuserfunction.lambda-url.us-east-1.localhost:3001", Some("user")),
        ("api-posts-id", Some("post")),
        ("localhost:3001", None),
        ("x.api-user.localhost", None),
        ("127.0.0.1:3001", None),
        ("[::1]:3001", None),
        ("", None),
    ] {
        assert_eq!(selected(&urls, "DELETE", host, "/any/path"), function, "{host}");
    }
}

#[test]
fn the_path_decides_where_the_host_names_none() {
    let urls = urls();
    for (path, function) in [
        ("/api/user", Some("user")),
        ("/api/posts/7", Some("post")),
        ("/api/x/y", Some("rest")),
        ("/elsewhere", None),
        ("*", None),
    ] {
        assert_eq!(selected(&urls, "GET", "localhost:3001", path), function, "{path}");
    }
}

#[test]
fn the_host_comes_before_the_path() {
    assert_eq!(selected(&urls(), "GET", "api-user.localhost", "/api/posts/7"), Some("user"));
}

#[test]
fn a_url_takes_every_method() {
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PURGE"] {
        assert_eq!(selected(&urls(), method, "localhost", "/api/user"), Some("user"), "{method}");
    }
}

#[test]
fn methods_of_one_path_may_lead_to_two_functions() {
    let mut urls = Urls::default();
    assert_eq!(urls.add(["a"], ["GET /x".parse().unwrap()], "reads"), []);
    assert_eq!(urls.add(["b"], ["POST /x".parse().unwrap()], "writes"), []);
    assert_eq!(selected(&urls, "GET", "localhost", "/x"), Some("reads"));
    assert_eq!(selected(&urls, "POST", "localhost", "/x"), Some("writes"));
    assert_eq!(selected(&urls, "OPTIONS", "localhost", "/x"), Some("reads"), "the first one");
}

#[test]
fn first_of_two_functions_keeps_a_name() {
    let mut urls = urls();
    let keys = ["GET /api/user", "GET /own"].map(|key| key.parse().unwrap());
    let duplicates = urls.add(["API-USER", "own"], keys, Url::from("late"));
    let names: Vec<_> = duplicates.iter().map(|duplicate| duplicate.0.as_str()).collect();
    assert_eq!(names, ["API-USER", "GET /api/user"]);
    assert_eq!(selected(&urls, "GET", "api-user.localhost", "/"), Some("user"));
    assert_eq!(selected(&urls, "GET", "localhost", "/api/user"), Some("user"));
    assert_eq!(selected(&urls, "GET", "own.localhost", "/"), Some("late"));
    assert_eq!(selected(&urls, "GET", "localhost", "/own"), Some("late"));
}

#[test]
fn a_function_may_have_one_name_twice() {
    assert_eq!(Urls::default().add(["hello", "Hello"], [], "hello"), []);
}

proptest! {
    #[test]
    fn no_host_and_no_path_make_selection_panic(host in "[ -~]{0,16}", path in "/[!-~]{0,16}", method in "[A-Z]{1,8}") {
        if let Ok(request) = Request::builder().method(&*method).uri(path).header("host", host).body(()) {
            urls().select(&request.into_parts().0);
        }
    }
}
