use crate::aws::{Cors, FrontDoorKind};
use crate::template::{Caller, Template, TemplateFunction};

const F: &str = "Fn";

/// A template with an API whose document has these paths, and the function `Fn` with these properties.
fn text(kind: &str, api: &str, body: &str, function: &str) -> String {
    let metadata = "Metadata: {BuildProperties: {Binary: f}}";
    format!(
        "Resources:\n  Fn: {{Type: AWS::Serverless::Function, {metadata}, Properties: {{{function}}}}}\n  \
         Alias: {{Type: AWS::Lambda::Alias, Properties: {{FunctionName: !Ref Fn, Name: live}}}}\n  \
         Api:\n    Type: AWS::Serverless::{kind}\n    Properties:\n      StageName: v1\n{api}      DefinitionBody:\n{body}"
    )
}

fn parse(kind: &str, api: &str, body: &str, function: &str) -> Template {
    let text = text(kind, api, body, function);
    Template::parse(&text, "template.yaml").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn function(template: &Template) -> &TemplateFunction {
    template.functions.iter().find(|function| function.logical_id == F).unwrap()
}

/// Returns each event as `key`, or as `api key` if its API is not `Api`.
fn keys(template: &Template) -> Vec<String> {
    let key = |event: &crate::template::Event| match event.api.as_str() {
        "Api" => event.route_key.clone(),
        api => format!("{api} {}", event.route_key),
    };
    function(template).events.iter().map(key).collect()
}

fn warnings(template: &Template) -> Vec<String> {
    let warnings = template.warnings.iter();
    warnings.map(|warning| format!("{}:{}", warning.place.line, warning.message)).collect()
}

const URI: &str =
    "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations'";

/// A path with methods that lead to `Fn`.
fn path(path: &str, methods: &[&str]) -> String {
    let method = |method: &&str| {
        operation(method, &format!("type: aws_proxy, payloadFormatVersion: '2.0', uri: {URI}"))
    };
    format!("          {path}:\n{}", methods.iter().map(method).collect::<String>())
}

fn operation(method: &str, integration: &str) -> String {
    format!("            {method}:\n              x-amazon-apigateway-integration: {{{integration}}}\n")
}

fn document(paths: &str) -> String {
    format!("        openapi: 3.0.1\n        paths:\n{paths}")
}

#[test]
fn operations_that_lead_to_a_function_are_its_events() {
    let paths = path("/a", &["get", "POST", "x-amazon-apigateway-any-method", "parameters"])
        + &path("'/b/{id}/'", &["put"])
        + &path("$default", &["x-amazon-apigateway-any-method"]);
    let http = parse("HttpApi", "", &document(&paths), "");
    assert_eq!(keys(&http), ["GET /a", "POST /a", "ANY /a", "PUT /b/{id}/", "$default"]);
    assert_eq!(warnings(&http), [""; 0]);
    let rest = parse("Api", "", &document(&paths), "");
    assert_eq!(keys(&rest), ["GET /a", "POST /a", "ANY /a", "PUT /b/{id}", "$default"]);
    let event = &function(&rest).events[0];
    assert_eq!((event.kind, event.place.line, event.is_of_document()), (FrontDoorKind::RestApi, 12, true));
    assert_eq!(rest.apis[0].route_keys[..2], ["GET /a", "POST /a"]);
}

#[test]
fn uri_names_its_function_in_many_ways() {
    let arn = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/";
    for (uri, is_it) in [
        (format!("!Sub '{arn}${{Fn.Arn}}/invocations'"), true),
        (format!("!Sub '{arn}${{Fn.Arn}}:live/invocations'"), true),
        (format!("!Sub '{arn}${{Fn.Alias}}/invocations'"), true),
        (format!("!Sub '{arn}${{Alias}}/invocations'"), true),
        (format!("!Sub '{arn}${{FnAliasprod}}/invocations'"), true),
        (format!("!Sub ['{arn}${{Name}}/invocations', {{Name: !GetAtt Fn.Arn}}]"), true),
        (format!("{{Fn::Sub: '{arn}${{Fn.Arn}}/invocations'}}"), true),
        (format!("!Join ['', ['{arn}', !GetAtt Fn.Arn, /invocations]]"), true),
        (format!("!Join ['', ['{arn}', !GetAtt [Fn, Arn], /invocations]]"), true),
        ("!GetAtt Fn.Arn".to_owned(), true),
        (
            format!("!Sub '{arn}arn:aws:lambda:us-east-1:${{AWS::AccountId}}:function:posts/invocations'"),
            true,
        ),
        (format!("'{arn}arn:aws:lambda:us-east-1:1:function:posts:live/invocations'"), true),
        (format!("'{arn}arn:aws:lambda:us-east-1:1:function:others/invocations'"), false),
        (format!("!Sub '{arn}${{Other.Arn}}/invocations'"), false),
        (format!("!Sub '{arn}${{FnAlias}}/invocations'"), false),
    ] {
        let operation = operation("get", &format!("type: AWS_PROXY, uri: {uri}"));
        let body = document(&format!("          /a:\n{operation}"));
        let template = parse("Api", "", &body, "FunctionName: posts, AutoPublishAlias: prod");
        assert_eq!(keys(&template).len(), usize::from(is_it), "{uri}");
    }
}

#[test]
fn integration_says_how_its_function_is_called() {
    let event = |kind: &str, settings: &str| {
        let operation = operation("get", &format!("type: aws_proxy, {settings}"));
        let template = parse(kind, "", &document(&format!("          /a:\n{operation}")), "");
        let event = &function(&template).events[0];
        let format = if event.payload_format == crate::aws::PayloadFormat::V1 { 1 } else { 2 };
        let timeout = event.timeout.map(|timeout| timeout.as_millis());
        (format, timeout, event.streams, warnings(&template).len())
    };
    let uri = format!("uri: {URI}");
    let streaming = uri.replace("/invocations", "/response-streaming-invocations");
    for (kind, settings, expected) in [
        ("HttpApi", format!("{uri}, payloadFormatVersion: '1.0'"), (1, None, false, 0)),
        ("HttpApi", format!("{uri}, payloadFormatVersion: 2.0"), (2, None, false, 0)),
        ("HttpApi", uri.clone(), (2, None, false, 1)),
        (
            "HttpApi",
            format!("{uri}, payloadFormatVersion: '2.0', timeoutInMillis: 900"),
            (2, Some(900), false, 0),
        ),
        ("Api", format!("{uri}, timeoutInMillis: 60000"), (2, Some(60_000), false, 0)),
        ("Api", format!("{uri}, responseTransferMode: STREAM"), (2, None, true, 0)),
        ("Api", streaming, (2, None, true, 0)),
        ("Api", uri.clone(), (2, None, false, 0)),
    ] {
        assert_eq!(event(kind, &settings), expected, "{kind} {settings}");
    }
}

/// The merge of aws-sam-translator 1.115.
#[test]
fn events_and_the_document_go_together_as_sam_has_it() {
    let events = |kind: &str| {
        let event = |name: &str, path: &str| {
            let api = if kind == "Api" { "RestApiId" } else { "ApiId" };
            format!(
                "{name}: {{Type: {kind}, Properties: {{{api}: !Ref Api, Method: get, Path: {path}, TimeoutInMillis: 70}}}}"
            )
        };
        format!("Events: {{{}, {}, {}}}", event("A", "/a"), event("B", "/b"), event("C", "/c"))
    };
    let open = "          /c:\n            get: {responses: {}}\n";
    let body = document(&(path("/a", &["get"]) + open));
    for (kind, api, expected) in [
        // A document's own integration stays, and an event adds the others.
        ("HttpApi", "", &["GET /b", "GET /c", "GET /a in document"][..]),
        // The event brings a permission, and no route.
        ("Api", "", &["GET /a in document"]),
        ("Api", "      MergeDefinitions: false\n", &["GET /a in document"]),
        ("Api", "      MergeDefinitions: true\n", &["GET /a", "GET /b", "GET /c"]),
    ] {
        let template = parse(kind, api, &body, &events(kind));
        let origin = |event: &crate::template::Event| {
            format!("{}{}", event.route_key, if event.is_of_document() { " in document" } else { "" })
        };
        let found: Vec<_> = function(&template).events.iter().map(origin).collect();
        assert_eq!(found, expected, "{kind} {api}");
    }
    let found = &warnings(&parse("Api", "", &body, &events("Api")))[..];
    let expected = "2:`GET /b` is not in the OpenAPI document of `Api`, so SAM makes no route of this event: add it there";
    assert_eq!(found, [expected]);
}

#[test]
fn plain_api_with_a_body_has_its_own_stage() {
    let stage = |kind: &str, id: &str| {
        format!("  Stage: {{Type: AWS::{kind}::Stage, Properties: {{{id}: !Ref Api, StageName: live}}}}\n")
    };
    for (kind, service, id, stage_name) in [
        ("RestApi", "ApiGateway", "RestApiId", "live"),
        ("RestApi", "ApiGateway", "Other", "Prod"),
        ("Api", "ApiGatewayV2", "ApiId", "live"),
        ("Api", "ApiGatewayV2", "Other", "$default"),
    ] {
        let text = text("Api", "", &document(&path("/a", &["get"])), "")
            .replace("AWS::Serverless::Api", &format!("AWS::{service}::{kind}"))
            .replace("      StageName: v1\n", "")
            .replace("DefinitionBody", "Body");
        let template = Template::parse(&(text + &stage(service, id)), "template.yaml").unwrap();
        assert_eq!(keys(&template), ["GET /a"], "{kind} {id}");
        assert_eq!(template.apis[0].stage, stage_name, "{kind} {id}");
        assert_eq!(function(&template).called_by, None, "{kind} {id}");
    }
    let without = "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}\n";
    assert_eq!(Template::parse(without, "template.yaml").unwrap().apis, []);
}

#[test]
fn foreign_code_that_a_document_calls_is_reported() {
    let body = document(&path("/a", &["get"]));
    let text = text("Api", "", &body, "Runtime: python3.13")
        .replace("Metadata: {BuildProperties: {Binary: f}}, ", "");
    let found = warnings(&Template::parse(&text, "template.yaml").unwrap());
    assert!(matches!(&found[..], [one] if one.starts_with("2:`Fn` is not served")), "{found:?}");
}

#[test]
fn mock_of_a_document_is_an_answer_of_the_api() {
    let headers = "{method.response.header.Access-Control-Allow-Origin: \"'*'\", method.response.header.X-A: \"'b c'\"}";
    for (responses, expected) in [
        (
            format!(
                "{{default: {{statusCode: '200', responseParameters: {headers}, responseTemplates: {{application/json: '{{}}'}}}}}}"
            ),
            Some("200 Access-Control-Allow-Origin: *, X-A: b c {}"),
        ),
        ("{'204': {statusCode: 204}}".to_owned(), Some("204  ")),
        ("{default: {statusCode: 200, responseTemplates: {text/plain: ok}}}".to_owned(), Some("200  ok")),
        (
            "{default: {statusCode: 200, responseTemplates: {application/json: \"$input.body\"}}}".to_owned(),
            None,
        ),
        (
            "{default: {statusCode: 200, responseParameters: {method.response.header.A: !Ref Alias}}}"
                .to_owned(),
            Some("200  "),
        ),
        ("{'200': {statusCode: 200}, '201': {statusCode: 201}}".to_owned(), None),
        ("{}".to_owned(), None),
    ] {
        let operation = operation("options", &format!("type: mock, responses: {responses}"));
        let template = parse("Api", "", &document(&format!("          /a:\n{operation}")), "");
        let mocks = template.apis[0].mocks.iter().map(|mock| {
            let headers = mock.response.headers.iter().map(|(name, value)| format!("{name}: {value}"));
            let headers = headers.collect::<Vec<_>>().join(", ");
            assert_eq!(mock.route_key, "OPTIONS /a");
            format!("{} {headers} {}", mock.response.status, mock.response.body)
        });
        assert_eq!(mocks.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>(), "{responses}");
        let is_told = expected.is_none() || responses.contains("!Ref");
        assert_eq!(template.warnings.len(), usize::from(is_told), "{responses}");
    }
}

#[test]
fn foreign_integrations_are_reported_once_an_api() {
    let paths = [("/a", "http_proxy, uri: 'https://a.example'"), ("/b", "aws"), ("/c", "aws_proxy")];
    let paths = paths
        .map(|(path, kind)| format!("          {path}:\n{}", operation("get", &format!("type: {kind}"))));
    let template = parse("Api", "", &document(&paths.concat()), "");
    let expected = "12:`Api` leads elsewhere than to a function of this template, which is not emulated, so these have no \
                    route here: `GET /a` (`http_proxy`, line 12), `GET /b` (`aws`, line 15), `GET /c` (`aws_proxy`, line 18)";
    assert_eq!(warnings(&template), [expected]);
    assert_eq!(template.apis[0].route_keys, ["GET /a", "GET /b", "GET /c"]);
}

#[test]
fn what_only_aws_can_tell_of_a_document_is_told() {
    let expected = |line: usize, name: &str| {
        format!("{line}:`{name}` is `!If`, which only AWS can tell: the emulator takes no route")
    };
    let choice = "!If [!Ref Unknown, {}, {}]";
    for (paths, warning) in [
        (format!("          /a: {choice}\n"), expected(11, "/a")),
        (format!("          /a:\n            get: {choice}\n"), expected(12, "GET /a")),
        (
            format!("          /a:\n            get: {{x-amazon-apigateway-integration: {choice}}}\n"),
            expected(12, "GET /a"),
        ),
    ] {
        assert_eq!(warnings(&parse("Api", "", &document(&paths), "")), [warning], "{paths}");
    }
}

#[test]
fn document_has_cors_types_and_authorizers() {
    let authorizer =
        |kind: &str| format!("{{type: apiKey, x-amazon-apigateway-authorizer: {{type: {kind}}}}}");
    let extensions = format!(
        "        x-amazon-apigateway-cors: {{allowOrigins: ['*'], allowMethods: [GET], maxAge: 5}}\n        \
         x-amazon-apigateway-binary-media-types: [image/png]\n        \
         securityDefinitions: {{Old: {}, Key: {{type: apiKey}}}}\n        \
         components: {{securitySchemes: {{New: {}}}}}\n",
        authorizer("TOKEN"),
        authorizer("jwt")
    );
    let body = document(&path("/a", &["get"])) + &extensions;
    let own = "      CorsConfiguration: {AllowOrigins: [https://a.example]}\n";
    for (api, origin) in [("", "*"), (own, "https://a.example")] {
        let template = parse("HttpApi", api, &body, "");
        let expected = Cors {
            allow_origins: vec![origin.to_owned()],
            allow_methods: vec!["GET".to_owned()],
            max_age: Some(5),
            ..Cors::default()
        };
        assert_eq!(template.apis[0].cors, Some(expected));
    }
    let rest = parse("Api", "      BinaryMediaTypes: [a~1b]\n", &body, "");
    assert_eq!(rest.apis[0].cors, None);
    assert_eq!(rest.apis[0].binary_media_types, ["a/b", "image/png"]);
    let authorizers = rest.apis[0].authorizers.iter();
    let found: Vec<_> = authorizers.map(|it| (it.authorizer.name.as_str(), it.place.line)).collect();
    assert_eq!(found, [("Old", 17), ("New", 18)]);
}

#[test]
fn api_whose_document_is_read_has_no_unknown_callers() {
    let read = parse("Api", "", &document(&path("/a", &["get"])), "");
    assert_eq!(function(&read).called_by, None);
    let transform =
        format!("{}        Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: a}}}}\n", "");
    let hidden = parse("Api", "", &transform, "");
    assert_eq!(function(&hidden).called_by, Some(Caller::Other));
    let by_aws = operation("get", &format!("type: aws, uri: {URI}"));
    let other = parse("Api", "", &document(&format!("          /a:\n{by_aws}")), "");
    assert_eq!(function(&other).called_by, Some(Caller::Other));
}
