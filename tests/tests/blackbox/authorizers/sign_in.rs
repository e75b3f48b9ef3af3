//! Signing in without an authorizer, as only the developer can.

use std::fs;

use local_emulator::authorizer::AuthMode;
use local_emulator::config::Config;
use serde_json::{Value, json};

use super::{JWT, authorizer, event, http_api};
use crate::harness::{Project, Request, ServedProject, get, wait_for};

fn served(project: &Project, configure: impl FnOnce(&mut Config)) -> ServedProject {
    ServedProject::start_with(project.root(), configure)
}

fn signed_in(sub: &str) -> Value {
    json!({ "jwt": { "claims": { "sub": sub }, "scopes": null } })
}

fn with_header(claims: &str) -> Request {
    get("/api/me").header("x-emulator-claims", claims)
}

const FOREIGN: [(&str, &str); 3] =
    [("origin", "https://evil.example.com"), ("origin", "null"), ("sec-fetch-site", "cross-site")];

#[test]
fn claims_of_a_header_sign_one_request_in() {
    let project = http_api(JWT, "");
    let served = served(&project, |_| ());
    assert_eq!(served.get("/api/me").status, 401);
    let answer = served.send(&with_header(r#"{"sub":"7"}"#));
    assert_eq!(authorizer(&answer), signed_in("7"));
    assert!(!event(&answer).to_string().contains("x-emulator-claims"));
    let answer = served.send(&with_header(r#"{"sub":7"#));
    assert_eq!((answer.status, answer.header("x-emulator-error")), (400, Some("claims")));
    assert!(
        answer.text().starts_with("the header `x-emulator-claims` must be a JSON object"),
        "{}",
        answer.text()
    );
}

#[test]
fn web_page_of_another_site_is_not_signed_in() {
    let project = http_api(JWT, "");
    project.write("claims.json", r#"{"sub":"file"}"#);
    project.write(".env", "API_ROUTES_CLAIMS={\"sub\":\"env\"}\n");
    for mode in [AuthMode::On, AuthMode::Off, AuthMode::Claims(project.path("claims.json"))] {
        let served = served(&project, |config| config.authorizers.mode = mode.clone());
        assert_eq!(served.get("/api/me").status, 200, "{mode:?}");
        for (name, value) in FOREIGN {
            for request in [get("/api/me"), with_header(r#"{"sub":"7"}"#), with_header("{")] {
                assert_eq!(served.send(&request.header(name, value)).status, 401, "{mode:?} {name}: {value}");
            }
        }
        served.wait_for_log("a web page of another site sent the request");
        let own = with_header(r#"{"sub":"7"}"#).header("origin", "http://localhost:5173");
        assert_eq!(authorizer(&served.send(&own)), signed_in("7"), "{mode:?}");
    }
}

#[test]
fn host_of_another_page_is_not_signed_in_by_itself() {
    let project = http_api(JWT, "");
    project.write(".env", "API_ROUTES_CLAIMS={\"sub\":\"7\"}\n");
    let served = served(&project, |config| config.allowed_hosts = vec!["shop.test".parse().unwrap()]);
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:3000", 200),
        ("[::1]", 200),
        ("api.localhost", 200),
        ("shop.test", 200),
        ("0.0.0.0:3000", 401),
        ("[::ffff:7f00:1]", 401),
        ("192.168.1.7", 401),
        ("other.test", 401),
    ] {
        let request = get("/api/me").header("host", host);
        assert_eq!(served.send(&request).status, status, "{host}");
        let asked_for = with_header(r#"{"sub":"8"}"#).header("host", host);
        assert_eq!(authorizer(&served.send(&asked_for)), signed_in("8"), "{host}");
    }
    served.wait_for_log("for this host no browser says whether");
}

#[test]
fn variable_of_env_signs_every_request_in() {
    let project = http_api(JWT, "");
    project.write(".env", "API_ROUTES_CLAIMS={\"sub\":\"7\"}\n");
    let served = served(&project, |_| ());
    assert_eq!(authorizer(&served.get("/api/me")), signed_in("7"));
    served
        .wait_for_log("warning: no authorizer is asked: every caller has the claims of `API_ROUTES_CLAIMS`");
    assert!(!served.log().contains("no function of the template declares it"), "{}", served.log());
    project.write(".env", "API_ROUTES_CLAIMS={\"sub\":\"8\"}\n");
    wait_for("the claims of the saved file", || {
        let answer = served.get("/api/me");
        (answer.status == 200 && authorizer(&answer) == signed_in("8")).then_some(())
    });
    project.write(".env", "API_ROUTES_CLAIMS=sub=7\n");
    served.wait_for_status("/api/me", 400);
    served.wait_for_log("`API_ROUTES_CLAIMS` must be a JSON object");
    project.write(".env", "");
    served.wait_for_status("/api/me", 401);
}

#[test]
fn saved_file_of_claims_counts_at_the_next_request() {
    let project = http_api(JWT, "");
    project.write("claims.json", r#"{"sub":"7"}"#);
    let served =
        served(&project, |config| config.authorizers.mode = AuthMode::Claims(project.path("claims.json")));
    assert_eq!(authorizer(&served.get("/api/me")), signed_in("7"));
    project.write("claims.json", r#"{"sub":"8"}"#);
    assert_eq!(authorizer(&served.get("/api/me")), signed_in("8"));
    fs::remove_file(project.path("claims.json")).unwrap();
    let answer = served.get("/api/me");
    assert_eq!((answer.status, answer.header("x-emulator-error")), (400, Some("claims")));
    served.wait_for_log("every caller has the claims of");
}

#[test]
fn open_route_needs_no_readable_file_of_claims() {
    let project = http_api(JWT, ", Auth: {Authorizer: NONE}");
    project.write("claims.json", "{}");
    let file = project.path("claims.json");
    let served = served(&project, |config| config.authorizers.mode = AuthMode::Claims(file.clone()));
    project.write("claims.json", "sub=7");
    assert_eq!(served.get("/api/me").status, 200);
    served.wait_for_log("claims.json` must be a JSON object");
}

#[test]
fn disabled_authorizers_allow_all_without_claims() {
    let project = http_api(JWT, "");
    let served = served(&project, |config| config.authorizers.mode = AuthMode::Off);
    assert_eq!(authorizer(&served.get("/api/me")), Value::Null);
    served.wait_for_log("warning: no authorizer is asked");
}

#[test]
fn open_route_has_no_claims() {
    let project = http_api(JWT, ", Auth: {Authorizer: NONE}");
    let served = served(&project, |_| ());
    assert_eq!(authorizer(&served.send(&with_header(r#"{"sub":"7"}"#))), Value::Null);
}
