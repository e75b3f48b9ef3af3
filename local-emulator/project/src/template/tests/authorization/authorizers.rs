//! Authorizers in the words of SAM.

use std::time::Duration;

use super::text;
use crate::aws::{
    AuthorizerEvent, AuthorizerKind, CognitoAuthorizer, IdentitySource, JwtAuthorizer, JwtIssuer,
    LambdaAuthorizer, PayloadFormat,
};
use crate::template::Template;

/// Returns the kind of the authorizer `It`, and the complaints.
fn read(kind: &str, settings: &str) -> (AuthorizerKind, Vec<String>) {
    let auth = format!("Authorizers: {{It: {{{settings}}}}}");
    let text = text(kind, &auth, "Method: GET, Path: /a");
    let template = Template::parse(&text, "template.yaml").unwrap_or_else(|error| panic!("{error}\n{text}"));
    let authorizer = template.apis[0].authorizers[0].authorizer.kind.clone();
    (authorizer, template.warnings.iter().map(|warning| warning.message.clone()).collect())
}

fn header(name: &str) -> IdentitySource {
    IdentitySource::Header(name.to_owned())
}

fn issuer(url: Option<&str>, audiences: &[&str]) -> JwtIssuer {
    JwtIssuer {
        url: url.map(str::to_owned),
        audiences: audiences.iter().map(|&it| it.to_owned()).collect(),
        ..JwtIssuer::default()
    }
}

#[test]
fn jwt_authorizer_has_an_issuer_and_a_token_source() {
    let url = Some("https://i.example/v1");
    let hidden = |issuer: JwtIssuer| JwtIssuer { has_hidden_audiences: true, ..issuer };
    for (configuration, source, expected) in [
        (
            "{issuer: 'https://i.example/v1', audience: [a, b]}",
            "$request.header.X",
            (issuer(url, &["a", "b"]), header("X")),
        ),
        (
            "{Issuer: 'https://i.example/v1', Audience: [a]}",
            "$request.header.X",
            (issuer(url, &["a"]), header("X")),
        ),
        (
            "{issuer: !Sub 'https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}', audience: [!Ref Client, b]}",
            "$request.querystring.token",
            (hidden(issuer(None, &["b"])), IdentitySource::QueryString("token".to_owned())),
        ),
        (
            "{issuer: !Sub 'https://cognito-idp.${AWS::Region}.amazonaws.com/eu_x', audience: [a]}",
            "$request.header.X",
            (issuer(Some("https://cognito-idp.us-east-1.amazonaws.com/eu_x"), &["a"]), header("X")),
        ),
    ] {
        let found = read("HttpApi", &format!("JwtConfiguration: {configuration}, IdentitySource: {source}"));
        let (issuer, source) = expected;
        let jwt = JwtAuthorizer {
            identity_source: Some(source),
            issuers: vec![issuer],
            ..JwtAuthorizer::default()
        };
        assert_eq!(found, (AuthorizerKind::Jwt(jwt), Vec::new()), "{configuration}");
    }
}

#[test]
fn issuer_that_aws_refuses_is_told() {
    for (issuer, expected) in [
        ("http://i.example", "write an absolute `https` URL"),
        ("i.example", "write an absolute `https` URL"),
        ("https://i.example/.well-known/openid-configuration", "so remove it here"),
        ("https://i.example/?a=b", "remove its query or fragment"),
    ] {
        let jwt = format!(
            "JwtConfiguration: {{issuer: '{issuer}', audience: [a]}}, IdentitySource: $request.header.X"
        );
        let (_, warnings) = read("HttpApi", &jwt);
        assert!(matches!(&warnings[..], [it] if it.contains(expected)), "{warnings:?}");
    }
}

fn request(
    sources: Vec<IdentitySource>,
    payload_format: PayloadFormat,
    simple_responses: bool,
) -> AuthorizerEvent {
    AuthorizerEvent::Request { identity_sources: sources, payload_format, simple_responses }
}

fn lambda(event: AuthorizerEvent, ttl: u64) -> AuthorizerKind {
    let function = Some("Asked".to_owned());
    AuthorizerKind::Lambda(LambdaAuthorizer { function, event, ttl: Duration::from_secs(ttl) })
}

#[test]
fn http_api_lambda_authorizer_has_its_settings() {
    let arn = "FunctionArn: !GetAtt Asked.Arn, EnableFunctionDefaultPermissions: true, AuthorizerPayloadFormatVersion";
    let identity = "Identity: {Headers: [A, B], QueryStrings: [q], StageVariables: [s], Context: [c], ReauthorizeEvery: 60}";
    let sources = vec![
        header("A"),
        header("B"),
        IdentitySource::QueryString("q".to_owned()),
        IdentitySource::StageVariable("s".to_owned()),
        IdentitySource::Context("c".to_owned()),
    ];
    for (settings, expected) in [
        (format!("{arn}: '2.0'"), lambda(request(Vec::new(), PayloadFormat::V2, false), 0)),
        (format!("{arn}: 1.0"), lambda(request(Vec::new(), PayloadFormat::V1, false), 0)),
        (
            format!("{arn}: 2.0, EnableSimpleResponses: true"),
            lambda(request(Vec::new(), PayloadFormat::V2, true), 0),
        ),
        (format!("{arn}: 2.0, {identity}"), lambda(request(sources, PayloadFormat::V2, false), 60)),
    ] {
        assert_eq!(read("HttpApi", &settings), (expected, Vec::new()), "{settings}");
    }
}

#[test]
fn authorizer_that_its_api_may_not_invoke_is_told() {
    let arn = "FunctionArn: !GetAtt Asked.Arn, AuthorizerPayloadFormatVersion: 2.0";
    for (settings, is_warned) in [
        ("", true),
        (", EnableFunctionDefaultPermissions: false", true),
        (", EnableFunctionDefaultPermissions: true", false),
        (", EnableFunctionDefaultPermissions: !Ref Open", false),
        (", FunctionInvokeRole: arn:aws:iam::123456789012:role/invoke", false),
    ] {
        let (_, warnings) = read("HttpApi", &format!("{arn}{settings}"));
        let message = |it: &String| it.contains("the API may not invoke the authorizer `It`");
        assert_eq!(warnings.iter().any(message), is_warned, "{settings}: {warnings:?}");
    }
}

#[test]
fn rest_api_lambda_authorizer_has_its_settings() {
    let arn = "FunctionArn: !Sub '${Asked.Arn}'";
    let token = |header: &str, validation: Option<&str>| AuthorizerEvent::Token {
        header: header.to_owned(),
        validation: validation.map(str::to_owned),
    };
    let v1 = |sources| request(sources, PayloadFormat::V1, false);
    for (settings, expected) in [
        (arn.to_owned(), lambda(token("Authorization", None), 300)),
        (format!("{arn}, FunctionPayloadType: TOKEN"), lambda(token("Authorization", None), 300)),
        (
            format!("{arn}, Identity: {{Header: X, ValidationExpression: '^a', ReauthorizeEvery: 0}}"),
            lambda(token("X", Some("^a")), 0),
        ),
        (
            format!("{arn}, FunctionPayloadType: REQUEST, Identity: {{Headers: [X]}}"),
            lambda(v1(vec![header("X")]), 300),
        ),
        (
            format!("{arn}, FunctionPayloadType: REQUEST, Identity: {{ReauthorizeEvery: 0}}"),
            lambda(v1(Vec::new()), 0),
        ),
    ] {
        assert_eq!(read("Api", &settings), (expected, Vec::new()), "{settings}");
    }
}

#[test]
fn cognito_authorizer_has_the_issuer_of_each_pool() {
    let of = |header: &str, validation: Option<&str>, issuers| {
        AuthorizerKind::Cognito(CognitoAuthorizer {
            header: header.to_owned(),
            validation: validation.map(str::to_owned),
            issuers,
        })
    };
    let known = issuer(Some("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x"), &[]);
    let arn = "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_x";
    for (settings, expected) in [
        (format!("UserPoolArn: {arn}"), of("Authorization", None, vec![known.clone()])),
        (
            format!(
                "UserPoolArn: [{arn}, !GetAtt Pool.Arn], Identity: {{Header: X, ValidationExpression: a}}"
            ),
            of("X", Some("a"), vec![known, issuer(None, &[])]),
        ),
    ] {
        assert_eq!(read("Api", &settings), (expected, Vec::new()), "{settings}");
    }
}

#[test]
fn authorizer_that_cannot_be_asked_here_is_told() {
    for (kind, settings, reason) in [
        (
            "HttpApi",
            "FunctionArn: !Ref Open, AuthorizerPayloadFormatVersion: 2.0",
            "its function is not in this template",
        ),
        (
            "Api",
            "FunctionArn: arn:aws:lambda:us-east-1:1:function:far",
            "its function is not in this template",
        ),
        ("Api", "UserPoolArn: arn:aws:s3:::bucket", "`arn:aws:s3:::bucket` is not the ARN of a user pool"),
        (
            "HttpApi",
            "FunctionArn: !GetAtt Asked.Arn, AuthorizerPayloadFormatVersion: 2.0, Identity: {Headers: !Ref Open}",
            "its `Identity.Headers` is not a readable list of names",
        ),
        (
            "HttpApi",
            "JwtConfiguration: {issuer: 'https://i.example'}, IdentitySource: method.request.header.X",
            "`method.request.header.X` is not an identity source: write `$request.header.NAME`",
        ),
        (
            "Api",
            "UserPoolArn: !Ref Pool, Identity: {Header: !Ref Open}",
            "only AWS can tell its `Identity.Header`",
        ),
    ] {
        let (authorizer, warnings) = read(kind, settings);
        let expected = format!("routes with the authorizer `It` reject every caller here: {reason}");
        assert!(matches!(&warnings[..], [it] if it.starts_with(&expected)), "{warnings:?}");
        let is_closed = match authorizer {
            AuthorizerKind::Unknown(_) => true,
            AuthorizerKind::Lambda(lambda) => lambda.function.is_none(),
            _ => false,
        };
        assert!(is_closed, "{settings}");
    }
}

/// Authorizers that aws-sam-translator 1.115 refuses. Only AWS itself refuses three rows: simple responses in format
/// 1.0, a REST authorizer without an ARN, a TTL over 3,600.
#[test]
fn authorizer_that_is_refused_is_an_error() {
    for (kind, settings, expected) in [
        ("HttpApi", "", "`It` needs its `FunctionArn`"),
        ("HttpApi", "FunctionArn: x", "`It` needs its `AuthorizerPayloadFormatVersion`"),
        ("HttpApi", "JwtConfiguration: {issuer: 'https://i.example'}", "`It` needs its `IdentitySource`"),
        (
            "HttpApi",
            "FunctionArn: x, AuthorizerPayloadFormatVersion: 2.0, AuthorizationScopes: [a]",
            "`AuthorizationScopes` of `It` is only for a JWT authorizer",
        ),
        (
            "HttpApi",
            "FunctionArn: x, AuthorizerPayloadFormatVersion: 2.0, IdentitySource: a",
            "`IdentitySource` of `It` is only for a JWT authorizer",
        ),
        (
            "HttpApi",
            "JwtConfiguration: {issuer: 'https://i.example'}, IdentitySource: $request.header.A, EnableSimpleResponses: true",
            "`EnableSimpleResponses` of `It` is only for a Lambda authorizer",
        ),
        (
            "HttpApi",
            "FunctionArn: x, AuthorizerPayloadFormatVersion: 1.0, EnableSimpleResponses: true",
            "`EnableSimpleResponses` of `It` needs `AuthorizerPayloadFormatVersion: 2.0`",
        ),
        ("Api", "", "`It` needs a `UserPoolArn` or a `FunctionArn`"),
        (
            "Api",
            "FunctionArn: x, FunctionPayloadType: OTHER",
            "`FunctionPayloadType` must be `TOKEN` or `REQUEST`",
        ),
        ("Api", "FunctionArn: x, FunctionPayloadType: REQUEST", "`It` needs an `Identity` with `Headers`"),
        (
            "Api",
            "FunctionArn: x, Identity: {ReauthorizeEvery: 3601}",
            "a whole number of seconds from 0 to 3600",
        ),
    ] {
        let text = text(kind, &format!("Authorizers: {{It: {{{settings}}}}}"), "Method: GET, Path: /a");
        let error = Template::parse(&text, "template.yaml").expect_err(&text).to_string();
        assert!(error.contains(expected), "{error}\n{settings}");
    }
}
