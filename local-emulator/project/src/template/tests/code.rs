use std::path::PathBuf;

use crate::template::{Code, Template};

/// The function without a binary of the workspace that a template has.
fn parse(globals: &str, metadata: &str, properties: &str) -> Template {
    let text = format!(
        "Globals: {{Function: {{{globals}}}}}\nResources:\n  Legacy:\n    Type: AWS::Serverless::Function\n    \
         Metadata: {{{metadata}}}\n    Properties: {{{properties}}}\n"
    );
    Template::parse(&text, "template.yaml").unwrap()
}

#[test]
fn a_folder_that_brings_its_runtime_is_code_as_it_is() {
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
fn a_runtime_may_read_the_handler() {
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
fn other_code_is_not_here_and_told_if_a_route_needs_it() {
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
        let told = parse("", metadata, &format!("{properties}, Events: {{One: {{Type: HttpApi}}}}"));
        let warning = told.warnings[0].to_string();
        assert!(warning.starts_with("template.yaml:3:3: `Legacy` is not served: "), "{warning}");
    }
}
