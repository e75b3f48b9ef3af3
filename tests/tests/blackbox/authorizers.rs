//! Routes with authorizers, through real functions.

mod example;
mod lambda;
mod package;
mod sign_in;
mod token;

use std::fmt::Write as _;

use serde_json::Value;

use crate::harness::{Project, Response};

/// Answers with its event.
const ECHO: &str = r#"fn main() {
    while let Ok(event) = lambda::next() {
        let reply = format!("{{\"statusCode\":200,\"body\":{:?}}}", event.json);
        lambda::respond(&event, reply.as_bytes()).expect("the emulator takes it");
    }
}
"#;

/// Makes a function `/api/me` behind an HTTP API with this `Auth`, and with these settings of its event.
fn http_api(auth: &str, event: &str) -> Project {
    let mut project = Project::new();
    project.add_crate("api/me", ECHO);
    project.write("template.yaml", &template("HttpApi", auth, &project.package("api/me"), event));
    project
}

fn template(kind: &str, auth: &str, binary: &str, event: &str) -> String {
    let (id, event_type, stage) = match kind {
        "HttpApi" => ("ApiId", "HttpApi", ""),
        _ => ("RestApiId", "Api", "StageName: Prod, "),
    };
    let mut template = "Transform: AWS::Serverless-2016-10-31\nResources:\n".to_owned();
    let _ = write!(
        template,
        "  Api:\n    Type: AWS::Serverless::{kind}\n    Properties: {{{stage}Auth: {auth}}}\n  \
         Me:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: \
         {{Binary: {binary}}}}}\n    Properties:\n      CodeUri: .\n      Handler: bootstrap\n      Runtime: provided.al2023\n      \
         Events:\n        Me: {{Type: {event_type}, Properties: {{{id}: !Ref Api, Method: ANY, Path: /api/me{event}}}}}\n"
    );
    template
}

/// A JWT authorizer as the default of every route.
const JWT: &str = "{DefaultAuthorizer: Login, Authorizers: {Login: {IdentitySource: $request.header.Authorization, \
                   JwtConfiguration: {issuer: 'https://login.example.com/', audience: [shop]}}}}";

/// Reads the event that the function answered with.
fn event(answer: &Response) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Reads `requestContext.authorizer` of the event that the function answered with.
fn authorizer(answer: &Response) -> Value {
    event(answer)["requestContext"]["authorizer"].clone()
}
