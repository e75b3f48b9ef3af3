use std::sync::Arc;
use std::time::Duration;

use api_routes_project::aws::http_api::RouteTable;
use api_routes_project::aws::rest_api::ResourceTable;
use api_routes_project::aws::{
    Authorization, Authorizer, AuthorizerEvent, AuthorizerKind, CognitoAuthorizer, JwtAuthorizer,
    LambdaAuthorizer,
};
use http_body_util::Empty;
use serde_json::{Value, json};

use super::{Guard, Judge};
use crate::authorizer::{ApiKey, ApiKeys, Bypass};
use crate::gateway::Integration;
use crate::gateway::fake::{Behavior, ClientResponse, FakeBackend, PEER, answered, get};
use crate::gateway::http_api::HttpApi;
use crate::gateway::rest_api::RestApi;

/// A guard whose authorizer rejects every caller.
fn guard(kind: AuthorizerKind, scopes: &[&str]) -> Guard<()> {
    let authorizer = Some(Arc::new(Authorizer { name: "Mine".to_owned(), kind }));
    let scopes = scopes.iter().map(ToString::to_string).collect();
    let judge = Some(Arc::new(Judge::Closed("only AWS can tell it".to_owned())));
    Guard::new(&Authorization { authorizer, scopes, needs_api_key: false }, judge)
}

fn jwt() -> AuthorizerKind {
    AuthorizerKind::Jwt(JwtAuthorizer::default())
}

fn lambda() -> AuthorizerKind {
    let event = AuthorizerEvent::Token { header: "Authorization".to_owned(), validation: None };
    AuthorizerKind::Lambda(LambdaAuthorizer { function: None, event, ttl: Duration::ZERO })
}

fn unknown() -> AuthorizerKind {
    AuthorizerKind::Unknown("only AWS can tell it".to_owned())
}

fn bypassing(bypass: Bypass, target: &str) -> http::Request<Empty<bytes::Bytes>> {
    let mut request = get(target);
    request.extensions_mut().insert(bypass);
    request
}

fn claims(claims: Value) -> Bypass {
    Bypass::Claims(Arc::new(serde_json::from_value(claims).unwrap()))
}

fn http_api(
    guard: Guard<()>,
) -> (Arc<HttpApi<FakeBackend>>, impl Fn(&HttpApi<FakeBackend>, Bypass) -> ClientResponse) {
    let integration = Integration { guard, ..().into() };
    let routes = RouteTable::new([("GET /me".parse().unwrap(), integration)]).unwrap();
    let api = HttpApi::new(FakeBackend::new(Behavior::Reply("{}")), routes);
    (Arc::new(api), |api, bypass| answered(Box::pin(api.handle(bypassing(bypass, "/me"), PEER))))
}

fn http_context(guard: Guard<()>, bypass: Bypass) -> Result<Value, u16> {
    let (api, ask) = http_api(guard);
    let answer = ask(&api, bypass);
    if answer.status == 200 { Ok(answer_event(&api)) } else { Err(answer.status.as_u16()) }
}

fn answer_event(api: &HttpApi<FakeBackend>) -> Value {
    api.backend().event()["requestContext"]["authorizer"].clone()
}

#[test]
fn route_of_an_unknown_authorizer_lets_nobody_in() {
    let (api, _) = http_api(guard(unknown(), &[]));
    let answer = answered(Box::pin(api.handle(get("/me"), PEER)));
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_str()),
        (500, r#"{"message":"Internal Server Error"}"#)
    );
    let reason = "not authorized: only AWS can tell it";
    assert_eq!(answer.refusal.map(|refusal| refusal.to_string()).as_deref(), Some(reason));
    assert_eq!(api.backend().events(), 0);
}

#[test]
fn invalid_claims_close_only_guarded_routes() {
    let invalid = || Bypass::Invalid("cannot read the claims".to_owned());
    assert_eq!(http_context(guard(AuthorizerKind::Iam, &[]), invalid()), Err(403));
    let (api, ask) = http_api(Guard::default());
    assert_eq!(ask(&api, invalid()).status, 200);
}

#[test]
fn open_bypass_has_no_caller() {
    for kind in [jwt(), lambda(), unknown(), AuthorizerKind::Iam] {
        assert_eq!(http_context(guard(kind, &["read"]), Bypass::Open), Ok(Value::Null));
    }
}

#[test]
fn claims_of_a_bypass_have_the_form_of_the_authorizer() {
    for (kind, sent, expected) in [
        (
            jwt(),
            json!({"sub": "7", "n": 1}),
            json!({"jwt": {"claims": {"sub": "7", "n": "1"}, "scopes": null}}),
        ),
        (lambda(), json!({"sub": "7", "n": 1}), json!({"lambda": {"sub": "7", "n": 1}})),
        (lambda(), json!({"principalId": "me"}), json!({"lambda": {"principalId": "me"}})),
        (
            AuthorizerKind::Iam,
            json!({"sub": "AIDA7"}),
            json!({"iam": {
                "accessKey": "AKIAIOSFODNN7EXAMPLE", "accountId": "123456789012", "callerId": "AIDA7",
                "cognitoIdentity": null, "principalOrgId": null,
                "userArn": "arn:aws:iam::123456789012:user/local", "userId": "AIDA7"
            }}),
        ),
    ] {
        assert_eq!(http_context(guard(kind, &[]), claims(sent)), Ok(expected));
    }
}

#[test]
fn claims_of_a_bypass_need_the_scopes_of_the_route() {
    for (scope, status) in [
        (json!({}), Err(403)),
        (json!({"scope": "write"}), Err(403)),
        (json!({"scope": "readwrite"}), Err(403)),
        (json!({"scope": "write read"}), Ok(json!(["write", "read"]))),
        (json!({"scp": ["read"]}), Ok(json!(["read"]))),
    ] {
        let context = http_context(guard(jwt(), &["admin", "read"]), claims(scope.clone()));
        assert_eq!(context.map(|context| context["jwt"]["scopes"].clone()), status, "{scope}");
    }
}

#[test]
fn key_of_an_authorizer_is_no_header() {
    let authorization = Authorization { authorizer: None, scopes: Vec::new(), needs_api_key: true };
    let keys: ApiKeys = [ApiKey::new("k", Some("secret".to_owned()), true)].into_iter().collect();
    let guard = Guard::new(&authorization, None).with_api_keys(Arc::new(keys));
    for (of_authorizer, status) in [(false, 200), (true, 403)] {
        let target = Integration { guard: guard.clone(), ..().into() }.into();
        let resources = ResourceTable::new([("GET /me".parse().unwrap(), target)]).unwrap();
        let api = RestApi::new(FakeBackend::new(Behavior::Reply("{\"statusCode\":200}")), resources);
        let api = api.with_keys_of_authorizers(of_authorizer);
        let mut request = get("/Prod/me");
        request.headers_mut().insert("x-api-key", "secret".parse().unwrap());
        assert_eq!(answered(Box::pin(api.handle(request, PEER))).status, status, "{of_authorizer}");
    }
}

#[test]
fn rest_api_has_the_claims_of_a_bypass() {
    let guard = guard(AuthorizerKind::Cognito(CognitoAuthorizer::default()), &[]);
    let target = Integration { guard, ..().into() }.into();
    let resources = ResourceTable::new([("GET /me".parse().unwrap(), target)]).unwrap();
    let api = RestApi::new(FakeBackend::new(Behavior::Reply("{\"statusCode\":200}")), resources);
    let request = bypassing(claims(json!({"cognito:groups": ["a", "b"]})), "/Prod/me");
    assert_eq!(answered(Box::pin(api.handle(request, PEER))).status, 200);
    let expected = json!({"claims": {"cognito:groups": "a,b"}});
    assert_eq!(api.backend().event()["requestContext"]["authorizer"], expected);
}
