use crate::aws::{Cors, FrontDoorKind};
use crate::template::{Api, Caller, Template, TemplateError};

/// Reads a template with these globals and resources, above a function with an event of each kind.
fn parse(globals: &str, resources: &str) -> Result<Template, TemplateError> {
    let function = "{Type: AWS::Serverless::Function, Metadata: {BuildProperties: {Binary: a}}, Properties: {Events: \
                    {H: {Type: HttpApi, Properties: {Path: /a}}, R: {Type: Api, Properties: {Method: GET, Path: /a}}}}}";
    let text = format!("Globals: {{{globals}}}\nResources:\n  F: {function}\n  {resources}\n");
    Template::parse(&text, "template.yaml")
}

fn api(globals: &str, resources: &str, logical_id: &str) -> Api {
    let template = parse(globals, resources).unwrap();
    assert_eq!(template.warnings, []);
    template.apis.into_iter().find(|api| api.logical_id == logical_id).unwrap()
}

fn http_api(properties: &str) -> String {
    format!("Http: {{Type: AWS::Serverless::HttpApi, Properties: {{{properties}}}}}")
}

fn rest_api(properties: &str) -> String {
    format!("Rest: {{Type: AWS::Serverless::Api, Properties: {{{properties}}}}}")
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).into()
}

#[test]
fn sam_makes_the_apis_that_events_do_not_name() {
    let apis = parse("", "T: {Type: AWS::DynamoDB::Table}").unwrap().apis;
    let known: Vec<_> =
        apis.iter().map(|api| (api.kind, api.logical_id.as_str(), api.stage.as_str())).collect();
    let expected = [
        (FrontDoorKind::HttpApi, "ServerlessHttpApi", "$default"),
        (FrontDoorKind::RestApi, "ServerlessRestApi", "Prod"),
    ];
    assert_eq!(known, expected);
    let globals = "HttpApi: {CorsConfiguration: true}, Api: {BinaryMediaTypes: [image~1png]}";
    assert_eq!(api(globals, "", "ServerlessRestApi").binary_media_types, ["image/png"]);
    assert_eq!(api(globals, "", "ServerlessHttpApi").cors.unwrap().allow_origins, ["*"]);
}

#[test]
fn api_has_a_stage() {
    assert_eq!(api("", &http_api(""), "Http").stage, "$default");
    assert_eq!(api("", &http_api("StageName: v1"), "Http").stage, "v1");
    assert_eq!(api("", &rest_api("StageName: Prod"), "Rest").stage, "Prod");
}

#[test]
fn cors_is_a_map_or_true_for_every_origin() {
    let all = Cors {
        allow_origins: texts(["https://a.example", "http://*"]),
        allow_methods: texts(["GET", "POST"]),
        allow_headers: texts(["content-type"]),
        expose_headers: texts(["etag"]),
        allow_credentials: true,
        max_age: Some(300),
    };
    let everyone = Cors { allow_origins: texts(["*"]), ..Cors::default() };
    for (configuration, expected) in [
        (
            "{AllowOrigins: ['https://a.example', 'http://*'], AllowMethods: [GET, POST], AllowHeaders: [content-type], \
             ExposeHeaders: [etag], AllowCredentials: true, MaxAge: 300}",
            Some(all),
        ),
        ("true", Some(everyone.clone())),
        ("false", None),
        ("{AllowOrigins: ['*'], MaxAge: -1}", Some(everyone)),
    ] {
        let cors = api("", &http_api(&format!("CorsConfiguration: {configuration}")), "Http").cors;
        assert_eq!(cors, expected, "{configuration}");
    }
    assert_eq!(api("", &http_api(""), "Http").cors, None);
}

#[test]
fn globals_are_merged_as_sam_does() {
    let globals = "HttpApi: {CorsConfiguration: {AllowOrigins: ['https://a.example'], AllowMethods: [GET], MaxAge: 5}}, \
                   Api: {BinaryMediaTypes: [image~1png]}";
    let own = "CorsConfiguration: {AllowOrigins: ['https://b.example'], MaxAge: 7}";
    let cors = api(globals, &http_api(own), "Http").cors.unwrap();
    assert_eq!(cors.allow_origins, ["https://a.example", "https://b.example"]);
    assert_eq!((cors.allow_methods, cors.max_age), (texts(["GET"]), Some(7)));
    assert_eq!(api(globals, &http_api("CorsConfiguration: false"), "Http").cors, None);
    let rest = api(globals, &rest_api("StageName: v1, BinaryMediaTypes: ['*~1*']"), "Rest");
    assert_eq!(rest.binary_media_types, ["image/png", "*/*"]);
}

#[test]
fn foreign_api_ignores_globals() {
    let function = "G: {Type: AWS::Serverless::Function, Metadata: {BuildProperties: {Binary: b}}, Properties: \
                    {Events: {H: {Type: HttpApi, Properties: {Path: /b, ApiId: !Ref Elsewhere}}}}}";
    assert_eq!(api("HttpApi: {CorsConfiguration: true}", function, "Elsewhere").cors, None);
}

/// The headers of the preflight answer for a path with these methods.
fn preflight(globals: &str, properties: &str, methods: &[&str]) -> String {
    let rest = rest_api(&format!("StageName: v1, {properties}"));
    let preflight = api(globals, &rest, "Rest").preflight;
    let Some(preflight) = preflight else { return "none".to_owned() };
    let answer = preflight.answer(&methods.iter().copied().collect());
    assert_eq!((answer.status, &*answer.body), (200, "{}\n"));
    let short = |name: &str| name.replace("Access-Control-", "").replace("Allow-", "");
    let headers = answer.headers.iter().map(|(name, value)| format!("{}: {value}", short(name)));
    headers.collect::<Vec<_>>().join("; ")
}

/// The result of aws-sam-translator 1.115.
#[test]
fn rest_api_cors_gives_each_path_a_preflight() {
    for (globals, properties, methods, expected) in [
        ("", "", "GET", "none"),
        ("", "Cors: ''", "GET", "none"),
        ("", "Cors: {}", "GET", "none"),
        ("", "Cors: \"'*'\"", "GET", "Origin: *; Methods: GET,OPTIONS"),
        ("", "Cors: \"'*'\"", "POST GET", "Origin: *; Methods: GET,OPTIONS,POST"),
        ("", "Cors: \"'*'\"", "ANY GET", "Origin: *; Methods: DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"),
        ("", "Cors: {AllowMethods: \"'GET'\"}", "POST", "Origin: *; Methods: GET"),
        ("", "Cors: {AllowMethods: ''}", "POST", "Origin: *; Methods: OPTIONS,POST"),
        (
            "",
            "Cors: {AllowOrigin: \"'https://a.example'\", AllowMethods: \"'GET, PUT'\", AllowHeaders: \"'X, Y'\", MaxAge:              \"'600'\", AllowCredentials: true}",
            "GET",
            "Origin: https://a.example; Headers: X, Y; Methods: GET, PUT; Max-Age: 600; Credentials: true",
        ),
        ("", "Cors: {MaxAge: 600}", "GET", "Origin: *; Methods: GET,OPTIONS; Max-Age: 600"),
        ("", "Cors: {AllowCredentials: false}", "GET", "Origin: *; Methods: GET,OPTIONS"),
        ("", "Cors: {AllowCredentials: 'true'}", "GET", "Origin: *; Methods: GET,OPTIONS"),
        ("Api: {Cors: \"'*'\"}", "", "GET", "Origin: *; Methods: GET,OPTIONS"),
        ("Api: {Cors: \"'*'\"}", "Cors: \"'b'\"", "GET", "Origin: b; Methods: GET,OPTIONS"),
        (
            "Api: {Cors: {AllowOrigin: \"'a'\", MaxAge: \"'1'\"}}",
            "Cors: {MaxAge: \"'2'\"}",
            "GET",
            "Origin: a; Methods: GET,OPTIONS; Max-Age: 2",
        ),
    ] {
        let methods: Vec<_> = methods.split(' ').collect();
        assert_eq!(preflight(globals, properties, &methods), expected, "{globals} {properties}");
    }
    let globals = "Api: {Cors: \"'*'\"}";
    assert!(api(globals, "", "ServerlessRestApi").preflight.is_some());
    assert_eq!(api(globals, &http_api("Cors: \"'*'\""), "Http").preflight, None);
}

#[test]
fn target_group_names_the_load_balancer_targets() {
    let is_called = |kind: &str, id: &str| {
        let properties = format!("{{TargetType: lambda, Targets: [{{Id: {id}}}]}}");
        let group = format!("G: {{Type: AWS::ElasticLoadBalancingV2::{kind}, Properties: {properties}}}");
        parse("", &group).unwrap().functions[0].called_by == Some(Caller::LoadBalancer)
    };
    for id in ["!GetAtt F.Arn", "{'Fn::GetAtt': [F, Arn]}", "!GetAtt [F, Arn]", "!Ref F.Alias"] {
        assert!(is_called("TargetGroup", id), "{id}");
    }
    assert!(!is_called("TargetGroup", "!GetAtt G.Arn"));
    assert!(!is_called("ListenerRule", "!GetAtt F.Arn"));
}

#[test]
fn target_group_says_whether_headers_come_as_lists() {
    let target_group = |value: &str| {
        let attributes = format!("[{{Key: lambda.multi_value_headers.enabled, Value: {value}}}]");
        let properties = format!("{{TargetType: lambda, TargetGroupAttributes: {attributes}}}");
        let group =
            format!("G: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {properties}}}");
        parse("", &group).unwrap().multi_value_headers
    };
    assert!(target_group("true") && target_group("'true'"));
    assert!(!target_group("false") && !parse("", "").unwrap().multi_value_headers);
}

#[test]
fn settings_that_only_aws_can_tell_are_left_out() {
    for (resource, expected) in [
        (
            http_api("StageName: !Ref Stage"),
            "`StageName` is `!Ref`, which only AWS can tell: the emulator takes `$default`",
        ),
        (
            rest_api("StageName: !Ref Stage"),
            "`StageName` is `!Ref`, which only AWS can tell: the emulator takes `Prod`",
        ),
        (
            http_api("CorsConfiguration: !Ref Cors"),
            "`CorsConfiguration` is `!Ref`, which only AWS can tell: the emulator takes no CORS",
        ),
        (
            rest_api("StageName: v1, Cors: !Ref Cors"),
            "`Cors` is `!Ref`, which only AWS can tell: the emulator takes no CORS",
        ),
        (
            rest_api("StageName: v1, Cors: {AllowOrigin: !Sub \"'https://${Domain}'\"}"),
            "`AllowOrigin` is `!Sub`, which only AWS can tell: the emulator takes no such header",
        ),
        (
            rest_api("StageName: v1, Cors: stageVariables.origin"),
            "`Cors` is `stageVariables.origin`, which the emulator does not resolve: it leaves the header out",
        ),
        (
            http_api("CorsConfiguration: {AllowOrigins: [!Sub 'https://${Domain}']}"),
            "`AllowOrigins` is `!Sub`, which only AWS can tell: the emulator takes none",
        ),
    ] {
        let warnings = parse("", &resource).unwrap().warnings;
        let messages: Vec<_> = warnings.into_iter().map(|warning| warning.message).collect();
        assert_eq!(messages, [expected], "{resource}");
    }
}

#[test]
fn what_api_gateway_refuses_is_an_error_at_its_place() {
    for (resource, expected) in [
        (rest_api(""), "4:3: a REST API needs a `StageName`, which its URLs begin with"),
        (rest_api("StageName: a/b"), "4:62: `StageName` must be 1 to 128 letters, digits, `_` or `-`"),
        (rest_api("StageName: v1, BinaryMediaTypes: image~1png"), "4:84: `BinaryMediaTypes` must be a list"),
        (rest_api("StageName: v1, Cors: true"), "4:72: `Cors` must be a text, `\"'*'\"`, or a map"),
        (
            rest_api("StageName: v1, Cors: '*'"),
            "4:72: `Cors` needs quotes within its text, which API Gateway takes off: write `\"'*'\"`",
        ),
        (
            rest_api("StageName: v1, Cors: {AllowHeaders: X-A}"),
            "4:87: `AllowHeaders` needs quotes within its text, which API Gateway takes off: write `\"'X-A'\"`",
        ),
        (
            rest_api("StageName: v1, Cors: {AllowOrigins: \"'*'\"}"),
            "4:73: `AllowOrigins` is not among `AllowOrigin`, `AllowHeaders`, `AllowMethods`, `MaxAge`, `AllowCredentials`",
        ),
        (
            rest_api("StageName: v1, Cors: {AllowCredentials: true}"),
            "4:72: `AllowCredentials` cannot be `true` for every origin: name one in `AllowOrigin`",
        ),
        (
            rest_api("StageName: v1, DefinitionUri: a.yaml, Cors: \"'*'\""),
            "4:95: `Cors` does nothing for a `DefinitionUri`, and SAM refuses it: write it into the document",
        ),
        (http_api("StageName: a.b"), "4:66: `StageName` must be 1 to 128 letters, digits, `_` or `-`"),
        (http_api("CorsConfiguration: always"), "4:74: `CorsConfiguration` must be `true` or `false`"),
        (http_api("CorsConfiguration: {AllowOrigins: '*'}"), "4:89: `AllowOrigins` must be a list"),
        (
            http_api("CorsConfiguration: {AllowOrigins: ['*'], AllowCredentials: true}"),
            "4:74: `AllowCredentials` cannot be `true` for every origin: name them in `AllowOrigins`",
        ),
        (
            http_api("CorsConfiguration: {MaxAge: 90000}"),
            "4:83: `MaxAge` must be a whole number of seconds from 0 to 86400",
        ),
        (
            http_api("CorsConfiguration: {Origins: ['*']}"),
            "4:75: `Origins` is not among `AllowOrigins`, `AllowMethods`, `AllowHeaders`, `ExposeHeaders`, \
             `AllowCredentials`, `MaxAge`",
        ),
    ] {
        let error = parse("", &resource).unwrap_err().to_string();
        assert_eq!(error, format!("template.yaml:{expected}"), "{resource}");
    }
}

#[test]
fn only_literal_domain_names_are_read() {
    let text = "Resources:
  A: {Type: AWS::Serverless::HttpApi, Properties: {Domain: {DomainName: a.example.com, CertificateArn: c}}}
  B: {Type: AWS::Serverless::Api, Properties: {StageName: p, Domain: {DomainName: !Ref Name, CertificateArn: c}}}
  C: {Type: AWS::ApiGatewayV2::DomainName, Properties: {DomainName: '*.example.org'}}
  D: {Type: AWS::ApiGateway::DomainName, Properties: {DomainName: d.example.com}}
  E: {Type: AWS::S3::Bucket, Properties: {DomainName: e.example.com}}";
    let template = Template::parse(text, "template.yaml").unwrap();
    assert_eq!(template.domain_names, ["a.example.com", "*.example.org", "d.example.com"]);
}
