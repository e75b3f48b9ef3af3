//! Security schemes and requirements of OpenAPI documents.

use std::time::Duration;

use super::shown;
use crate::aws::{AuthorizerEvent, AuthorizerKind, IdentitySource, JwtIssuer, PayloadFormat};
use crate::template::Template;

const URI: &str =
    "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations'";

/// A template whose API has a document with these schemes, members of the document, and members of `GET /a`.
fn text(kind: &str, api: &str, schemes: &str, root: &str, operation: &str, function: &str) -> String {
    let (api_type, body) = match kind {
        "RestApi" => ("AWS::ApiGateway::RestApi".to_owned(), "Body"),
        _ => (format!("AWS::Serverless::{kind}"), "DefinitionBody"),
    };
    let integration = format!("{{type: aws_proxy, payloadFormatVersion: '2.0', uri: {URI}}}");
    format!(
        "Resources:\n  Fn: {{Type: AWS::Serverless::Function, Metadata: {{BuildProperties: {{Binary: f}}}}, Properties: \
         {{{function}}}}}\n  \
         Resource: {{Type: AWS::ApiGateway::Authorizer, Properties: {{RestApiId: !Ref Api, Name: resource, Type: TOKEN, \
         AuthorizerUri: {URI}, IdentitySource: method.request.header.X}}}}\n  \
         Api:\n    Type: {api_type}\n    Properties:\n      StageName: v1\n{api}      {body}:\n        openapi: 3.0.1\n\
         {root}        components: {{securitySchemes: {{{schemes}}}}}\n        paths:\n          /a:\n            get:\n\
         {operation}              x-amazon-apigateway-integration: {integration}\n"
    )
}

fn parse(text: &str) -> Template {
    Template::parse(text, "template.yaml").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The callers of `GET /a`, and the complaints.
fn read(kind: &str, schemes: &str, root: &str, operation: &str) -> (String, Vec<String>) {
    let line = |indent: usize, text: &str| match text {
        "" => String::new(),
        _ => format!("{}{text}\n", " ".repeat(indent)),
    };
    let template = parse(&text(kind, "", schemes, &line(8, root), &line(14, operation), ""));
    let warnings = template.warnings.iter().map(|warning| warning.message.clone()).collect();
    (shown(&template.functions[0].events[0].authorization), warnings)
}

const TOKEN: &str = "t: {type: apiKey, name: X, in: header, x-amazon-apigateway-authtype: custom, \
                     x-amazon-apigateway-authorizer: {type: token, authorizerUri: !GetAtt Fn.Arn}}";

const IAM: &str =
    "iam: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}";

const KEY: &str = "key: {type: apiKey, name: x-api-key, in: header}";

const JWT: &str = "j: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt, identitySource: $request.header.Authorization, \
                   jwtConfiguration: {issuer: 'https://i.example', audience: [a]}}}";

#[test]
fn operation_inherits_the_security_of_its_document() {
    let rest = format!("{TOKEN}, {IAM}, {KEY}");
    for (kind, schemes, root, operation, expected) in [
        ("Api", &*rest, "", "", "open"),
        ("Api", &rest, "", "security: []", "open"),
        ("Api", &rest, "", "security: [{t: []}]", "t"),
        ("Api", &rest, "", "security: [{iam: []}]", "iam"),
        ("Api", &rest, "", "security: [{key: []}]", "open + key"),
        ("Api", &rest, "", "security: [{t: [], key: []}]", "t + key"),
        ("Api", &rest, "", "security: [{key: []}, {t: []}]", "t + key"),
        ("Api", &rest, "security: [{t: []}]", "", "t"),
        ("Api", &rest, "security: [{t: []}]", "security: []", "open"),
        ("Api", &rest, "security: [{t: []}]", "security: [{iam: []}]", "iam"),
        ("Api", &rest, "", "x-amazon-apigateway-auth: {type: AWS_IAM}", "AWS_IAM"),
        ("RestApi", &rest, "security: [{t: []}]", "", "t"),
        ("HttpApi", JWT, "", "security: [{j: [read, write]}]", "j [read, write]"),
        ("HttpApi", JWT, "security: [{j: []}]", "", "j"),
        ("HttpApi", IAM, "", "security: [{iam: []}]", "iam"),
    ] {
        let found = read(kind, schemes, root, operation);
        assert_eq!(found, (expected.to_owned(), Vec::new()), "{kind} {root} {operation}");
    }
}

#[test]
fn requirement_that_api_gateway_ignores_is_told() {
    let bearer = "b: {type: http, scheme: bearer}";
    for (kind, schemes, operation, expected, warning) in [
        (
            "Api",
            bearer,
            "security: [{b: []}]",
            "open",
            "`b` has no `x-amazon-apigateway-authorizer`, so API Gateway ignores it",
        ),
        (
            "HttpApi",
            KEY,
            "security: [{key: []}]",
            "open",
            "`key` has no `x-amazon-apigateway-authorizer`, so API Gateway ignores it",
        ),
        (
            "Api",
            "",
            "security: [{nowhere: []}]",
            "closed: its security scheme is not defined",
            "there is no security scheme `nowhere`",
        ),
        (
            "Api",
            "c: {type: apiKey, name: A, in: header, x-amazon-apigateway-authtype: custom}",
            "security: [{c: []}]",
            "closed: it has an `x-amazon-apigateway-authtype` and no `x-amazon-apigateway-authorizer`",
            "`c` has an `x-amazon-apigateway-authtype` and no `x-amazon-apigateway-authorizer`",
        ),
        (
            "Api",
            "",
            "security: !ImportValue x",
            "closed: its `security` is `!ImportValue`, which only AWS can tell",
            "this route rejects every caller here: its `security` is `!ImportValue`",
        ),
        (
            "Api",
            "w: {type: apiKey, name: A, in: header, x-amazon-apigateway-authorizer: {type: saml}}",
            "security: [{w: []}]",
            "closed: API Gateway has no authorizer of type `saml` for this kind of API",
            "routes with the authorizer `w` reject every caller here: API Gateway has no authorizer of type `saml`",
        ),
        (
            "Api",
            TOKEN,
            "security: [{t: [a]}]",
            "t",
            "the scopes of this route do nothing: `t` judges no token",
        ),
    ] {
        let (found, warnings) = read(kind, schemes, "", operation);
        assert_eq!(found, expected, "{schemes} {operation}");
        assert!(matches!(&warnings[..], [it] if it.starts_with(warning)), "{warnings:?}");
    }
}

/// The kind of the scheme `s`.
fn kind_of(kind: &str, scheme: &str) -> AuthorizerKind {
    let template = parse(&text(kind, "", &format!("s: {{{scheme}}}"), "", "", ""));
    template.apis[0].authorizers[0].authorizer.kind.clone()
}

#[test]
fn scheme_is_an_authorizer_of_each_kind() {
    let extension = "x-amazon-apigateway-authorizer";
    let lambda = kind_of(
        "Api",
        &format!(
            "name: Unused, {extension}: {{type: request, authorizerUri: {URI}, authorizerResultTtlInSeconds: 7, identitySource: \
             'method.request.header.H, method.request.querystring.q,stageVariables.s, context.identity.sourceIp'}}"
        ),
    );
    let AuthorizerKind::Lambda(lambda) = lambda else { panic!("{lambda:?}") };
    let name = |name: &str| name.to_owned();
    let sources = vec![
        IdentitySource::Header(name("H")),
        IdentitySource::QueryString(name("q")),
        IdentitySource::StageVariable(name("s")),
        IdentitySource::Context(name("identity.sourceIp")),
    ];
    let event = AuthorizerEvent::Request {
        identity_sources: sources,
        payload_format: PayloadFormat::V1,
        simple_responses: false,
    };
    assert_eq!(
        (lambda.event, lambda.ttl, lambda.function.as_deref()),
        (event, Duration::from_secs(7), Some("Fn"))
    );

    let simple = format!(
        "{extension}: {{type: request, authorizerUri: {URI}, authorizerPayloadFormatVersion: '2.0', enableSimpleResponses: true, \
         identitySource: $request.header.A}}"
    );
    let AuthorizerKind::Lambda(simple) = kind_of("HttpApi", &simple) else { panic!() };
    let event = AuthorizerEvent::Request {
        identity_sources: vec![IdentitySource::Header(name("A"))],
        payload_format: PayloadFormat::V2,
        simple_responses: true,
    };
    assert_eq!((simple.event, simple.ttl), (event, Duration::ZERO));

    let pool = format!(
        "name: X, {extension}: {{type: cognito_user_pools, providerARNs: [!GetAtt Pool.Arn], identityValidationExpression: ^a}}"
    );
    let AuthorizerKind::Cognito(pool) = kind_of("Api", &pool) else { panic!() };
    assert_eq!((&*pool.header, pool.validation.as_deref()), ("X", Some("^a")));
    assert_eq!(pool.issuers, [JwtIssuer::default()]);

    let found = format!(
        "type: openIdConnect, openIdConnectUrl: 'https://i.example/.well-known/openid-configuration', {extension}: {{type: jwt, \
         jwtConfiguration: {{audience: [a]}}, identitySource: $request.header.A}}"
    );
    let AuthorizerKind::Jwt(found) = kind_of("HttpApi", &found) else { panic!() };
    assert_eq!(found.issuers[0].url.as_deref(), Some("https://i.example"));
}

#[test]
fn rest_api_jwt_authorizer_has_its_settings() {
    let scheme = |source: &str, algorithm: &str| {
        format!(
            "type: oauth2, x-amazon-apigateway-authorizer: {{type: jwt, identitySource: {source}, jwtConfiguration: \
             {{defaultAlgorithms: [RS256, {algorithm}], issuers: [{{issuer: 'https://i.example', audiences: [a, b], \
             additionalClaims: [{{claimName: tenant, format: SINGLE_STRING, required: true, expectedValues: [one]}}, \
             {{claimName: tier, format: SINGLE_STRING, expectedValues: [gold]}}]}}, {{issuer: !Ref Open, audiences: [c]}}]}}}}"
        )
    };
    let AuthorizerKind::Jwt(jwt) = kind_of("Api", &scheme("method.request.header.Authorization", "ES512"))
    else {
        panic!()
    };
    assert_eq!(jwt.algorithms, ["RS256", "ES512"]);
    assert_eq!(jwt.identity_source, Some(IdentitySource::Header("Authorization".to_owned())));
    let [first, second] = &jwt.issuers[..] else { panic!("{jwt:?}") };
    let claim = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    assert_eq!(first.audiences, ["a", "b"]);
    assert_eq!(first.required_claims, [claim("tenant", "one")]);
    assert_eq!(first.optional_claims, [claim("tier", "gold")]);
    assert_eq!((second.url.as_deref(), &second.audiences[..]), (None, &["c".to_owned()][..]));
    for (source, algorithm) in [
        ("method.request.querystring.token", "ES512"),
        ("method.request.header.Authorization", "HS256"),
        ("''", "RS512"),
    ] {
        let kind = kind_of("Api", &scheme(source, algorithm));
        assert!(matches!(kind, AuthorizerKind::Unknown(_)), "{kind:?}");
    }
}

#[test]
fn plain_scheme_is_the_authorizer_of_its_name() {
    let scheme = "resource: {type: apiKey, name: X, in: header, x-amazon-apigateway-authtype: custom}";
    let text = text("Api", "", scheme, "", "              security: [{resource: []}]\n", "");
    let template = parse(&text);
    let authorization = &template.functions[0].events[0].authorization;
    let AuthorizerKind::Lambda(lambda) = &authorization.authorizer.as_ref().unwrap().kind else { panic!() };
    assert_eq!(lambda.event, AuthorizerEvent::Token { header: "X".to_owned(), validation: None });
    assert_eq!(template.warnings, []);
}

/// The merge of aws-sam-translator 1.115.
#[test]
fn auth_and_document_security_are_merged() {
    let event = |kind: &str, auth: &str| {
        let id = if kind == "Api" { "RestApiId" } else { "ApiId" };
        format!(
            "Events: {{E: {{Type: {kind}, Properties: {{{id}: !Ref Api, Method: get, Path: /a, Auth: {{{auth}}}}}}}}}"
        )
    };
    let rest = "Auth: {DefaultAuthorizer: AWS_IAM, ApiKeyRequired: true}";
    let merged = "MergeDefinitions: true, Auth: {DefaultAuthorizer: AWS_IAM}";
    let http = "Auth: {EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM}";
    for (kind, schemes, api, operation, event, expected) in [
        ("Api", TOKEN, rest, "", String::new(), "AWS_IAM + key"),
        // SAM does not know the document's scheme as an authorizer. Both are required, and the first counts.
        ("Api", TOKEN, rest, "security: [{t: []}]", String::new(), "t + key"),
        ("Api", TOKEN, rest, "", event("Api", "Authorizer: NONE"), "AWS_IAM + key"),
        ("Api", TOKEN, rest, "", event("Api", "Authorizer: NONE, OverrideApiAuth: true"), "open + key"),
        (
            "Api",
            TOKEN,
            rest,
            "",
            event("Api", "Authorizer: NONE, ApiKeyRequired: false, OverrideApiAuth: true"),
            "open",
        ),
        ("Api", TOKEN, merged, "security: [{t: []}]", event("Api", ""), "t"),
        ("HttpApi", JWT, http, "", String::new(), "AWS_IAM"),
        ("HttpApi", JWT, http, "security: [{j: []}]", String::new(), "j"),
        ("HttpApi", JWT, http, "", event("HttpApi", "Authorizer: NONE"), "open"),
    ] {
        let api: String =
            api.replace(", Auth", "\nAuth").lines().map(|line| ["      ", line, "\n"].concat()).collect();
        let operation =
            if operation.is_empty() { String::new() } else { format!("              {operation}\n") };
        let text = text(kind, &api, schemes, "", &operation, &event);
        let found = shown(&parse(&text).functions[0].events[0].authorization);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn auth_of_an_event_that_sam_ignores_is_told() {
    let event = "Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Method: get, Path: /a, Auth: {Authorizer: AWS_IAM}}}}";
    let template = parse(&text("Api", "", "", "", "", event));
    assert_eq!(shown(&template.functions[0].events[0].authorization), "open");
    let warnings: Vec<_> = template.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(matches!(warnings[..], [it] if it.starts_with("SAM ignores this `Auth`")), "{warnings:?}");
}
