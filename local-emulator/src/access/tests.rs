use bytes::Bytes;
use http::request::{Builder, Parts};
use http::{Request, StatusCode};
use http_body_util::Full;

use super::{Access, AccessRefusal, Sender, check_runtime};
use crate::current::Current;

fn access(hosts: &[&str], origins: &[&str], domain_names: &[&str]) -> Access {
    Access::new(
        hosts.iter().map(|host| host.parse().unwrap()).collect(),
        origins.iter().map(|origin| origin.parse().unwrap()).collect(),
        Current::new(domain_names.iter().map(|name| name.parse().unwrap()).collect()),
    )
}

fn head(request: Builder) -> Parts {
    request.body(()).unwrap().into_parts().0
}

fn get(host: &str) -> Builder {
    Request::get("/").header("host", host)
}

fn foreign_host(host: &str) -> Result<(), AccessRefusal> {
    Err(AccessRefusal::ForeignHost(host.to_owned()))
}

#[test]
fn each_host_that_a_request_names_is_checked() {
    let access = access(&["dev.example.com"], &[], &[".shop.example.org"]);
    let check = |request| access.check_host(&head(request));
    for host in ["localhost:3000", "dev.example.com", "api.shop.example.org"] {
        assert_eq!(check(get(host)), Ok(()), "{host}");
    }
    assert_eq!(check(Request::get("/")), Ok(()));
    assert_eq!(check(get("evil.com:3000")), foreign_host("evil.com:3000"));
    assert_eq!(check(get("localhost").header("host", "evil.com")), foreign_host("evil.com"));
    assert_eq!(check(Request::get("http://evil.com/").header("host", "localhost")), foreign_host("evil.com"));
    assert_eq!(check(get("caf\u{e9}.com")), foreign_host("?"));
}

#[test]
fn domain_names_of_a_new_template_are_allowed() {
    let domain_names = Current::new(Vec::new());
    let access = Access::new(Vec::new(), Vec::new(), domain_names.clone());
    assert!(access.check_host(&head(get("shop.example.org"))).is_err());
    domain_names.replace(vec!["shop.example.org".parse().unwrap()]);
    assert_eq!(access.check_host(&head(get("shop.example.org"))), Ok(()));
}

#[test]
fn pages_of_the_developer_are_allowed() {
    let access = access(&["dev.example.com"], &["https://app.example.net"], &[]);
    for (host, origin) in [
        ("localhost:3000", "http://localhost:5173"),
        ("127.0.0.1:3000", "http://localhost:5173"),
        ("localhost:3000", "https://127.0.0.1"),
        ("localhost:3000", "http://[::1]:5173"),
        ("api:3000", "http://web:5173"),
        ("localhost:3000", "http://dev.example.com"),
        ("localhost:3000", "https://app.example.net"),
        // The page is on the same machine as the emulator, with another port.
        ("192.168.1.7:3000", "http://192.168.1.7:5173"),
    ] {
        let asked = head(get(host).header("origin", origin).header("sec-fetch-site", "cross-site"));
        assert_eq!(access.check_sender(&asked), Ok(()), "{origin} to {host}");
    }
    assert_eq!(access.check_sender(&head(get("localhost"))), Ok(()));
    assert_eq!(access.check_sender(&head(get("localhost").header("sec-fetch-site", "none"))), Ok(()));
}

#[test]
fn pages_of_other_sites_are_foreign() {
    let access = access(&[], &["https://app.example.net"], &[]);
    for origin in [
        "https://evil.com",
        "null",
        "",
        "http://app.example.net",
        "https://app.example.net:8443",
        "https://localhost.evil.com",
        "chrome-extension://localhost",
        // Any site may have such an origin, although a request may name this address as its host.
        "http://203.0.113.5",
        "https://abc.execute-api.eu-central-1.amazonaws.com",
    ] {
        let asked = head(get("localhost:3000").header("origin", origin));
        let refused = Err(AccessRefusal::ForeignOrigin(origin.to_owned()));
        assert_eq!(access.check_sender(&asked), refused);
        assert_eq!(access.sender(&asked), Sender::Foreign);
    }
    let unnamed = head(get("localhost").header("sec-fetch-site", "cross-site"));
    assert_eq!(access.check_sender(&unnamed), Err(AccessRefusal::CrossSite));
}

#[test]
fn runtime_api_refuses_every_web_page() {
    assert_eq!(check_runtime(&head(get("127.0.0.1:40000"))), Ok(()));
    for request in [
        get("evil.com:40000"),
        get("127.0.0.1").header("origin", "http://localhost:3000"),
        get("127.0.0.1").header("sec-fetch-site", "same-origin"),
    ] {
        assert!(check_runtime(&head(request)).is_err());
    }
}

#[test]
fn refusal_names_the_option_that_allows_the_request() {
    let texts = [
        (AccessRefusal::ForeignHost("dev.example.com".to_owned()), "dev --allowed-host dev.example.com"),
        (AccessRefusal::ForeignOrigin("https://a.b".to_owned()), "dev --allowed-origin https://a.b"),
        (AccessRefusal::ForeignHost("$(reboot)".to_owned()), "dev --allowed-host NAME`"),
    ];
    for (refused, option) in texts {
        assert!(refused.to_string().contains(option), "{refused}");
        let response = refused.into_response::<Full<Bytes>>();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        assert!(response.headers().contains_key("x-emulator-error"));
    }
}
