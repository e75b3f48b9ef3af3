//! A table with one fault for each rule.

use crate::agreement::Rule;
use crate::agreement::fixture::{http, resource};

/// A row: folders, resources, the finding, and the text at its position.
pub(super) struct Row {
    pub(super) rule: Rule,
    pub(super) folders: &'static [&'static str],
    pub(super) resources: String,
    pub(super) at: &'static str,
    pub(super) says: &'static str,
}

fn row(
    rule: Rule,
    folder: &'static [&'static str],
    resources: String,
    at: &'static str,
    says: &'static str,
) -> Row {
    Row { rule, folders: folder, resources, at, says }
}

/// Writes the function of `api/a`, with its route key and `properties`.
pub(super) fn with(properties: &str) -> String {
    resource(
        "A",
        "api-a",
        &format!("Events: {{E0: {{Type: HttpApi, Properties: {{Path: /api/a}}}}}}, {properties}"),
    )
}

/// The function of `api/a` with a further event.
fn event(kind: &str, properties: &str) -> String {
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    let events = format!("Events: {{{first}, E1: {{Type: {kind}, Properties: {{{properties}}}}}}}");
    resource("A", "api-a", &events)
}

/// A function without a `Binary`.
fn folder(logical_id: &str, code_uri: &str, properties: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    Properties: {{CodeUri: {code_uri}, {properties}}}\n"
    )
}

/// The API `Api`.
fn api(kind: &str, properties: &str) -> String {
    format!("  Api: {{Type: AWS::Serverless::{kind}, Properties: {{StageName: v1, {properties}}}}}\n")
}

fn path(path: &str) -> String {
    event("HttpApi", &format!("Method: GET, Path: {path}"))
}

/// Two more events of the same API.
pub(super) fn pair(kind: &str, one: &str, other: &str) -> String {
    let of = |name: &str, path: &str| {
        let (method, path) = path.split_once(' ').unwrap();
        format!("{name}: {{Type: {kind}, Properties: {{Method: {method}, Path: '{path}'}}}}")
    };
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    resource("A", "api-a", &format!("Events: {{{first}, {}, {}}}", of("E1", one), of("E2", other)))
}

pub(super) fn rest(endpoint: &str, timeout: u32) -> String {
    let api = format!("  Rest: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {endpoint}}}}}\n");
    let event =
        event("Api", &format!("RestApiId: !Ref Rest, Method: GET, Path: /api/a, TimeoutInMillis: {timeout}"));
    api + &event
}

pub(super) fn many(kind: &str, count: usize) -> String {
    let api = if kind == "Api" {
        "  Many: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"
    } else {
        "  Many: {Type: AWS::Serverless::HttpApi}\n"
    };
    let id = if kind == "Api" { "RestApiId" } else { "ApiId" };
    let event = |number: usize| {
        format!("E{number}: {{Type: {kind}, Properties: {{{id}: !Ref Many, Method: GET, Path: /x{number}}}}}")
    };
    let events: Vec<_> = (1..=count).map(event).collect();
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    format!("{api}{}", resource("A", "api-a", &format!("Events: {{{first}, {}}}", events.join(", "))))
}

fn topics(count: usize) -> String {
    let topics: Vec<_> =
        (0..count).map(|number| format!("  T{number}: {{Type: AWS::SNS::Topic}}\n")).collect();
    topics.concat()
}

/// A REST API whose document has a mock method, and a function with an event of it.
pub(super) fn documented(path: &str, method: &str, event: &str) -> String {
    let mock = "{type: mock, responses: {default: {statusCode: 200}}}";
    let paths = format!("{{'{path}': {{{method}: {{x-amazon-apigateway-integration: {mock}}}}}}}");
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    let event = format!("E1: {{Type: Api, Properties: {{RestApiId: !Ref Doc, Method: GET, {event}}}}}");
    format!(
        "  Doc: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, DefinitionBody: {{paths: {paths}}}}}}}\n{}",
        resource("A", "api-a", &format!("Events: {{{first}, {event}}}"))
    )
}

pub(super) const A: &[&str] = &["api/a"];

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn rows() -> Vec<Row> {
    use Rule::*;
    let plain = "  A:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildProperties: {Binary: api-a}}\n    \
                 Properties: {Events: {E0: {Type: HttpApi, Properties: {Path: /api/a}}}}\n";
    vec![
        row(BrokenTemplate, A, "  A: {\n".to_owned(), "", "not YAML: "),
        row(
            RepeatedKey,
            A,
            with("Tracing: Active, MemorySize: 128, Tracing: PassThrough"),
            "Tracing: P",
            "`Tracing` is at line 5 too",
        ),
        row(
            UnquotedScalar,
            A,
            with("Environment: {Variables: {VERSION: 1.10}}"),
            "1.10",
            "`VERSION` is `1.1` on AWS: SAM reads `1.10` so where it has no quotes",
        ),
        row(
            RefusedValue,
            A,
            with("Timeout: 901"),
            "901",
            "`Timeout` must be a whole number of seconds from 1 to 900",
        ),
        row(
            MissingFunction,
            A,
            String::new(),
            "Resources:",
            "`/api/a` is not deployed: no function has `Binary: api-a`",
        ),
        row(
            MissingRouteKey,
            A,
            resource("A", "api-a", ""),
            "A:",
            "`A` has no event for `ANY /api/a`, as its folder `/api/a` says",
        ),
        row(
            RenamedVariable,
            &["api/[id]"],
            resource("I", "api-id", &http(&[("GET", "/api/{post}")])),
            "'/api/{post}'",
            "`E0` of `I` has the path `/api/{post}`, where the folder says `/api/{id}`",
        ),
        row(
            StaleFunction,
            &[],
            resource("Gone", "api-gone", &http(&[("GET", "/api/gone")])),
            "Gone:",
            "`Gone` is the binary `api-gone`, which no package of the workspace builds",
        ),
        row(
            StaleFunction,
            &[],
            folder("Gone", "functions/api/gone", &http(&[("GET", "/api/gone")])),
            "Gone:",
            "`Gone` has the `CodeUri` `functions/api/gone`, and that folder is gone",
        ),
        row(
            StaleCodeUri,
            A,
            with("CodeUri: functions/api/old"),
            "A:",
            "`A` has the `CodeUri` `functions/api/old`, where no package is any more",
        ),
        row(
            BuildMethod,
            A,
            folder("A", "functions/api/a", &http(&[("GET", "/api/a")])),
            "A:",
            "`A` does not say how it is built",
        ),
        row(
            SharedBinary,
            A,
            with("") + &resource("B", "api-a", ""),
            "B:",
            "`B` has the binary of `A`: it is unclear which of them is the route",
        ),
        row(BuildMethod, A, plain.to_owned(), "A:", "`A` does not say how it is built"),
        row(
            BuildMethod,
            A,
            plain.replace("{BuildProperties", "{BuildMethod: makefile, BuildProperties"),
            "A:",
            "`A` is built by `makefile`, which knows nothing of `Binary`",
        ),
        row(
            ReservedVariable,
            A,
            with("Environment: {Variables: {AWS_REGION: here}}"),
            "AWS_REGION",
            "`AWS_REGION` is set by Lambda itself: use another name",
        ),
        row(
            VariableName,
            A,
            with("Environment: {Variables: {1A: x}}"),
            "1A",
            "`1A` is not a valid variable name",
        ),
        row(
            EnvironmentSize,
            A,
            with(&format!("Environment: {{Variables: {{LONG: {}}}}}", "x".repeat(4096))),
            "A:",
            "the variables take 4107 bytes: Lambda allows 4096",
        ),
        row(
            SnapStart,
            A,
            with("SnapStart: {ApplyOn: PublishedVersions}"),
            "PublishedVersions",
            "AWS does not support `SnapStart` for a .zip file on an OS-only runtime: here the function starts without it",
        ),
        row(
            FunctionTimeout,
            A,
            with("Timeout: 31"),
            "31",
            "a function may run for 31 s here, and its API waits for 30 s",
        ),
        row(NoLeadingSlash, A, path("api/b"), "api/b", "the path `api/b` does not begin with a slash"),
        row(TrailingSlash, A, path("/api/b/"), "/api/b/", "the path `/api/b/` ends in a slash"),
        row(EmptySegment, A, path("/api//b"), "/api//b", "the path `/api//b` has an empty segment"),
        row(
            PartialVariable,
            A,
            path("'/api/u{id}'"),
            "'/api/u{id}'",
            "`u{id}` is a variable in a part of a segment",
        ),
        row(UnsupportedPath, A, path("/api/café"), "/api/café", "API Gateway does not take `café` in a path"),
        row(
            GreedyNotLast,
            A,
            path("'/api/{all+}/b'"),
            "'/api/{all+}/b'",
            "the greedy `{all+}` is not the last segment",
        ),
        row(RepeatedVariable, A, path("'/api/{b}/{b}'"), "'/api/{b}/{b}'", "the path names `b` twice"),
        row(
            UnknownMethod,
            A,
            event("HttpApi", "Method: TRACE, Path: /api/b"),
            "/api/b",
            "`TRACE` is not a method of a route",
        ),
        row(
            UnroutedEvent,
            A,
            documented("/api/b", "get", "Path: /api/a"),
            "/api/a",
            "`GET /api/a` is not in the OpenAPI document of `Doc`, so SAM makes no route of this event",
        ),
        row(
            RestDefault,
            A,
            event("Api", "Method: ANY, Path: $default"),
            "$default",
            "a REST API has no `$default` route",
        ),
        row(
            DuplicateRouteKey,
            A,
            pair("HttpApi", "GET /api/{x}", "GET /api/{y}"),
            "'/api/{y}'",
            "`GET /api/{x}` and `GET /api/{y}` are the same route: remove one of them (`E2` of `A`, and `E1` of `A`)",
        ),
        row(
            DuplicateRouteKey,
            A,
            pair("Api", "GET /x", "GET /x"),
            "'/x'",
            "are the same method of a REST API",
        ),
        row(
            DuplicateRouteKey,
            A,
            pair("Api", "GET /x", "GET /x/"),
            "'/x/'",
            "`GET /x` and `GET /x` are the same method of a REST API: remove one of them (`E2` of `A`, and `E1` of `A`)",
        ),
        row(
            ConflictingVariables,
            A,
            pair("HttpApi", "GET /api/{x}", "POST /api/{y}"),
            "'/api/{y}'",
            "`GET /api/{x}` and `POST /api/{y}` name the variable in one place differently",
        ),
        row(
            ConflictingVariables,
            A,
            pair("Api", "GET /api/{x}", "POST /api/{y}/z"),
            "'/api/{y}/z'",
            "have different variables in the same place, and a REST API takes one",
        ),
        row(
            DifferingVariables,
            A,
            pair("HttpApi", "GET /api/{x}", "POST /api/{y}/z"),
            "'/api/{y}/z'",
            "name the variable in one place differently",
        ),
        row(
            OpenRoute,
            A,
            event("Api", "Method: GET, Path: /x, RestApiId: !Ref Api, Auth: {Authorizer: NONE}")
                + &api("Api", "Auth: {DefaultAuthorizer: AWS_IAM}"),
            "/x, RestApiId",
            "everybody may call `GET /x`, although the API has the authorizer `AWS_IAM` for its routes",
        ),
        row(
            UnusedAuthorizer,
            A,
            event("Api", "Method: GET, Path: /x, RestApiId: !Ref Api")
                + &api("Api", "Auth: {Authorizers: {G: {FunctionArn: !GetAtt A.Arn}}}"),
            "G: {FunctionArn",
            "no route of `Api` asks the authorizer `G`",
        ),
        row(
            IgnoredAuth,
            A,
            event("Api", "Method: GET, Path: /x, RestApiId: !Ref Api, Auth: {Authorizer: AWS_IAM}")
                + &api("Api", "DefinitionBody: {openapi: 3.0.1, paths: {/x: {get: {}}}}"),
            "{Authorizer: AWS_IAM}",
            "SAM ignores this `Auth`, since the API takes its routes from an OpenAPI document",
        ),
        row(
            UninvokableAuthorizer,
            A,
            with("")
                + &api(
                    "HttpApi",
                    "Auth: {Authorizers: {G: {FunctionArn: !GetAtt A.Arn, AuthorizerPayloadFormatVersion: '2.0'}}}",
                ),
            "{FunctionArn",
            "the API may not invoke the authorizer `G`, so that AWS answers 500 to each request",
        ),
        row(
            UselessScopes,
            A,
            event(
                "Api",
                "Method: GET, Path: /x, RestApiId: !Ref Api, Auth: {Authorizer: G, AuthorizationScopes: [s]}",
            ) + &api("Api", "Auth: {Authorizers: {G: {FunctionArn: !GetAtt A.Arn}}}"),
            "G, AuthorizationScopes",
            "the scopes of this route do nothing: `G` judges no token",
        ),
        row(
            RefusedIssuer,
            A,
            with("")
                + &api(
                    "HttpApi",
                    "Auth: {Authorizers: {J: {IdentitySource: $request.header.A, JwtConfiguration: {issuer: 'http://i.example'}}}}",
                ),
            "'http://i.example'",
            "AWS refuses the issuer `http://i.example`: write an absolute `https` URL",
        ),
        row(
            IntegrationTimeout,
            A,
            event("HttpApi", "Path: /api/b, TimeoutInMillis: 30001"),
            "30001",
            "`TimeoutInMillis` must be a whole number of milliseconds from 50 to 30000",
        ),
        row(
            IntegrationTimeout,
            A,
            rest("", 29_001),
            "29001",
            "a REST API waits for 29000 ms at most, which its quota",
        ),
        row(
            LongIntegrationTimeout,
            A,
            rest("EndpointConfiguration: {Type: REGIONAL}", 29_001),
            "29001",
            "a REST API waits for 29000 ms at most, unless its quota is raised",
        ),
        row(
            TooManyRoutes,
            A,
            many("HttpApi", 301),
            "Many:",
            "`Many` has 301, and an HTTP API has 300 routes at most",
        ),
        row(
            TooManyResources,
            A,
            many("Api", 300),
            "Many:",
            "`Many` has 301, and a REST API has 300 resources at most",
        ),
        row(
            StackSize,
            A,
            with("") + &topics(500),
            "Resources:",
            "SAM makes 505 resources or more of this template, and a stack has 500 at most",
        ),
        row(
            ConflictingFolders,
            &["api/[a]", "api/[b]/c"],
            String::new(),
            "",
            "You cannot use different slug names",
        ),
        row(
            InvalidRoute,
            &["api/[[id]]"],
            String::new(),
            "",
            "`functions/api/[[id]]` is not a route: Optional route",
        ),
        row(
            DivergingFolders,
            &["api/a/[...rest]", "api/[x]/b"],
            String::new(),
            "",
            "`/api/a/b` goes to `functions/api/[x]/b`, where Next.js would choose `functions/api/a/[...rest]`",
        ),
    ]
}
