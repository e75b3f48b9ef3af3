//! Authorizers of public projects: the requests of their tests, the answers of their functions, and the statuses.
//!
//! The tests of an emulator count where AWS's documents and reports agree. Where they differ from AWS, the case says
//! so.

use aws_lambda_events::apigw::{ApiGatewayCustomAuthorizerPolicy, ApiGatewayCustomAuthorizerResponse};
use aws_lambda_events::iam::{IamPolicyEffect, IamPolicyStatement};

use super::super::fake::resource;
use super::*;

/// The status that the client gets.
async fn status(
    authorizer: &LambdaAuthorizer<&'static str>,
    functions: &FakeFunctions,
    request: &Request,
) -> u16 {
    match authorizer.authorize(functions, request).await {
        Ok(_) => 200,
        Err(NotAuthorized::Denied(denial)) => match denial.kind {
            DenialKind::Unauthorized => 401,
            DenialKind::AccessDenied { .. } => 403,
            DenialKind::AuthorizerFailure | DenialKind::AuthorizerConfiguration => 500,
            kind => panic!("{kind:?}"),
        },
        Err(other) => panic!("{other}"),
    }
}

/// A policy as the classes of AWS's blueprints build it, which most projects have copied: one statement for all that is
/// allowed, and one for all that is denied.
fn built(allowed: &[&str], denied: &[&str]) -> Value {
    let statements =
        [("Allow", allowed), ("Deny", denied)].into_iter().filter(|(_, methods)| !methods.is_empty());
    let statements = statements.map(|(effect, methods)| {
        let resources: Vec<_> = methods.iter().map(|method| resource(method)).collect();
        json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resources })
    });
    let statements: Vec<_> = statements.collect();
    json!({ "principalId": "user|a1b2c3d4", "policyDocument": { "Version": "2012-10-17", "Statement": statements } })
}

fn with_context(mut answer: Value, context: Value) -> Value {
    answer["context"] = context;
    answer
}

async fn context(
    answer: Value,
    authorizer: LambdaAuthorizer<&'static str>,
    request: &Request,
) -> Option<Value> {
    match authorizer.authorize(&FakeFunctions::new(FakeBehavior::Answer(answer)), request).await {
        Ok(Caller::Lambda { context, .. }) => context.map(Value::Object),
        other => panic!("{other:?}"),
    }
}

const ERROR: FakeBehavior = FakeBehavior::Fail(r#"{"errorType":"Exception","errorMessage":""}"#);
const UNAUTHORIZED_ERROR: FakeBehavior =
    FakeBehavior::Fail(r#"{"errorType":"Error","errorMessage":"Unauthorized"}"#);

/// `tests/integration/local/start_api/lambda_authorizers` of <https://github.com/aws/aws-sam-cli>. Two header and query
/// sources are required everywhere. An error is a 502 there, and a 500 on AWS.
#[tokio::test]
async fn authorizers_of_sam_cli() {
    let sources =
        || vec![IdentitySource::Header("header".to_owned()), IdentitySource::QueryString("query".to_owned())];
    let request = || Request::new(sources().into_iter().zip(["myheader", "myquery"]));
    let token = || {
        authorizer(
            ApiKind::Rest,
            AuthorizerEvent::Token { header: "header".to_owned(), validation: None },
            300,
        )
    };
    let with_event = |api, format, simple| authorizer(api, request_event(sources(), format, simple), 300);
    let passed = json!({ "number": 1, "bool": true, "passed": "from authorizer" });
    let texts = json!({ "number": "1", "bool": "true", "passed": "from authorizer" });
    let allowed = with_context(built(&["*/*"], &[]), passed.clone());
    // The class does not get the region, the API and the stage here, so that its statement matches nothing.
    let elsewhere = "arn:aws:execute-api:<<region>>:123456789012:<<restApiId>>/<<stage>>/*/*";
    let denied = policy("Deny", elsewhere);
    for (make, allows, denies, context_is) in [
        (&token as &dyn Fn() -> _, &allowed, &denied, &texts),
        (&|| with_event(ApiKind::Rest, PayloadFormat::V1, false), &allowed, &denied, &texts),
        (&|| with_event(ApiKind::Http, PayloadFormat::V2, false), &allowed, &denied, &passed),
        (&|| with_event(ApiKind::Http, PayloadFormat::V1, false), &allowed, &denied, &passed),
        (
            &|| with_event(ApiKind::Http, PayloadFormat::V2, true),
            &json!({ "isAuthorized": true, "context": passed }),
            &json!({ "isAuthorized": false, "context": { "number": 1, "bool": true } }),
            &passed,
        ),
    ] {
        assert_eq!(context(allows.clone(), make(), &request()).await.as_ref(), Some(context_is));
        for (behavior, request, expected) in [
            (FakeBehavior::Answer(allows.clone()), Request::new([]), 401),
            (FakeBehavior::Answer(denies.clone()), request(), 403),
            (ERROR, request(), 500),
        ] {
            let authorizer = make();
            let functions = FakeFunctions::new(behavior);
            assert_eq!(status(&authorizer, &functions, &request).await, expected, "{authorizer:?}");
            assert_eq!(functions.asked(), usize::from(expected != 401));
        }
    }
}

/// The authorizers of the OpenAPI documents in the same folder: one policy for several methods, cached for all of them.
#[tokio::test]
async fn authorizers_of_sam_cli_in_documents() {
    let answer = built(
        &["GET/requestauthorizerswaggerrequest/authorized", "GET/requestauthorizerswaggertoken/authorized"],
        &[
            "GET/requestauthorizerswaggerrequest/unauthorized",
            "GET/requestauthorizerswaggertoken/unauthorized",
        ],
    );
    let functions = FakeFunctions::new(FakeBehavior::Answer(answer));
    let authorizer = rest_token(300);
    for (method, expected) in [
        ("GET/requestauthorizerswaggerrequest/authorized", 200),
        ("GET/requestauthorizerswaggerrequest/unauthorized", 403),
        ("GET/requestauthorizerswaggertoken/authorized", 200),
        ("GET/requestauthorizerswaggertoken/unauthorized", 403),
        ("POST/requestauthorizerswaggertoken/authorized", 403),
    ] {
        let request = Request::with_token("t").to(&resource(method));
        assert_eq!(status(&authorizer, &functions, &request).await, expected, "{method}");
    }
    assert_eq!(functions.asked(), 1);
}

/// `tests/integration/authorizer`, `request-authorizer` and `no-identity-source-authorizer` of
/// <https://github.com/dherault/serverless-offline>. That emulator answers 401 to the error `Unauthorized` of an HTTP
/// API too, which AWS does not document.
#[tokio::test]
async fn authorizers_of_serverless_offline() {
    let query = |name: &str| vec![IdentitySource::QueryString(name.to_owned())];
    let by_query =
        |format, simple| authorizer(ApiKind::Http, request_event(query("query"), format, simple), 0);
    let (header_of, query_of) = (Request::with_token as fn(&str) -> _, |value: &str| {
        Request::new([(IdentitySource::QueryString("query".to_owned()), value)])
    });
    let policies = [
        FakeBehavior::Answer(policy("Allow", ARN)),
        FakeBehavior::Answer(policy("Deny", ARN)),
        UNAUTHORIZED_ERROR,
    ];
    let simple = [
        FakeBehavior::Answer(json!({ "isAuthorized": true })),
        FakeBehavior::Answer(json!({ "isAuthorized": false })),
        UNAUTHORIZED_ERROR,
    ];
    let token = "Bearer fc3e55ea-e6ec-4bf2-94d2-06ae6efe6e5a";
    for (authorizer, answers, request_with, error_is) in [
        (rest_token(0), &policies, header_of as fn(&str) -> Request, 401),
        (http_policy_1(0), &policies, header_of, 500),
        (http_policy(0), &policies, header_of, 500),
        (http_simple(0), &simple, header_of, 500),
        (by_query(PayloadFormat::V1, false), &policies, query_of, 500),
        (by_query(PayloadFormat::V2, false), &policies, query_of, 500),
        (by_query(PayloadFormat::V2, true), &simple, query_of, 500),
    ] {
        for (behavior, expected) in answers.iter().zip([200, 403, error_is]) {
            let functions = FakeFunctions::new(behavior.clone());
            assert_eq!(
                status(&authorizer, &functions, &request_with(token)).await,
                expected,
                "{authorizer:?}"
            );
            assert_eq!(status(&authorizer, &functions, &Request::new([])).await, 401, "{authorizer:?}");
            assert_eq!(functions.asked(), 1);
        }
    }
    let without_sources = authorizer(ApiKind::Rest, request_event(Vec::new(), PayloadFormat::V1, false), 0);
    let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", ARN)));
    for request in [Request::with_token(token), Request::new([])] {
        assert_eq!(status(&without_sources, &functions, &request).await, 200);
    }
    assert_eq!(functions.asked(), 2);
}

/// The token authorizer of
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>. The authorizer
/// with `Bearer` is `apigw-lambda-authorizer` in <https://github.com/aws-samples/serverless-patterns>, whose page names
/// the statuses.
#[tokio::test]
async fn public_authorizers_get_the_documented_answers() {
    let context = json!({ "stringKey": "stringval", "numberKey": 123, "booleanKey": true });
    let answer = |effect| FakeBehavior::Answer(with_context(policy(effect, ARN), context.clone()));
    for prefix in ["", "Bearer "] {
        for (token, behavior, expected) in [
            ("allow", answer("Allow"), 200),
            ("deny", answer("Deny"), 403),
            ("unauthorized", UNAUTHORIZED_ERROR, 401),
            ("fail", FakeBehavior::Fail(r#"{"errorMessage":"Error: Invalid token"}"#), 500),
        ] {
            let request = Request::with_token(&format!("{prefix}{token}"));
            assert_eq!(
                status(&rest_token(300), &FakeFunctions::new(behavior), &request).await,
                expected,
                "{token}"
            );
        }
        let functions = FakeFunctions::new(answer("Allow"));
        assert_eq!(status(&rest_token(300), &functions, &Request::new([])).await, 401);
        assert_eq!(functions.asked(), 0);
    }
}

/// The integration tests of `serverless-rest-api/python-http-sam` and `python-rest-sam` in
/// <https://github.com/aws-samples/serverless-samples>, which run on AWS: one policy has all rights of a user, and is
/// used for all methods. A user's own paths contain the id of the user.
#[tokio::test]
async fn authorizers_of_serverless_samples() {
    const REGULAR: &[&str] = &[
        "GET/locations",
        "GET/locations/*",
        "GET/locations/*/resources",
        "GET/locations/*/resources/*/bookings",
        "GET/users/7/bookings",
        "GET/users/7/bookings/*",
        "PUT/users/7/bookings",
        "DELETE/users/7/bookings/*",
    ];
    const ADMINISTRATIVE: &[&str] = &[
        "GET/locations",
        "GET/locations/*",
        "DELETE/locations",
        "DELETE/locations/*",
        "PUT/locations",
        "PUT/locations/*",
    ];
    for (allowed, requests) in [
        (
            REGULAR,
            [
                ("GET/locations", 200),
                ("PUT/locations", 403),
                ("GET/locations/1", 200),
                ("GET/locations/1/resources", 200),
                ("PUT/locations/1/resources", 403),
                ("GET/locations/1/resources/2/bookings", 200),
                ("PUT/users/8/bookings", 403),
                ("GET/users/8/bookings", 403),
                ("GET/users/7/bookings", 200),
                ("PUT/users/7/bookings", 200),
                ("GET/users/7/bookings/3", 200),
                ("DELETE/users/7/bookings/3", 200),
                ("DELETE/locations/1/resources/2", 403),
                ("DELETE/locations/1", 403),
            ]
            .as_slice(),
        ),
        (
            ADMINISTRATIVE,
            [
                ("PUT/locations", 200),
                // `*` also matches a slash.
                ("PUT/locations/1/resources", 200),
                ("PUT/users/8/bookings", 403),
                ("GET/users/8/bookings", 403),
                ("GET/users/8/bookings/3", 403),
                ("DELETE/users/8/bookings/3", 403),
                ("DELETE/locations/1/resources/2", 200),
                ("DELETE/locations/1", 200),
            ]
            .as_slice(),
        ),
    ] {
        for authorizer in [rest_token(300), http_policy_1(300)] {
            let functions = FakeFunctions::new(FakeBehavior::Answer(built(allowed, &[])));
            for (method, expected) in requests {
                let request = Request::with_token("token").to(&resource(method));
                assert_eq!(
                    status(&authorizer, &functions, &request).await,
                    *expected,
                    "{authorizer:?} {method}"
                );
                assert_eq!(
                    status(&authorizer, &functions, &Request::new([]).to(&resource(method))).await,
                    401
                );
            }
            assert_eq!(functions.asked(), 1);
        }
    }
}

/// <https://github.com/awslabs/aws-apigateway-lambda-authorizer-blueprints>. The blueprint for Rust puts quotes around
/// the method (issue 33 there), so that its policy allows nothing.
#[tokio::test]
async fn authorizers_of_the_blueprints() {
    for (answer, expected) in [
        (built(&["*/*"], &[]), 200),
        (built(&[], &["*/*"]), 403),
        (built(&["GET/pets/*"], &["POST/pets"]), 200),
        (built(&["GET/pets/*"], &["GET/pets/7"]), 403),
        (built(&["\"*\"/*"], &[]), 403),
        // `denyAllMethods` of chalice: no statement that allows anything.
        (built(&[], &[]), 403),
    ] {
        let functions = FakeFunctions::new(FakeBehavior::Answer(answer.clone()));
        assert_eq!(status(&rest_token(0), &functions, &Request::with_token("t")).await, expected, "{answer}");
    }
}

/// `src/models.rs` of <https://github.com/lmammino/oidc-authorizer>: the claims are a text with JSON. A policy allows
/// everything, so that a cached answer is valid for all methods, and a denial is for one method.
#[tokio::test]
async fn authorizer_of_oidc_authorizer() {
    let claims = r#"{"name":"John Doe","sub":"1234567890"}"#;
    let allowed = with_context(policy("Allow", "*"), json!({ "jwtClaims": claims }));
    let request = Request::with_token("Bearer t");
    let context = context(allowed, rest_token(300), &request).await;
    assert_eq!(context, Some(json!({ "jwtClaims": claims })));
    let functions = FakeFunctions::new(FakeBehavior::Answer(with_context(policy("Deny", ARN), json!({}))));
    let authorizer = rest_token(300);
    for arn in [ARN, &resource("POST/orders")] {
        assert_eq!(status(&authorizer, &functions, &request.clone().to(arn)).await, 403);
    }
}

/// `HttpApiRequestAuthorizerTest` and `ApiGatewayAuthorizerContextIntegrationTest` of <https://github.com/floci-io/floci>.
#[tokio::test]
async fn authorizers_of_floci() {
    let without_sources =
        |format, simple| authorizer(ApiKind::Http, request_event(Vec::new(), format, simple), 0);
    let simple = json!({ "isAuthorized": true, "context": { "userId": "simple-user", "plan": "premium" } });
    for (authorizer, behavior, expected) in [
        (without_sources(PayloadFormat::V1, false), FakeBehavior::Answer(policy("Allow", ARN)), 200),
        (without_sources(PayloadFormat::V1, false), FakeBehavior::Answer(policy("Deny", ARN)), 403),
        (without_sources(PayloadFormat::V1, false), ERROR, 500),
        (without_sources(PayloadFormat::V2, false), FakeBehavior::Answer(policy("Allow", ARN)), 200),
        (without_sources(PayloadFormat::V2, true), FakeBehavior::Answer(simple), 200),
        (
            without_sources(PayloadFormat::V2, true),
            FakeBehavior::Answer(json!({ "isAuthorized": false })),
            403,
        ),
    ] {
        let functions = FakeFunctions::new(behavior);
        assert_eq!(status(&authorizer, &functions, &Request::new([])).await, expected, "{authorizer:?}");
    }
    let answer = with_context(policy("Allow", ARN), json!({ "userId": "user123", "role": "admin" }));
    let context = context(answer, rest_token(0), &Request::with_token("t")).await;
    assert_eq!(context, Some(json!({ "userId": "user123", "role": "admin" })));
}

/// `tests/test_apigatewayv1.py` and `test_apigatewayv2.py` of <https://github.com/ministackorg/ministack>.
#[tokio::test]
async fn authorizers_of_ministack() {
    let mut without_principal = policy("Allow", "*");
    without_principal.as_object_mut().unwrap().remove("principalId");
    for (answer, expected) in [
        (policy("Allow", "*"), [200, 200]),
        (policy("Deny", "*"), [403, 403]),
        (without_principal, [500, 500]),
        (json!({ "principalId": "user" }), [500, 500]),
        (with_context(policy("Allow", "*"), json!({ "nested": {} })), [500, 500]),
    ] {
        let functions = FakeFunctions::new(FakeBehavior::Answer(answer.clone()));
        let authorizer = rest_token(300);
        for (times, status_is) in expected.into_iter().enumerate() {
            assert_eq!(
                status(&authorizer, &functions, &Request::with_token("t")).await,
                status_is,
                "{answer}"
            );
            assert_eq!(functions.asked(), if status_is == 500 { times + 1 } else { 1 }, "{answer}");
        }
    }
    let broken = authorizer(ApiKind::Rest, token_event(Some("[")), 0);
    let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
    assert_eq!(status(&broken, &functions, &Request::with_token("t")).await, 500);
    let functions = FakeFunctions::new(FakeBehavior::Answer(json!({ "isAuthorized": "false" })));
    assert_eq!(status(&http_simple(0), &functions, &Request::with_token("t")).await, 500);
}

/// `lambda-integration-tests/src/authorizer.rs` of <https://github.com/aws/aws-lambda-rust-runtime>, whose tests run on
/// AWS: the answer is a type of `aws_lambda_events`, and a wrong token is a panic.
#[tokio::test]
async fn authorizer_of_the_runtime_for_rust() {
    let mut statement = IamPolicyStatement::default();
    statement.action = vec!["execute-api:Invoke".to_owned()];
    statement.resource = vec![ARN.to_owned()];
    statement.effect = IamPolicyEffect::Allow;
    let mut document = ApiGatewayCustomAuthorizerPolicy::default();
    document.version = Some("2012-10-17".to_owned());
    document.statement = vec![statement];
    let mut answer: ApiGatewayCustomAuthorizerResponse = ApiGatewayCustomAuthorizerResponse::default();
    answer.principal_id = Some("user".to_owned());
    answer.policy_document = document;
    answer.context = json!({ "hello": "world" });
    let answer = serde_json::to_value(answer).unwrap();
    let request = Request::with_token("token");
    assert_eq!(context(answer, rest_token(0), &request).await, Some(json!({ "hello": "world" })));
    let panic = FakeBehavior::Fail(
        r#"{"errorType":"&'static str","errorMessage":"Lambda panicked: token is not valid"}"#,
    );
    assert_eq!(status(&rest_token(0), &FakeFunctions::new(panic), &request).await, 500);
}
