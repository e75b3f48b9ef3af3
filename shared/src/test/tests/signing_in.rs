use serde_json::{Map, Value, json};

use crate::request::ApiRequest;
use crate::response::{ApiResponse, Result};
use crate::route::Route;
use crate::test::TestRequest;
use crate::{CallerKind, FrontDoor, OrStatus};

fn context(request: TestRequest, front_door: FrontDoor) -> Value {
    let request = request.via(front_door).into_api_request("/api/me");
    let mut context = request.event::<Value>().unwrap()["requestContext"].take();
    json!({ "authorizer": context["authorizer"].take(), "userArn": context["identity"]["userArn"].take() })
}

/// Measured on AWS by others (<https://github.com/floci-io/floci/pull/2011>), and as recorded of a Cognito authorizer
/// (<https://repost.aws/questions/QUFJRBaEJRSmmqarNrvCWoQA/aws-cognito-group>).
#[test]
fn claims_are_written_as_aws_writes_them() {
    let token = json!({
        "sub": "7", "exp": 1_680_633_579, "auth_time": 1_680_629_979, "email_verified": true, "nickname": null,
        "cognito:groups": ["admin", "staff"],
    });
    let bracketed = json!({
        "sub": "7", "exp": "1680633579", "auth_time": "1680629979", "email_verified": "true",
        "cognito:groups": "[admin staff]",
    });
    let cognito = json!({
        "sub": "7", "exp": "Tue Apr 04 18:39:39 UTC 2023", "auth_time": "1680629979", "email_verified": "true",
        "cognito:groups": "admin,staff",
    });
    for (front_door, authorizer) in [
        (FrontDoor::HttpApi, json!({ "jwt": { "claims": bracketed, "scopes": null } })),
        (FrontDoor::HttpApiPayload1, json!({ "claims": bracketed, "scopes": null })),
        (FrontDoor::RestApi, json!({ "claims": cognito })),
    ] {
        let context = context(TestRequest::get("/api/me").claims(&token), front_door);
        assert_eq!(context["authorizer"], authorizer, "{front_door}");
    }
}

#[test]
fn contexts_are_written_as_aws_writes_them() {
    let members = json!({ "principalId": "ann", "tenant": 7, "trial": true });
    for (front_door, authorizer) in [
        (FrontDoor::HttpApi, json!({ "lambda": members })),
        (FrontDoor::HttpApiPayload1, members.clone()),
        (
            FrontDoor::RestApi,
            json!({ "principalId": "ann", "tenant": "7", "trial": "true", "integrationLatency": 42 }),
        ),
    ] {
        let context = context(TestRequest::get("/api/me").authorizer_context(&members), front_door);
        assert_eq!(context["authorizer"], authorizer, "{front_door}");
    }
}

#[test]
fn the_caller_of_a_test_is_the_one_of_the_handler() {
    let ann = "arn:aws:iam::123456789012:user/ann";
    let claims = || TestRequest::get("/api/me").claims(json!({ "sub": "ann", "scp": ["read"] }));
    let lambda =
        || TestRequest::get("/api/me").authorizer_context(json!({ "principalId": "ann", "scope": "read" }));
    let iam = || TestRequest::get("/api/me").iam_caller(ann);
    for front_door in [FrontDoor::HttpApi, FrontDoor::HttpApiPayload1, FrontDoor::RestApi] {
        for (request, kind, id, may_read) in [
            (claims(), CallerKind::Token, "ann", true),
            (lambda(), CallerKind::Lambda, "ann", true),
            (iam(), CallerKind::Iam, ann, false),
        ] {
            let caller = request.via(front_door).into_api_request("/api/me").caller().unwrap();
            let seen = (caller.kind(), caller.id(), caller.has_scope("read"));
            assert_eq!(seen, (kind, id, may_read), "{front_door}");
        }
    }
    let caller = iam().via(FrontDoor::FunctionUrl).into_api_request("/api/me").caller().unwrap();
    assert_eq!((caller.kind(), caller.id()), (CallerKind::Iam, ann));
}

#[test]
fn request_without_a_caller_has_no_claims() {
    let route = Route::new("/api/me", async |req: ApiRequest, res: ApiResponse| {
        assert_eq!(req.caller(), None);
        res.json(req.claims::<Map<String, Value>>()?.len())
    });
    for front_door in FrontDoor::ALL {
        // Only a front door says who calls.
        let request = TestRequest::get("/api/me")
            .header("x-amzn-oidc-identity", "mallory")
            .header("x-amzn-oidc-data", "e30.e30.e30")
            .header("authorization", "Bearer e30.e30.e30");
        let answer = request.via(*front_door).send(&route);
        let seen = (answer.status().as_u16(), answer.text());
        assert_eq!(seen, (401, r#"{"error":"Unauthorized"}"#.to_owned()), "{front_door}");
    }
}

#[test]
fn claims_that_do_not_fit_are_a_hidden_500() {
    async fn handler(req: ApiRequest, res: ApiResponse) -> Result {
        #[derive(serde::Deserialize)]
        struct Claims {
            exp: u32,
        }
        let error = req.claims::<Claims>().err().or_status(500, "the claims fit")?;
        let line = error.location().map(std::panic::Location::line);
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(cause.starts_with("the claims of this caller do not fit `"), "{cause}");
        assert!(cause.ends_with("::Claims`: `exp`: expected u32"), "{cause}");
        assert_eq!(line, Some(line!() - 4));
        res.json(req.claims::<Claims>()?.exp)
    }
    let route = Route::new("/api/me", handler);
    let answer = TestRequest::get("/api/me").claims(json!({ "exp": "s3cret" })).send(&route);
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (500, r#"{"error":"Internal Server Error"}"#)
    );
}

#[test]
fn without_an_event_nobody_calls() {
    let request = http::Request::new(crate::body::Body::empty());
    let route = Route::new("/", async |req: ApiRequest, res: ApiResponse| {
        res.json((req.caller().is_none(), req.claims::<Value>().unwrap_err().status().as_u16()))
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(tower::ServiceExt::oneshot(route, request)).unwrap();
    assert_eq!(response.into_body().as_bytes().unwrap()[..], *b"[true,401]");
}

#[test]
#[should_panic(
    expected = "this front door (Function URL) has no authorizer of tokens: choose one that has it with \
                           `.via(…)`, such as `.via(FrontDoor::HttpApi)`, or sign the caller in with `.iam_caller(…)`"
)]
fn a_function_url_knows_no_tokens() {
    let request = TestRequest::get("/api/me").claims(json!({ "sub": "ann" }));
    request.via(FrontDoor::FunctionUrl).into_api_request("/api/me");
}

#[test]
#[should_panic(expected = "this front door (ALB) has no IAM authorization")]
fn a_load_balancer_has_no_authorizers() {
    TestRequest::get("/api/me").iam_caller("arn").via(FrontDoor::Alb).into_api_request("/api/me");
}

#[test]
#[should_panic(
    expected = "takes text, numbers and booleans in the context of a Lambda authorizer, and `roles` is none"
)]
fn a_rest_api_takes_no_list_in_a_context() {
    let request = TestRequest::get("/api/me").authorizer_context(json!({ "roles": ["a"] }));
    request.via(FrontDoor::RestApi).into_api_request("/api/me");
}

#[test]
#[should_panic(expected = "`claims` is no JSON object")]
fn claims_are_an_object() {
    let _ = TestRequest::get("/api/me").claims(["ann"]);
}
