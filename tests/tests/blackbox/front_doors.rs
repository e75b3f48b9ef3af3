//! A function behind several front doors, each on its own port.

use std::fs;
use std::io::Read;
use std::time::{Duration, Instant};

use api_routes_project::aws::FrontDoorKind::{self, Alb, FunctionUrl, HttpApi, RestApi};
use serde_json::Value;

use crate::harness::{Connection, Program, Project, Request, Response, ServedProject, get, request};

/// Answers with its event, or fails if the query is `fail`.
const ECHO: &str = r#"fn main() {
    while let Ok(event) = lambda::next() {
        let answered = if event.json.contains("fail") {
            lambda::fail(&event, b"{\"errorType\":\"Oops\",\"errorMessage\":\"asked for\"}")
        } else {
            let reply = format!("{{\"statusCode\":200,\"body\":{:?}}}", event.json);
            lambda::respond(&event, reply.as_bytes())
        };
        answered.expect("the emulator takes it");
    }
}
"#;

/// Makes a project of the function with these properties, in a template with these other resources.
fn project(resources: &str, properties: &str) -> Project {
    let mut project = Project::new();
    project.add_crate("api/echo", ECHO);
    project.write(
        "template.yaml",
        &format!(
            "Resources:\n{resources}  Echo:\n    Type: AWS::Serverless::Function\n    Metadata:\n      \
             BuildProperties:\n        Binary: {}\n    Properties:\n{properties}",
            project.package("api/echo")
        ),
    );
    project
}

const HTTP_EVENT: &str = "        Http: {Type: HttpApi, Properties: {Method: ANY, Path: /api/echo}}\n";

/// Makes a project behind an HTTP API, a REST API with a stage, and a Function URL.
fn everywhere() -> Project {
    let rest = "  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n";
    let event =
        "        Rest: {Type: Api, Properties: {RestApiId: !Ref Rest, Method: ANY, Path: /api/echo}}\n";
    let properties =
        format!("      FunctionUrlConfig: {{AuthType: NONE}}\n      Events:\n{HTTP_EVENT}{event}");
    project(rest, &properties)
}

#[test]
fn rest_api_answers_preflights_and_drops_a_slash() {
    let cors = "Cors: {AllowOrigin: \"'https://app.example'\", AllowHeaders: \"'content-type'\"}";
    let rest = format!("  Rest: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {cors}}}}}\n");
    let properties = "      Events:\n        Rest: {Type: Api, Properties: {RestApiId: !Ref Rest, Method: ANY, Path: /api/echo/}}\n";
    let project = project(&rest, properties);
    let served = ServedProject::start(&project);
    let preflight = request("OPTIONS", "/v1/api/echo").header("origin", "https://app.example");
    let preflight = preflight.header("access-control-request-method", "PUT");
    let answer = at(&served, RestApi, &preflight);
    assert_eq!(answer.status_and_text(), (200, "{}\n".to_owned()));
    let expected = [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-methods", "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"),
        ("content-type", "application/json"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let event = event(&at(&served, RestApi, &get("/v1/api/echo/")));
    assert_eq!(event["resource"], "/api/echo");
    let log = served.log();
    assert!(!log.contains("warning") && !log.contains("error"), "{log}");
}

#[test]
fn openapi_operations_are_routes_also_after_an_edit() {
    let rest = "  Rest: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionUri: api.yaml}}\n";
    let project = project(rest, "      Timeout: 5\n");
    let uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations";
    let document = |path: &str| {
        let mock = "{type: mock, responses: {default: {statusCode: 204, responseParameters: \
                    {method.response.header.Access-Control-Allow-Origin: \"'*'\"}}}}";
        format!(
            "openapi: 3.0.1\npaths:\n  {path}:\n    get:\n      x-amazon-apigateway-integration: {{type: aws_proxy, uri: \
             {{Fn::Sub: '{uri}'}}}}\n    options:\n      x-amazon-apigateway-integration: {mock}\n"
        )
    };
    project.write("api.yaml", &document("/documented"));
    let served = ServedProject::start(&project);
    assert_eq!(event(&at(&served, RestApi, &get("/v1/documented")))["resource"], "/documented");
    let preflight = at(&served, RestApi, &request("OPTIONS", "/v1/documented"));
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, Some("*")));
    assert_eq!(at(&served, RestApi, &request("POST", "/v1/documented")).status, 403);
    project.write("api.yaml", &document("/renamed"));
    served.wait_for_status("/v1/renamed", 200);
    assert_eq!(at(&served, RestApi, &get("/v1/documented")).status, 403);
}

fn event(answer: &Response) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn at(served: &ServedProject, kind: FrontDoorKind, request: &Request) -> Response {
    request.send(served.at(kind))
}

#[test]
fn each_front_door_calls_and_refuses_in_its_own_way() {
    let project = everywhere();
    let served = ServedProject::start(&project);
    assert_eq!(served.kinds(), [HttpApi, RestApi, FunctionUrl]);
    assert_eq!(served.address, served.at(HttpApi));

    let http = event(&at(&served, HttpApi, &get("/api/echo?a=b")));
    assert_eq!((&http["version"], &http["routeKey"]), (&"2.0".into(), &"ANY /api/echo".into()));
    let rest = event(&at(&served, RestApi, &get("/v1/api/echo?a=b")));
    assert_eq!((&rest["resource"], &rest["requestContext"]["stage"]), (&"/api/echo".into(), &"v1".into()));
    let host = format!("{}.localhost:3000", project.package("api/echo"));
    let url = event(&at(&served, FunctionUrl, &get("/any/path").header("host", &host)));
    assert_eq!((&url["routeKey"], &url["rawPath"]), (&"$default".into(), &"/any/path".into()));

    for (kind, target, expected) in [
        (HttpApi, "/api/nothing", (404, r#"{"message":"Not Found"}"#)),
        (HttpApi, "/v1/api/echo", (404, r#"{"message":"Not Found"}"#)),
        (HttpApi, "/api/echo?fail", (500, r#"{"message":"Internal Server Error"}"#)),
        (RestApi, "/v1/api/nothing", (403, r#"{"message":"Missing Authentication Token"}"#)),
        (RestApi, "/api/echo", (403, r#"{"message":"Forbidden"}"#)),
        (RestApi, "/v1/api/echo?fail", (502, r#"{"message": "Internal server error"}"#)),
        (FunctionUrl, "/api/echo?fail", (502, "Internal Server Error")),
    ] {
        let (status, text) = at(&served, kind, &get(target)).status_and_text();
        assert_eq!((status, text.as_str()), expected, "{kind} {target}");
    }
}

#[test]
fn front_doors_are_listed_with_their_urls_and_routes() {
    let project = everywhere();
    let served = ServedProject::start(&project);
    let package = project.package("api/echo");
    let log = served.log();
    for line in [
        format!("http-api ServerlessHttpApi  http://{}", served.at(HttpApi)),
        format!("  /api/echo  ANY /api/echo  {package}"),
        format!("rest-api Rest  http://{}/v1", served.at(RestApi)),
        format!("function-url  port {}", served.at(FunctionUrl).port()),
        format!("  /api/echo  http://{package}.localhost:{}/  {package}", served.at(FunctionUrl).port()),
    ] {
        assert!(log.lines().any(|printed| printed == line), "{line} in {log}");
    }
    assert!(!log.contains("warning"), "{log}");
}

#[test]
fn front_door_option_serves_the_routes_of_folders() {
    let project = project("", &format!("      Events:\n{HTTP_EVENT}"));
    let served = ServedProject::start_with(project.root(), |config| {
        config.front_doors = vec![Alb, FunctionUrl, RestApi];
        config.no_stage = true;
    });
    assert_eq!(served.kinds(), [RestApi, FunctionUrl, Alb]);
    let rest = event(&at(&served, RestApi, &get("/api/echo")));
    assert_eq!((&rest["path"], &rest["requestContext"]["stage"]), (&"/api/echo".into(), &"Prod".into()));
    // The path decides if the host does not name the function.
    assert_eq!(event(&at(&served, FunctionUrl, &get("/api/echo")))["routeKey"], "$default");
    let alb = event(&at(&served, Alb, &get("/api/echo")));
    assert!(alb["requestContext"]["elb"]["targetGroupArn"].is_string(), "{alb}");
}

#[test]
fn target_group_attribute_makes_alb_send_lists() {
    let group = "  Group:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties:\n      \
                 TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: 'true'}]\n";
    let project = project(group, &format!("      Events:\n{HTTP_EVENT}"));
    let served = ServedProject::start_with(project.root(), |config| config.front_doors = vec![Alb]);
    let alb = event(&at(&served, Alb, &get("/api/echo?a=1&a=2")));
    assert_eq!(alb["multiValueQueryStringParameters"]["a"], serde_json::json!(["1", "2"]));
}

#[test]
fn settings_of_a_front_door_change_while_it_is_open() {
    let api = "  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      StageName: one\n";
    let event =
        "        Http: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /api/echo}}\n";
    let project = project(api, &format!("      Events:\n{event}"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/one/api/echo").status, 200);
    let preflight = |target: &str| {
        request("OPTIONS", target)
            .header("origin", "https://a.example")
            .header("access-control-request-method", "GET")
    };
    assert_eq!(served.send(&preflight("/one/api/echo")).status, 404);

    let cors = "StageName: two\n      CorsConfiguration: {AllowOrigins: ['https://a.example']}";
    project.edit("template.yaml", "StageName: one", cors);
    served.wait_for_status("/two/api/echo", 200);
    assert_eq!(served.get("/one/api/echo").status, 404);
    let allowed = served.send(&preflight("/two/api/echo"));
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (204, Some("https://a.example"))
    );
}

#[test]
fn each_api_keeps_its_port_while_another_one_goes() {
    let apis = "  Public: {Type: AWS::Serverless::HttpApi}\n  Inner: {Type: AWS::Serverless::HttpApi}\n";
    let event = |name: &str, api: &str| {
        format!("        {name}: {{Type: HttpApi, Properties: {{ApiId: !Ref {api}, Path: /api/echo}}}}\n")
    };
    let (public, inner) = (event("One", "Public"), event("Two", "Inner"));
    let project = project(apis, &format!("      Events:\n{public}{inner}"));
    let served = ServedProject::start(&project);
    let [first, second] = served.addresses()[..] else { panic!("{}", served.log()) };
    assert_eq!(get("/api/echo").send(first).status, 200);
    project.edit("template.yaml", &public, "");
    served.wait_for_status("/api/echo", 404);
    assert_eq!(get("/api/echo").send(second).status, 200);
}

#[test]
fn new_front_door_waits_for_the_next_start() {
    let project = project("", &format!("      Events:\n{HTTP_EVENT}"));
    let served = ServedProject::start(&project);
    assert_eq!(served.get("/api/echo").status, 200);
    project.edit(
        "template.yaml",
        "    Properties:\n",
        "    Properties:\n      FunctionUrlConfig: {AuthType: NONE}\n",
    );
    let printed = served.wait_for_log("Start the emulator again");
    assert!(printed.starts_with("error: `function-url` is not served: it has no port yet"), "{printed}");
    assert_eq!(served.get("/api/echo").status, 200);
}

#[test]
fn reserved_concurrency_is_a_limit_which_may_be_zero() {
    let properties = format!("      ReservedConcurrentExecutions: 0\n      Events:\n{HTTP_EVENT}");
    let project = project("", &properties);
    let served = ServedProject::start(&project);
    let throttled = served.get("/api/echo").status_and_text();
    assert_eq!(throttled, (503, r#"{"message":"Service Unavailable"}"#.to_owned()));
    project.edit("template.yaml", "ReservedConcurrentExecutions: 0", "ReservedConcurrentExecutions: 1");
    served.wait_for_status("/api/echo", 200);
}

/// Streams seven megabytes at once. Lambda passes six on at once, and the seventh within half a second.
const STREAM: &str = r#"fn main() {
    let megabytes = vec![b'x'; 7 << 20];
    while let Ok(event) = lambda::next() {
        lambda::stream(&event, &[&megabytes], None).expect("the emulator takes it");
    }
}
"#;

#[test]
fn bandwidth_option_slows_streams_as_on_aws() {
    let mut project = Project::new();
    project.add_crate("api/stream", STREAM);
    let config = "FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}";
    let binary = project.package("api/stream");
    project.write(
        "template.yaml",
        &format!(
            "Resources:\n  Stream:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: \
             {binary}}}}}\n    Properties: {{MemorySize: 256, {config}}}\n"
        ),
    );
    let served = ServedProject::start_with(project.root(), |config| config.aws_bandwidth = true);
    let stream = || {
        let mut connection = Connection::open(served.at(FunctionUrl)).unwrap();
        let head = b"GET /api/stream HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        connection.write(head).unwrap();
        connection.0.read_to_end(&mut Vec::new()).unwrap()
    };
    // The first stream includes the build and the start.
    assert!(stream() > 7 << 20);
    let began = Instant::now();
    stream();
    assert!(began.elapsed() > Duration::from_millis(480), "{:?}", began.elapsed());
}

#[test]
fn function_without_binary_has_its_own_settings() {
    let reply = "format!(\"{{\\\"statusCode\\\":200,\\\"body\\\":{:?}}}\", \
                 std::env::var(\"AWS_LAMBDA_FUNCTION_MEMORY_SIZE\").unwrap())";
    let project = Project::new().answering("api/user", reply);
    for code_uri in
        ["functions/api/user".to_owned(), format!("target/lambda/{}/", project.package("api/user"))]
    {
        let template = format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  User:\n    Type: AWS::Serverless::Function\n    \
             Metadata: {{BuildMethod: rust-cargolambda}}\n    Properties:\n      CodeUri: {code_uri}\n      \
             MemorySize: 1769\n      Events:\n        E: {{Type: HttpApi, Properties: {{Path: /api/user}}}}\n"
        );
        project.write("template.yaml", &template);
        let synced = Program::start(&project, &["sync"]).end();
        assert_eq!(synced.code, Some(0), "{}", synced.text);
        assert_eq!(fs::read_to_string(project.path("template.yaml")).unwrap(), template);
        let served = ServedProject::start(&project);
        assert_eq!(served.get("/api/user").status_and_text(), (200, "1769".to_owned()), "{code_uri}");
        assert!(!served.log().contains("warning"), "{}", served.log());
    }
}

#[test]
fn a_browser_at_the_printed_address_sees_the_routes() {
    let project = Project::new().answering("api/user", "\"ok\"").answering("api/posts/[id]", "\"ok\"");
    let served =
        ServedProject::start_with(project.root(), |config| config.front_doors = vec![HttpApi, RestApi]);
    let open = |target: &str| get(target).header("accept", "text/html,*/*;q=0.8");
    for (kind, address, status, link) in [
        (HttpApi, "/", 404, "/api/user"),
        (RestApi, "/Prod", 403, "/Prod/api/user"),
        (RestApi, "/", 403, "/Prod/api/user"),
    ] {
        let page = open(address).send(served.at(kind));
        assert_eq!((page.status, page.header("x-emulator-error")), (status, Some("no-route")), "{kind:?}");
        assert!(page.text().contains(&format!("<a href=\"{link}\">")), "{}", page.text());
        assert!(page.text().contains("<code>/api/posts/[id]</code>"), "{}", page.text());
    }
    // Programs get AWS's answer, and so do browsers at other paths.
    for request in [get("/"), open("/api/nobody")] {
        let answer = request.send(served.at(HttpApi));
        assert_eq!(answer.status_and_text(), (404, r#"{"message":"Not Found"}"#.to_owned()));
    }
}

#[test]
fn route_at_the_root_replaces_the_page() {
    let mut project = Project::new();
    project.add("index", "\"home\"");
    let served = ServedProject::start(&project);
    let answer = served.send(&get("/").header("accept", "text/html"));
    assert_eq!((answer.status, answer.header("x-emulator-error")), (200, None), "{}", answer.text());
}
