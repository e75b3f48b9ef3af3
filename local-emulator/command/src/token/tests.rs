use std::fs;

use api_routes_project::Settings;
use api_routes_project::workspace::Project;
use clap::Parser;
use serde_json::{Map, Value, json};

use super::Token;
use super::audience::{Audience, AudienceError};

const NOW: u64 = 1_800_000_000;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    token: Token,
}

fn token(arguments: &str) -> Token {
    Line::parse_from(["token"].into_iter().chain(arguments.split_whitespace())).token
}

/// Finds the audience in a project with this template.
fn audience(resources: &str, token: &Token) -> Result<Audience, AudienceError> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let function = root.join("functions/api/a");
    fs::create_dir_all(&function).unwrap();
    fs::write(root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"functions/api/a\"]\n")
        .unwrap();
    let manifest = "[package]\nname = \"api-a\"\n[[bin]]\nname = \"api-a\"\npath = \"main.rs\"\n";
    fs::write(function.join("Cargo.toml"), manifest).unwrap();
    fs::write(function.join("main.rs"), "fn main() {}").unwrap();
    fs::write(
        root.join("template.yaml"),
        format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}"),
    )
    .unwrap();
    let project = Project::open(root).unwrap();
    let settings = Settings::read(&project).unwrap();
    Audience::find(&settings.template().apis, token.authorizer.as_deref(), &token.audiences)
}

fn claims(resources: &str, arguments: &str) -> Map<String, Value> {
    let token = token(arguments);
    let audience = audience(resources, &token).unwrap();
    token.claims(audience, NOW)
}

fn http_api(authorizers: &str) -> String {
    format!(
        "  Api:\n    Type: AWS::Serverless::HttpApi\n    Properties:\n      Auth:\n        Authorizers:\n{authorizers}"
    )
}

fn jwt(name: &str, audience: &str) -> String {
    format!(
        "          {name}:\n            IdentitySource: $request.header.Authorization\n            JwtConfiguration:\n              \
         issuer: https://issuer.example\n              audience: [{audience}]\n"
    )
}

const COGNITO: &str = "  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: Prod
      Auth:
        Authorizers:
          Pool:
            UserPoolArn: arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc
";

#[test]
fn token_is_for_the_audience_of_the_template() {
    assert_eq!(
        Value::Object(claims(&http_api(&jwt("Login", "shop, other")), "--sub 7 --scope read --scope write")),
        json!({
            "iss": "http://localhost:3000/_emulator/issuer", "sub": "7", "aud": "shop", "iat": NOW, "exp": NOW + 3600,
            "scope": "read write",
        })
    );
}

#[test]
fn options_change_the_claims() {
    let api = http_api(&jwt("Login", "shop"));
    for (arguments, name, expected) in [
        ("", "sub", json!("local")),
        ("", "scope", json!(null)),
        ("--port 4000", "iss", json!("http://localhost:4000/_emulator/issuer")),
        ("--aud a", "aud", json!("a")),
        ("--aud a --aud b", "aud", json!(["a", "b"])),
        ("--expires 90s", "exp", json!(NOW + 90)),
        ("--expired", "exp", json!(NOW - 3600)),
        ("--expired", "iat", json!(NOW - 7200)),
        ("--claim tier=gold", "tier", json!("gold")),
        ("--claim roles=[\"a\",\"b\"]", "roles", json!(["a", "b"])),
        ("--claim n=7", "n", json!(7)),
        ("--claim n=\"7\"", "n", json!("7")),
        ("--claim a=b=c", "a", json!("b=c")),
        ("--claim a=", "a", json!("")),
        ("--claim aud=null", "aud", json!(null)),
        ("--claim iss=https://issuer.example", "iss", json!("https://issuer.example")),
    ] {
        let claims = claims(&api, arguments);
        assert_eq!(claims.get(name).unwrap_or(&Value::Null), &expected, "{arguments}");
    }
}

#[test]
fn user_pool_says_how_its_token_is_used() {
    let id = claims(COGNITO, "--sub 7");
    assert_eq!(
        (&id["token_use"], &id["aud"], &id["cognito:username"]),
        (&json!("id"), &json!("local"), &json!("7"))
    );
    let access = claims(COGNITO, "--sub 7 --scope read");
    assert_eq!(
        (&access["token_use"], &access["client_id"], &access["username"]),
        (&json!("access"), &json!("local"), &json!("7"))
    );
    assert!(!access.contains_key("aud"));
}

#[test]
fn audience_that_only_aws_knows_is_any() {
    let claims = claims(&http_api(&jwt("Login", "!Ref Client")), "");
    assert_eq!(claims["aud"], "local");
}

#[test]
fn one_of_several_authorizers_is_named() {
    let api = http_api(&(jwt("First", "one") + &jwt("Second", "two")));
    let find = |arguments| audience(&api, &token(arguments));
    let error = find("").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template has several authorizers: choose one with `--authorizer`: `First`, `Second`"
    );
    assert_eq!(find("--authorizer Second").unwrap().names, ["two"]);
    assert_eq!(find("--aud three").unwrap().names, ["three"]);
    let error = find("--authorizer Third").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template has no JWT or Cognito authorizer `Third`: it has `First`, `Second`"
    );
}

#[test]
fn token_without_an_authorizer_has_no_audience() {
    let token_of = |arguments| claims("  Api:\n    Type: AWS::Serverless::HttpApi\n", arguments);
    assert!(!token_of("").contains_key("aud"));
    assert_eq!(token_of("--aud a")["aud"], "a");
    let error =
        audience("  Api:\n    Type: AWS::Serverless::HttpApi\n", &token("--authorizer A")).unwrap_err();
    assert_eq!(error.to_string(), "the template has no JWT or Cognito authorizer `A`: it has none");
}
