//! Requests of web pages on other sites, to each listener.

use std::net::SocketAddr;

use api_routes_project::aws::FrontDoorKind;

use crate::harness::{Project, Request, Response, ServedProject, get, main_project, post, request};

const INVOKE: &str = "/2015-03-31/functions/api-user/invocations";

/// Returns a request that a page of another site may send to a function's name without a preflight.
fn simple_invocation() -> Request {
    post(INVOKE, "text/plain", r#"{"requestContext":{"authorizer":{"jwt":{"claims":{"sub":"admin"}}}}}"#)
}

fn assert_refused(answer: &Response, error: &str) {
    assert_eq!((answer.status, answer.header("x-emulator-error")), (403, Some(error)), "{}", answer.text());
    assert!(!answer.text().contains("John Doe"));
}

#[test]
fn a_rebound_name_reaches_no_front_door() {
    let project = Project::new().answering("api/user", "\"John Doe\"");
    let served = ServedProject::start_with(project.root(), |config| {
        config.front_doors = vec![
            FrontDoorKind::HttpApi,
            FrontDoorKind::RestApi,
            FrontDoorKind::FunctionUrl,
            FrontDoorKind::Alb,
        ];
    });
    for address in served.addresses() {
        let foreign = get("/api/user").header("host", &format!("rebound.example.com:{}", address.port()));
        assert_refused(&foreign.send(address), "foreign-host");
        let absolute = get("http://rebound.example.com/api/user").header("host", "localhost");
        assert_refused(&absolute.send(address), "foreign-host");
        for own in ["localhost", "127.0.0.1:3000", "[::1]", "api-user.localhost", "emulator"] {
            let answer = get("/api/user").header("host", own).send(address);
            assert_eq!(answer.header("x-emulator-error"), None, "{own}: {}", answer.text());
        }
    }
    served.wait_for_log("GET /api/user 403: the emulator does not answer for the host");
}

#[test]
fn a_page_of_another_site_runs_no_function_by_name() {
    let served = main_project();
    for (name, value) in
        [("origin", "https://evil.example.com"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        assert_refused(&served.send(&simple_invocation().header(name, value)), "foreign-origin");
    }
    assert_refused(&served.send(&simple_invocation().header("host", "evil.com")), "foreign-host");
    let preflight = request("OPTIONS", INVOKE)
        .header("origin", "https://evil.example.com")
        .header("access-control-request-method", "POST");
    let answer = served.send(&preflight);
    assert_refused(&answer, "foreign-origin");
    assert_eq!(answer.header("access-control-allow-origin"), None);
    // An SDK sends none of these headers.
    assert_eq!(served.send(&simple_invocation()).status, 200);
}

#[test]
fn an_allowed_page_calls_lambda_with_an_sdk() {
    let project = Project::new().answering("api/user", "\"John Doe\"");
    let origin = "https://app.example.org";
    let served = ServedProject::start_with(project.root(), |config| {
        config.allowed_origins = vec![origin.parse().unwrap()];
    });
    for origin in [origin, "http://localhost:5173"] {
        let page = |request: Request| served.send(&request.header("origin", origin));
        let asked = request("OPTIONS", INVOKE)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,x-amz-date");
        let answer = page(asked);
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,x-amz-date"));
        let answer = page(simple_invocation());
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{}", answer.text());
        assert_eq!(answer.header("vary"), Some("origin"));
    }
}

#[test]
fn page_of_another_site_gets_the_answer_of_aws() {
    let page =
        get("/api/user").header("origin", "https://other.example.com").header("sec-fetch-site", "cross-site");
    let answer = main_project().send(&page);
    assert_eq!(answer.status_and_text(), (200, r#"{"name":"John Doe"}"#.to_owned()));
}

#[test]
fn allowed_host_and_domain_of_template_are_answered() {
    let project = Project::new().answering("api/user", "\"John Doe\"");
    project.write(
        "template.yaml",
        "Resources:\n  Name:\n    Type: AWS::ApiGatewayV2::DomainName\n    Properties: {DomainName: api.shop.org}\n",
    );
    let served = ServedProject::start_with(project.root(), |config| {
        config.front_doors = vec![FrontDoorKind::HttpApi];
        config.allowed_hosts = vec![".dev.shop.org".parse().unwrap()];
    });
    for (host, status) in [("api.shop.org", 200), ("ann.dev.shop.org", 200), ("www.shop.org", 403)] {
        assert_eq!(served.send(&get("/api/user").header("host", host)).status, status, "{host}");
    }
}

#[test]
fn a_page_takes_no_event_from_the_runtime_api() {
    let address = r#"std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap()"#;
    let project = Project::new().answering("api/address", address);
    let served = ServedProject::start(&project);
    let runtime: SocketAddr = served.get("/api/address").text().parse().unwrap();
    let next = || get("/2018-06-01/runtime/invocation/next");
    for page in [
        next().header("origin", "http://localhost:3000"),
        next().header("sec-fetch-site", "cross-site"),
        next().header("sec-fetch-site", "same-origin"),
    ] {
        assert_refused(&page.send(runtime), "foreign-origin");
    }
    assert_refused(&next().header("host", "rebound.example.com").send(runtime), "foreign-host");
    assert_eq!(served.get("/api/address").status, 200);
}
