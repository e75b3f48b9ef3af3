use crate::template::Context;
use std::path::PathBuf;

use crate::routes::RoutePackage;
use crate::template::{Code, NamedBy, Template};

/// The function without a binary of the workspace that a template has.
fn parse(globals: &str, metadata: &str, properties: &str) -> Template {
    let text = format!(
        "Globals: {{Function: {{{globals}}}}}\nResources:\n  Legacy:\n    Type: AWS::Serverless::Function\n    \
         Metadata: {{{metadata}}}\n    Properties: {{{properties}}}\n"
    );
    Template::parse(&text, "template.yaml").unwrap()
}

#[test]
fn folder_that_brings_its_runtime_is_code_as_it_is() {
    for (globals, properties, folder) in [
        ("", "CodeUri: legacy, Runtime: provided.al2023", "legacy"),
        ("", "CodeUri: ./lambdas/legacy/, Runtime: provided", "lambdas/legacy"),
        ("Runtime: provided.al2, CodeUri: .", "CodeUri: ../legacy", "../legacy"),
        ("Runtime: provided.al2023, CodeUri: .", "", ""),
    ] {
        let functions = parse(globals, "", properties).functions;
        assert_eq!(functions[0].code, Code::Bootstrap(PathBuf::from(folder)), "{properties}");
    }
}

#[test]
fn runtime_may_read_the_handler() {
    let handler = |properties: &str| parse("CodeUri: legacy", "", properties).functions.remove(0).handler;
    assert_eq!(handler("Handler: words.count"), "words.count");
    assert_eq!(handler(""), "bootstrap");
}

#[test]
fn several_functions_may_share_a_folder() {
    let text = "Resources:\n  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: legacy}}\n  \
                B: {Type: AWS::Serverless::Function, Properties: {CodeUri: legacy}}\n";
    assert_eq!(Template::parse(text, "template.yaml").unwrap().functions.len(), 2);
}

#[test]
fn foreign_code_of_a_route_is_reported() {
    for (metadata, properties) in [
        ("", "CodeUri: legacy, Runtime: python3.13"),
        ("BuildMethod: makefile", "CodeUri: legacy, Runtime: provided.al2023"),
        ("", "CodeUri: s3://bucket/legacy.zip, Runtime: provided.al2023"),
        ("", "CodeUri: legacy.zip, Runtime: provided.al2023"),
        ("", "CodeUri: {Bucket: b, Key: k}, Runtime: provided.al2023"),
        ("", "InlineCode: 'print()', Runtime: python3.13"),
    ] {
        let quiet = parse("", metadata, properties);
        assert_eq!((quiet.functions.len(), quiet.warnings.len()), (0, 0), "{properties}");
        let template = parse("", metadata, &format!("{properties}, Events: {{One: {{Type: HttpApi}}}}"));
        let warning = template.warnings[0].to_string();
        assert!(warning.starts_with("template.yaml:3:3: `Legacy` is not served: "), "{warning}");
    }
}

fn package(route: &str) -> RoutePackage {
    let package = route.replace('/', "-");
    RoutePackage {
        folder: format!("functions/{route}"),
        binary: package.clone(),
        package,
        pattern: format!("/{route}").parse().unwrap(),
        is_member: true,
    }
}

/// The code of the function, in a workspace with these routes.
fn code(routes: &[&str], metadata: &str, properties: &str) -> (Code, NamedBy) {
    let text = format!(
        "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Metadata: {{{metadata}}}\n    \
         Properties: {{{properties}}}\n"
    );
    let packages: Vec<_> = routes.iter().map(|route| package(route)).collect();
    let template =
        Template::examine(&text, "template.yaml", &Context { packages: &packages, ..Context::default() })
            .template
            .unwrap();
    let function = template.all_functions().next().unwrap().clone();
    (function.code, function.named_by)
}

#[test]
fn function_without_binary_may_be_that_of_a_route() {
    let event = "Events: {E: {Type: HttpApi, Properties: {Method: GET, Path: /api/user}}}";
    let build = "BuildMethod: rust-cargolambda";
    for (metadata, properties, named_by) in [
        (build, "CodeUri: functions/api/user".to_owned(), NamedBy::PackageFolder),
        ("", "CodeUri: ./functions/api/user/, Runtime: provided.al2023".to_owned(), NamedBy::PackageFolder),
        ("", "CodeUri: target/lambda/api-user/".to_owned(), NamedBy::Output),
        ("SkipBuild: true", "CodeUri: ./target/lambda/api-user".to_owned(), NamedBy::Output),
        ("", "CodeUri: target/lambda/api-user/bootstrap.zip".to_owned(), NamedBy::Output),
        (build, event.to_owned(), NamedBy::Events),
        (build, format!("CodeUri: ., {event}"), NamedBy::Events),
        ("BuildMethod: makefile", format!("CodeUri: ., {event}"), NamedBy::Events),
        ("", format!("CodeUri: {{Bucket: b, Key: k}}, {event}"), NamedBy::Events),
        ("BuildProperties: {Binary: api-user}", "CodeUri: functions/api/other".to_owned(), NamedBy::Binary),
    ] {
        let expected = (Code::Binary("api-user".to_owned()), named_by);
        assert_eq!(
            code(&["api/other", "api/user"], metadata, &properties),
            expected,
            "{metadata} {properties}"
        );
    }
}

#[test]
fn function_of_other_code_is_not_that_of_a_route() {
    let event = "Events: {E: {Type: HttpApi, Properties: {Method: GET, Path: /api/user}}}";
    for (metadata, properties) in [
        ("", format!("Runtime: python3.13, CodeUri: functions/api/user, {event}")),
        ("", format!("PackageType: Image, ImageUri: x, {event}")),
        ("", format!("InlineCode: x, {event}")),
        ("BuildMethod: esbuild", event.to_owned()),
        ("", event.replace("/api/user", "/people")),
        ("", "Events: {Q: {Type: SQS}}".to_owned()),
        // The code is another package, so the binary is not `api-user`.
        ("", format!("CodeUri: functions/api/other, {event}")),
    ] {
        let binary = code(&["api/other", "api/user"], metadata, &properties).0;
        assert_ne!(binary.binary(), Some("api-user"), "{metadata} {properties}");
    }
}

#[test]
fn binary_of_one_function_is_not_implied_for_another() {
    let function = |name: &str, metadata: &str, properties: &str| {
        format!(
            "  {name}: {{Type: AWS::Serverless::Function, Metadata: {{{metadata}}}, Properties: {{{properties}}}}}\n"
        )
    };
    let event = "Events: {E: {Type: HttpApi, Properties: {Path: /api/user}}}";
    let queue = function("Queue", "", "CodeUri: functions/api/user, Events: {Q: {Type: SQS}}");
    let user = |metadata: &str| function("User", metadata, &format!("CodeUri: functions/api/user, {event}"));
    for user in [user(""), user("BuildProperties: {Binary: api-user}")] {
        let text = format!("Resources:\n{queue}{user}");
        let template = Template::examine(
            &text,
            "template.yaml",
            &Context { packages: &[package("api/user")], ..Context::default() },
        )
        .template
        .unwrap();
        assert_eq!(template.function("api-user").unwrap().logical_id, "User", "{text}");
        assert_eq!(template.warnings, []);
    }
}
