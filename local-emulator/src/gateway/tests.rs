//! Behavior that the front doors share, tested through [`FrontDoor::handle`].

use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use http::{Method, Request};

use super::alb::{Alb, Rules};
use super::fake::{Behavior, ClientResponse, FakeBackend, PEER, answered, asked, broken_off, get, stalled};
use super::function_url::{FunctionUrl, Urls};
use super::http_api::HttpApi;
use super::rest_api::{RestApi, Target};
use super::{FrontDoor, Integration, Note, RequestBody};

/// A front door with a route for all methods.
struct Door {
    name: &'static str,
    gateway: FrontDoor<FakeBackend>,
    path: &'static str,
    backend: FakeBackend,
}

impl Door {
    fn new(
        name: &'static str,
        path: &'static str,
        behavior: &Behavior,
        front_door: impl FnOnce(FakeBackend) -> FrontDoor<FakeBackend>,
    ) -> Self {
        let backend = FakeBackend::new(behavior.clone());
        Self { name, gateway: front_door(backend.clone()), path, backend }
    }

    fn get(&self) -> ClientResponse {
        self.send(get(self.path))
    }

    fn post(&self, body: impl RequestBody + Send) -> ClientResponse {
        self.send(Request::post(self.path).body(body).unwrap())
    }

    fn send(&self, request: Request<impl RequestBody + Send>) -> ClientResponse {
        answered(Box::pin(self.gateway.handle(request, PEER)))
    }
}

/// All four front doors, with functions that behave alike.
fn doors(behavior: &Behavior) -> [Door; 4] {
    let key = || "ANY /hello".parse().unwrap();
    [
        Door::new("http-api", "/hello", behavior, |backend| {
            let routes = RouteTable::new([(key(), Integration::from(()))]).unwrap();
            FrontDoor::HttpApi(HttpApi::new(backend, routes))
        }),
        Door::new("rest-api", "/Prod/hello", behavior, |backend| {
            let resources = [(key(), Target::from(Integration::from(())))];
            FrontDoor::RestApi(RestApi::new(backend, ResourceTable::new(resources).unwrap()))
        }),
        Door::new("function-url", "/hello", behavior, |backend| {
            let mut urls = Urls::default();
            assert_eq!(urls.add(["hello"], [key()], ()), []);
            FrontDoor::FunctionUrl(FunctionUrl::new(backend, urls))
        }),
        Door::new("alb", "/hello", behavior, |backend| {
            let rules = Rules::for_routes([("/hello".parse().unwrap(), ())]).unwrap();
            FrontDoor::Alb(Alb::new(backend, rules))
        }),
    ]
}

#[test]
fn unbuilt_function_is_a_502_with_compiler_messages() {
    for door in doors(&Behavior::NotBuild) {
        let response = door.get();
        let expected = (502, "error[E0425]: cannot find `x`");
        assert_eq!((response.status.as_u16(), response.body.as_str()), expected, "{}", door.name);
        assert_eq!(response.header("content-type"), Some("text/plain; charset=utf-8"), "{}", door.name);
    }
}

#[test]
fn failure_is_explained_to_the_developer_alone() {
    let reason = "the invocation failed: Runtime.ExitError: exit status 1";
    for door in doors(&Behavior::Fail) {
        let response = door.get();
        assert_eq!(response.refusal.map(|it| it.to_string()).as_deref(), Some(reason), "{}", door.name);
        assert!(!response.body.contains("ExitError"), "{}: {}", door.name, response.body);
    }
}

#[test]
fn head_has_the_length_of_the_body_but_no_body() {
    for door in doors(&Behavior::Reply(r#"{"statusCode":200,"body":"hi"}"#)) {
        let response = door.send(asked(Method::HEAD, door.path));
        let expected = ("", Some("2"));
        assert_eq!((response.body.as_str(), response.header("content-length")), expected, "{}", door.name);
    }
}

#[test]
fn no_content_and_not_modified_have_no_body() {
    for payload in [r#"{"statusCode":204,"body":"hi"}"#, r#"{"statusCode":304,"body":"hi"}"#] {
        for door in doors(&Behavior::Reply(payload)) {
            let response = door.get();
            let place = format!("{} {payload}", door.name);
            assert_eq!((response.body.as_str(), response.header("content-length")), ("", None), "{place}");
            assert_eq!(response.header("content-type"), None, "{place}");
        }
    }
}

#[test]
fn body_that_breaks_off_invokes_nothing() {
    for door in doors(&Behavior::Reply("{}")) {
        assert_eq!(door.post(broken_off()).status, 400, "{}", door.name);
        assert_eq!(door.backend.events(), 0, "{}", door.name);
    }
}

#[test]
fn body_without_an_end_is_a_400() {
    for door in doors(&Behavior::Reply("")) {
        let response = door.post(stalled());
        assert_eq!(response.status, 400, "{}", door.name);
        assert!(response.body.contains("Bad Request"), "{}: {}", door.name, response.body);
    }
}

/// A load balancer takes no stream (`alb::tests`).
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
#[test]
fn stream_to_a_buffered_integration_loses_its_body() {
    let stream = &["{\"statusCode\":201,\"headers\":{\"x-a\":\"1\"}}\0\0\0\0", "\0\0\0\0body"];
    for door in doors(&Behavior::Stream(stream, false)).into_iter().filter(|door| door.name != "alb") {
        let response = door.get();
        assert_eq!((response.status.as_u16(), response.body.as_str()), (201, ""), "{}", door.name);
        assert_eq!(response.header("x-a"), Some("1"), "{}", door.name);
        assert_eq!(response.header("content-length"), Some("0"), "{}", door.name);
        assert_eq!(response.note, Some(Note::StreamLost), "{}", door.name);
    }
}
