//! The callers of a route, as SAM and documents have them.

mod authorizers;
mod documents;

use crate::aws::{Authorization, AuthorizerKind};
use crate::template::{Examination, Template, TemplateFunction};

/// `open`, `Users`, `Users [read]`, `closed: …`, each with `+ key` if it needs an API key.
fn shown(authorization: &Authorization) -> String {
    let Authorization { authorizer, scopes, needs_api_key, .. } = authorization;
    let authorizer = match authorizer.as_deref() {
        None => "open".to_owned(),
        Some(authorizer) => match &authorizer.kind {
            AuthorizerKind::Unknown(reason) => format!("closed: {reason}"),
            _ => authorizer.name.clone(),
        },
    };
    let scopes = if scopes.is_empty() { String::new() } else { format!(" [{}]", scopes.join(", ")) };
    format!("{authorizer}{scopes}{}", if *needs_api_key { " + key" } else { "" })
}

/// The function `Fn` of a template.
fn function(template: &Template) -> &TemplateFunction {
    template.functions.iter().find(|function| function.logical_id == "Fn").unwrap()
}

/// A template with an API that has this `Auth`, and a function with an event that has these properties.
fn text(kind: &str, auth: &str, event: &str) -> String {
    let (id, name) = if kind == "Api" { ("RestApiId", "Rest") } else { ("ApiId", "Http") };
    let metadata = "Metadata: {BuildProperties: {Binary: f}}";
    let asked = "Metadata: {BuildProperties: {Binary: asked}}";
    format!(
        "Parameters: {{Open: {{Type: String}}}}\nResources:\n  \
         Asked: {{Type: AWS::Serverless::Function, {asked}}}\n  \
         {name}: {{Type: AWS::Serverless::{kind}, Properties: {{StageName: v1, Auth: {{{auth}}}}}}}\n  \
         Fn: {{Type: AWS::Serverless::Function, {metadata}, Properties: {{Events: {{E: {{Type: {kind}, Properties: \
         {{{id}: !Ref {name}, {event}}}}}}}}}}}\n"
    )
}

fn authorization(kind: &str, auth: &str, event: &str) -> Authorization {
    let text = text(kind, auth, event);
    let template = Template::parse(&text, "template.yaml").unwrap_or_else(|error| panic!("{error}\n{text}"));
    function(&template).events[0].authorization.clone()
}

const JWT: &str = "Users: {JwtConfiguration: {issuer: 'https://i.example', audience: [app]}, IdentitySource: \
                   $request.header.Authorization, AuthorizationScopes: [read]}";

const LAMBDA: &str = "Gate: {FunctionArn: !GetAtt Asked.Arn, AuthorizerPayloadFormatVersion: '2.0'}";

const POOL: &str =
    "Users: {UserPoolArn: arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_x, AuthorizationScopes: [read]}";

const TOKEN: &str = "Gate: {FunctionArn: !GetAtt Asked.Arn}";

/// The result of aws-sam-translator 1.115, as API Gateway imports it.
#[test]
fn http_api_route_has_the_authorizer_of_sam() {
    let all = format!("Authorizers: {{{JWT}, {LAMBDA}}}");
    let default = format!("{all}, DefaultAuthorizer: Users, EnableIamAuthorizer: true");
    for (auth, event, expected) in [
        ("", "Path: /a", "open"),
        (&*all, "Path: /a", "open"),
        (&default, "Path: /a", "Users [read]"),
        (&default, "", "Users [read]"),
        (&default, "Method: GET, Path: /a", "Users [read]"),
        // SAM adds nothing to preflights.
        (&default, "Method: OPTIONS, Path: /a", "open"),
        (&default, "Method: options, Path: /a, Auth: {Authorizer: Users}", "Users [read]"),
        (&default, "Path: /a, Auth: {Authorizer: NONE}", "open"),
        (&default, "Path: /a, Auth: {Authorizer: Gate}", "Gate"),
        (&default, "Path: /a, Auth: {Authorizer: AWS_IAM}", "AWS_IAM"),
        (&default, "Path: /a, Auth: {AuthorizationScopes: [write, admin]}", "Users [write, admin]"),
        // An empty list removes no scopes.
        (&default, "Path: /a, Auth: {AuthorizationScopes: []}", "Users [read]"),
        (&default, "Path: /a, Auth: {Authorizer: Users, AuthorizationScopes: []}", "Users [read]"),
        (&default, "Path: /a, Auth: {}", "Users [read]"),
        (&all, "Path: /a, Auth: {Authorizer: Users}", "Users [read]"),
        (&all, "Path: /a, Auth: {Authorizer: Users, AuthorizationScopes: [write]}", "Users [write]"),
        ("EnableIamAuthorizer: true, DefaultAuthorizer: AWS_IAM", "Path: /a", "AWS_IAM"),
        ("EnableIamAuthorizer: true", "Path: /a, Auth: {Authorizer: AWS_IAM}", "AWS_IAM"),
    ] {
        assert_eq!(shown(&authorization("HttpApi", auth, event)), expected, "{auth}: {event}");
    }
}

/// The result of aws-sam-translator 1.115, as API Gateway imports it.
#[test]
fn rest_api_route_has_the_authorizer_and_key_of_sam() {
    let all = format!("Authorizers: {{{POOL}, {TOKEN}}}");
    let default = format!("{all}, DefaultAuthorizer: Users");
    let open_preflight = format!("{default}, AddDefaultAuthorizerToCorsPreflight: false");
    let keys = format!("{default}, ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false");
    for (auth, method, event, expected) in [
        ("", "GET", "", "open"),
        (&*all, "GET", "", "open"),
        (&default, "GET", "", "Users [read]"),
        (&default, "OPTIONS", "", "Users [read]"),
        (&open_preflight, "OPTIONS", "", "open"),
        (&open_preflight, "GET", "", "Users [read]"),
        (&default, "GET", "Auth: {Authorizer: NONE}", "open"),
        (&default, "GET", "Auth: {Authorizer: Gate}", "Gate"),
        (&default, "GET", "Auth: {Authorizer: AWS_IAM}", "AWS_IAM"),
        ("", "GET", "Auth: {Authorizer: AWS_IAM}", "AWS_IAM"),
        ("DefaultAuthorizer: AWS_IAM", "GET", "", "AWS_IAM"),
        ("DefaultAuthorizer: AWS_IAM", "GET", "Auth: {Authorizer: NONE}", "open"),
        (&default, "GET", "Auth: {Authorizer: Users, AuthorizationScopes: [write]}", "Users [write]"),
        // An empty list removes the scopes of the authorizer.
        (&default, "GET", "Auth: {Authorizer: Users, AuthorizationScopes: []}", "Users"),
        (&default, "GET", "Auth: {ApiKeyRequired: true}", "Users [read] + key"),
        ("", "GET", "Auth: {ApiKeyRequired: true}", "open + key"),
        ("ApiKeyRequired: true", "GET", "", "open + key"),
        ("ApiKeyRequired: true", "OPTIONS", "", "open + key"),
        (&keys, "GET", "", "Users [read] + key"),
        (&keys, "OPTIONS", "", "Users [read]"),
        (&keys, "GET", "Auth: {ApiKeyRequired: false}", "Users [read]"),
        (&keys, "GET", "Auth: {ApiKeyRequired: true, Authorizer: Gate}", "Gate + key"),
    ] {
        let event = format!("Method: {method}, Path: /a, {event}");
        assert_eq!(shown(&authorization("Api", auth, &event)), expected, "{auth}: {event}");
    }
}

#[test]
fn globals_apply_to_declared_and_implicit_apis() {
    let event = |api: &str| format!("{{Type: HttpApi, Properties: {{Path: /a{api}}}}}");
    let text = |own: &str, api: &str| {
        format!(
            "Globals: {{HttpApi: {{Auth: {{DefaultAuthorizer: Users, Authorizers: {{{JWT}}}}}}}}}\nResources:\n  \
             Http: {{Type: AWS::Serverless::HttpApi, Properties: {{{own}}}}}\n  \
             Fn: {{Type: AWS::Serverless::Function, Metadata: {{BuildProperties: {{Binary: f}}}}, Properties: {{Events: \
             {{E: {}}}}}}}\n",
            event(api)
        )
    };
    let scopes = "Auth: {Authorizers: {Users: {AuthorizationScopes: [write]}}}";
    for (own, api, expected) in [
        ("", "", "Users [read]"),
        ("", ", ApiId: !Ref Http", "Users [read]"),
        (scopes, ", ApiId: !Ref Http", "Users [read, write]"),
        (scopes, "", "Users [read]"),
    ] {
        let template = Template::parse(&text(own, api), "template.yaml").unwrap();
        assert_eq!(shown(&function(&template).events[0].authorization), expected, "{own} {api}");
    }
}

#[test]
fn value_that_only_aws_can_tell_closes_the_route() {
    let default = format!("Authorizers: {{{JWT}}}, DefaultAuthorizer: Users");
    let rest = format!("Authorizers: {{{TOKEN}}}");
    for (kind, auth, event, expected) in [
        (
            "HttpApi",
            &*default,
            "Auth: {Authorizer: !Ref Open}",
            "closed: its `Authorizer` is `!Ref`, which only AWS can tell",
        ),
        (
            "HttpApi",
            "",
            "Auth: !ImportValue Auth",
            "closed: its `Auth` is `!ImportValue`, which only AWS can tell",
        ),
        (
            "HttpApi",
            "DefaultAuthorizer: !Ref Open",
            "",
            "closed: `DefaultAuthorizer` is `!Ref`, which only AWS can tell",
        ),
        ("HttpApi", &default, "Auth: {AuthorizationScopes: [!Ref Open]}", "Users [!Ref]"),
        ("Api", "ApiKeyRequired: !Ref Open", "", "open + key"),
        ("Api", &rest, "Auth: {ApiKeyRequired: !Ref Open, Authorizer: Gate}", "Gate + key"),
    ] {
        let event = format!("Method: GET, Path: /a, {event}");
        assert_eq!(shown(&authorization(kind, auth, &event)), expected, "{kind} {auth}: {event}");
    }
}

/// The refusals of aws-sam-translator 1.115, each at its place.
#[test]
fn what_sam_refuses_is_told_at_its_place() {
    let all = format!("Authorizers: {{{JWT}}}");
    let rest = format!("Authorizers: {{{TOKEN}}}");
    for (kind, auth, event, expected) in [
        (
            "HttpApi",
            &*all,
            "Auth: {Authorizer: Other}",
            "the API has no authorizer `Other` among `Users`: define it",
        ),
        ("HttpApi", "", "Auth: {Authorizer: Other}", "the API has no authorizer `Other`: define it"),
        ("HttpApi", &all, "Auth: {Authorizer: NONE}", "`Authorizer: NONE` needs a `DefaultAuthorizer`"),
        ("HttpApi", &all, "Auth: {Authorizer: AWS_IAM}", "needs `EnableIamAuthorizer: true`"),
        (
            "HttpApi",
            &all,
            "Auth: {AuthorizationScopes: [a]}",
            "needs an `Authorizer`, or a `DefaultAuthorizer`",
        ),
        (
            "HttpApi",
            &all,
            "Auth: {Authorizer: Users, AuthorizationScopes: a}",
            "`AuthorizationScopes` must be a list",
        ),
        (
            "HttpApi",
            "DefaultAuthorizer: Users",
            "",
            "there is no authorizer `Users`: define it below `Authorizers`",
        ),
        (
            "HttpApi",
            "DefaultAuthorizer: AWS_IAM",
            "",
            "`DefaultAuthorizer: AWS_IAM` needs `EnableIamAuthorizer: true`",
        ),
        (
            "HttpApi",
            "ApiKeyRequired: true",
            "",
            "`ApiKeyRequired` is not among the members of `Auth`: `Authorizers`",
        ),
        ("Api", "EnableIamAuthorizer: true", "", "`EnableIamAuthorizer` is not among the members of `Auth`"),
        (
            "Api",
            &rest,
            "Auth: {Authorizer: Other}",
            "the API has no authorizer `Other` among `Gate`: define it",
        ),
        ("Api", &rest, "Auth: {Authorizer: NONE}", "`Authorizer: NONE` needs a `DefaultAuthorizer`"),
        ("Api", &rest, "Auth: {AuthorizationScopes: [a]}", "needs its `Authorizer` beside it"),
        (
            "Api",
            &rest,
            "Auth: {ApiKeyRequired: false}",
            "`ApiKeyRequired: false` needs `ApiKeyRequired: true`",
        ),
        ("Api", &rest, "Auth: x", "`Auth` must be a map"),
    ] {
        let text = text(kind, auth, &format!("Method: GET, Path: /a, {event}"));
        let error = Template::parse(&text, "template.yaml").expect_err(&text).to_string();
        assert!(error.contains(expected), "{error}\n{text}");
        assert!(error.starts_with("template.yaml:"), "{error}");
    }
}

/// The result of aws-sam-translator 1.115 for a REST API without `Authorizers`.
#[test]
fn ignored_default_authorizer_closes_the_route() {
    let text = text("Api", "DefaultAuthorizer: Users", "Method: GET, Path: /a");
    let template = Template::parse(&text, "template.yaml").unwrap();
    let found = shown(&function(&template).events[0].authorization);
    assert!(found.starts_with("closed: there is no authorizer `Users`"), "{found}");
    let warnings: Vec<_> = template.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(matches!(warnings[..], [it] if it.ends_with("the route is open on AWS")), "{warnings:?}");
}

#[test]
fn scopes_without_a_token_do_nothing_which_is_told() {
    let all = format!("Authorizers: {{{TOKEN}}}");
    let text = text("Api", &all, "Method: GET, Path: /a, Auth: {Authorizer: Gate, AuthorizationScopes: [a]}");
    let template = Template::parse(&text, "template.yaml").unwrap();
    assert_eq!(shown(&function(&template).events[0].authorization), "Gate");
    let warnings: Vec<_> = template.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(
        matches!(warnings[..], [it] if it.starts_with("the scopes of this route do nothing")),
        "{warnings:?}"
    );
}

#[test]
fn odd_value_opens_no_route() {
    let http =
        format!("Authorizers: {{{JWT}, {LAMBDA}}}, DefaultAuthorizer: Users, EnableIamAuthorizer: true");
    let rest = format!("Authorizers: {{{POOL}, {TOKEN}}}, DefaultAuthorizer: Users, ApiKeyRequired: true");
    let event = "Method: GET, Path: /a, Auth: {Authorizer: Gate, AuthorizationScopes: [a]";
    for (kind, auth, event) in
        [("HttpApi", http, format!("{event}}}")), ("Api", rest, format!("{event}, ApiKeyRequired: true}}"))]
    {
        let text = text(kind, &auth, &event);
        // `Auth` of the API and of the event, each to the end of its line.
        let auths: Vec<_> =
            text.match_indices("Auth: ").map(|(at, _)| at..at + text[at..].find('\n').unwrap()).collect();
        let starts = text.match_indices(": ").map(|(at, _)| at + 2);
        let starts: Vec<_> = starts.filter(|start| auths.iter().any(|auth| auth.contains(start))).collect();
        assert!(starts.len() > 10, "{text}");
        for (start, odd) in starts.into_iter().flat_map(|start| {
            ["~", "{}", "[]", "x", "7", "!Ref Open", "!ImportValue x", "{Fn::If: [Open, a, b]}"]
                .map(|odd| (start, odd))
        }) {
            let rest = &text[start..];
            let value = if rest.starts_with(['{', '[']) {
                balanced(rest)
            } else {
                rest.find([',', '}', ']', '\n']).unwrap()
            };
            let changed = format!("{}{odd}{}", &text[..start], &rest[value..]);
            let Examination { template, errors } =
                Template::examine(&changed, "template.yaml", &crate::template::Context::default());
            let functions = template.iter().flat_map(|template| &template.functions);
            let mut events = functions.flat_map(|function| &function.events);
            assert!(
                !errors.is_empty() || events.all(|event| event.authorization.authorizer.is_some()),
                "{changed}"
            );
        }
    }
}

/// The length of the map or the list that a text begins with.
fn balanced(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        depth += i32::from("{[".contains(letter)) - i32::from("}]".contains(letter));
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[test]
fn authorizer_function_is_renamed_in_a_nested_stack() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(
        root.path().join("child.yaml"),
        text("Api", &format!("Authorizers: {{{TOKEN}}}, DefaultAuthorizer: Gate"), "Method: GET, Path: /a"),
    )
    .unwrap();
    let outer =
        "Resources:\n  Child: {Type: AWS::Serverless::Application, Properties: {Location: child.yaml}}\n";
    let context = crate::template::Context { root: Some(root.path()), ..Default::default() };
    let template = Template::examine(outer, "template.yaml", &context).template.unwrap();
    let event = &template.functions.iter().find(|it| it.logical_id == "Child/Fn").unwrap().events[0];
    let authorizer = event.authorization.authorizer.as_ref().unwrap();
    let AuthorizerKind::Lambda(lambda) = &authorizer.kind else { panic!("{authorizer:?}") };
    assert_eq!(lambda.function.as_deref(), Some("Child/Asked"));
    assert!(std::sync::Arc::ptr_eq(authorizer, &template.apis[0].authorizers[0].authorizer));
}
