//! Tokens of the emulator's own issuer.

use serde_json::{Value, json};

use super::{ECHO, JWT, authorizer, http_api, template};
use crate::harness::command::{run, tool};
use crate::harness::{Project, Response, ServedProject, get};

/// Prints a token for a project, with the command that a developer runs.
fn token(project: &Project, options: &str) -> String {
    let arguments: Vec<_> = ["token"].into_iter().chain(options.split_whitespace()).collect();
    let ran = run(&mut tool(project.root(), &arguments));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
    ran.stdout.trim_end().to_owned()
}

fn ask(served: &ServedProject, path: &str, token: &str) -> Response {
    get(path).header("authorization", &format!("Bearer {token}")).send(served.address)
}

fn refused(answer: &Response) -> (u16, Value, Option<&str>) {
    (answer.status, answer.json(), answer.header("www-authenticate"))
}

/// A Cognito user pool as the default authorizer of every route.
const POOL: &str = "{DefaultAuthorizer: Pool, Authorizers: {Pool: {UserPoolArn: \
                    'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc'}}}";

#[test]
fn token_opens_a_route_and_an_expired_one_does_not() {
    let project = http_api(JWT, "");
    let served = ServedProject::start(&project);
    let right = token(&project, "--sub 7 --claim roles=[\"a\",\"b\"]");
    let answer = ask(&served, "/api/me", &right);
    let claims = &authorizer(&answer)["jwt"]["claims"];
    assert_eq!(
        (&claims["sub"], &claims["aud"], &claims["roles"]),
        (&json!("7"), &json!("shop"), &json!("[a b]"))
    );
    assert_eq!(claims["iss"], "http://localhost:3000/_emulator/issuer");

    let unauthorized = json!({ "message": "Unauthorized" });
    let challenge =
        |reason: &str| format!("Bearer scope=\"\" error=\"invalid_token\" error_description=\"{reason}\"");
    let other_audience = challenge("the token does not have a valid audience");
    for (token, expected) in [
        (token(&project, "--expired"), challenge("the token has expired")),
        (token(&project, "--aud other"), other_audience.clone()),
        (token(&project, "--claim aud=null"), other_audience),
        (
            token(&project, "--claim iss=https://else.example"),
            challenge("the token does not have a valid issuer"),
        ),
        (token(&project, "--claim nbf=99999999999"), challenge("the token is not valid yet")),
        (format!("{right}x"), challenge("the token is malformed")),
        (format!("{right}, {right}"), challenge("token contains an invalid number of segments")),
        (String::new(), "Bearer".to_owned()),
    ] {
        let answer = ask(&served, "/api/me", &token);
        assert_eq!(refused(&answer), (401, unauthorized.clone(), Some(expected.as_str())));
    }
    let without = get("/api/me").send(served.address);
    assert_eq!(refused(&without), (401, unauthorized, Some("Bearer")));
    served.wait_for_log(
        "the token expired 60 min ago: get a new one, or sign one with `cargo api-routes token`",
    );
}

#[test]
fn token_without_an_authorizer_comes_with_a_warning() {
    let ran = run(&mut tool(http_api("{}", "").root(), &["token"]));
    assert_eq!((ran.code, ran.stdout.matches('.').count()), (Some(0), 2), "{}", ran.stdout);
    let expected = "warning: the template has no JWT or Cognito authorizer, so the emulator lets requests through without \
                    this token: add an authorizer below `Auth` of the API, or verify the token in your function\n";
    assert_eq!(ran.stderr, expected);
}

#[test]
fn token_without_the_scope_of_the_route_is_403() {
    let project = http_api(JWT, ", Auth: {AuthorizationScopes: [read, write]}");
    let served = ServedProject::start(&project);
    let answer = ask(&served, "/api/me", &token(&project, "--scope read"));
    assert_eq!(authorizer(&answer)["jwt"]["scopes"], json!(["read"]));
    let answer = ask(&served, "/api/me", &token(&project, "--scope other"));
    let challenge = "Bearer scope=\"read write\" error=\"insufficient_scope\" error_description=\"the token does not have a \
                     required scope\"";
    assert_eq!(refused(&answer), (403, json!({ "message": "Forbidden" }), Some(challenge)));
}

#[test]
fn user_pool_takes_tokens_of_the_emulator() {
    let mut project = Project::new();
    project.add_crate("api/me", ECHO);
    project.write("template.yaml", &template("Api", POOL, &project.package("api/me"), ""));
    let served = ServedProject::start(&project);
    let answer = ask(&served, "/Prod/api/me", &token(&project, "--sub 7"));
    assert_eq!(authorizer(&answer)["claims"]["cognito:username"], "7");
    let answer = ask(&served, "/Prod/api/me", &token(&project, "--expired"));
    assert_eq!((answer.status, answer.json()), (401, json!({ "message": "The incoming token has expired" })));
    let valid = format!("Bearer {}", token(&project, "--sub 7"));
    for several in [["Bearer x", &valid], [&valid, "Bearer x"], [&valid, &valid]] {
        let request = get("/Prod/api/me").header("authorization", several[0]);
        assert_eq!(served.send(&request.header("authorization", several[1])).status, 401);
    }
    // A route without scopes refuses an access token.
    let answer = ask(&served, "/Prod/api/me", &token(&project, "--scope read"));
    assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Unauthorized" })));
}

#[test]
fn libraries_find_the_key_of_the_issuer() {
    let project = http_api(JWT, "");
    let served = ServedProject::start(&project);
    let host = served.address.to_string();
    let document = |path: &str| get(path).header("host", &host).send(served.address);
    let configuration = document("/_emulator/issuer/.well-known/openid-configuration").json();
    assert_eq!(configuration["issuer"], format!("http://{host}/_emulator/issuer"));
    let jwks_uri =
        configuration["jwks_uri"].as_str().unwrap().strip_prefix(&format!("http://{host}")).unwrap();
    let token = token(&project, "");
    let keys = document(jwks_uri);
    assert_eq!(keys.header("access-control-allow-origin"), Some("*"));
    let key = &keys.json()["keys"][0];
    assert_eq!(key["kid"], header(&token)["kid"]);
    assert!(key.get("d").is_none(), "{key}");
    // DNS rebinding is refused here too.
    assert_eq!(get(jwks_uri).header("host", "evil.example.com").send(served.address).status, 403);
    assert_eq!(document("/_emulator/issuer/issuer.pk8").status, 404);
}

fn header(token: &str) -> Value {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

#[test]
fn keys_of_a_file_take_the_place_of_the_issuers() {
    let project = http_api(JWT, "");
    project.write("jwks.json", "{\"keys\": []}");
    let served = ServedProject::start_with(project.root(), |config| {
        config.authorizers.jwks = Some(project.path("jwks.json"));
    });
    let foreign = token(&project, "--claim iss=https://login.example.com/");
    assert_eq!(ask(&served, "/api/me", &foreign).status, 200);
    let (header, rest) = foreign.split_once('.').unwrap();
    assert!(!header.is_empty());
    // {"alg":"RS256","kid":"k"}
    let unknown = format!("eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.{rest}");
    assert_eq!(ask(&served, "/api/me", &unknown).status, 401);
    served.wait_for_log("jwks.json` have no `kid` `k`; they have none");
}

#[test]
fn authorizer_of_several_has_to_be_named() {
    let project = http_api(
        &JWT.replace(
            "}}}}",
            "}}, Second: {IdentitySource: $request.header.X, JwtConfiguration: \
        {issuer: 'https://second.example.com', audience: [second]}}}}",
        ),
        "",
    );
    let ran = run(&mut tool(project.root(), &["token"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("choose one with `--authorizer`: `Login`, `Second`"), "{}", ran.stderr);
    assert_eq!(token(&project, "--authorizer Second").split('.').count(), 3);
}
