use std::sync::Arc;

use api_routes_project::aws::IdentitySource;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::advance;

use super::fake::{
    ARN, FakeBehavior, FakeFunctions, Request, authorization, authorizer, http_simple, policy, request_event,
    rest_token, token_event,
};
use super::*;
use crate::backend::NotReady;

mod public;

/// The denial of a request, in short.
#[derive(Debug, PartialEq)]
struct Denied(DenialKind);

fn denied(result: Result<Caller, NotAuthorized>) -> Denied {
    match result {
        Err(NotAuthorized::Denied(denial)) => {
            assert!(denial.reason.starts_with("authorizer `Session`: "), "{}", denial.reason);
            Denied(denial.kind)
        }
        other => panic!("{other:?}"),
    }
}

fn reason(result: Result<Caller, NotAuthorized>) -> String {
    match result {
        Err(NotAuthorized::Denied(denial)) => denial.reason,
        other => panic!("{other:?}"),
    }
}

const UNAUTHORIZED: DenialKind = DenialKind::Unauthorized;
const CONFIGURATION: DenialKind = DenialKind::AuthorizerConfiguration;
const FAILURE: DenialKind = DenialKind::AuthorizerFailure;
const IMPLICIT: DenialKind = DenialKind::AccessDenied { is_explicit: false };
const EXPLICIT: DenialKind = DenialKind::AccessDenied { is_explicit: true };

fn http_policy(seconds: u64) -> LambdaAuthorizer<&'static str> {
    authorizer(ApiKind::Http, request_event(authorization(), PayloadFormat::V2, false), seconds)
}

fn http_policy_1(seconds: u64) -> LambdaAuthorizer<&'static str> {
    authorizer(ApiKind::Http, request_event(authorization(), PayloadFormat::V1, true), seconds)
}

fn rest_request(seconds: u64) -> LambdaAuthorizer<&'static str> {
    authorizer(ApiKind::Rest, request_event(authorization(), PayloadFormat::V1, false), seconds)
}

#[tokio::test]
async fn answer_decides_about_the_request() {
    let rest = [rest_token(0), rest_request(0)];
    let http = [http_policy(0), http_policy_1(0)];
    for authorizer in rest.iter().chain(&http) {
        for (answer, kind) in [
            (policy("Allow", ARN), None),
            (policy("Allow", "*"), None),
            (policy("Deny", ARN), Some(EXPLICIT)),
            (policy("Allow", &ARN.replace("GET", "POST")), Some(IMPLICIT)),
        ] {
            let functions = FakeFunctions::new(FakeBehavior::Answer(answer.clone()));
            let result = authorizer.authorize(&functions, &Request::with_token("t")).await;
            assert_eq!(result.is_ok(), kind.is_none(), "{authorizer:?} {answer}");
            if let Some(kind) = kind {
                assert_eq!(denied(result), Denied(kind), "{authorizer:?} {answer}");
            }
            assert_eq!(functions.asked(), 1);
        }
    }
    let functions = FakeFunctions::new(FakeBehavior::Answer(json!({ "isAuthorized": true })));
    assert!(http_simple(0).authorize(&functions, &Request::with_token("t")).await.is_ok());
    functions.now(FakeBehavior::Answer(json!({ "isAuthorized": false })));
    let result = http_simple(0).authorize(&functions, &Request::with_token("t")).await;
    assert_eq!(denied(result), Denied(IMPLICIT));
}

#[tokio::test]
async fn caller_has_what_the_answer_says() {
    let mut answer = policy("Allow", ARN);
    answer["context"] = json!({ "tenant": "acme", "level": 3, "none": null });
    answer["usageIdentifierKey"] = json!("key");
    let functions = FakeFunctions::new(FakeBehavior::Answer(answer));
    let caller = rest_token(0).authorize(&functions, &Request::with_token("t")).await.unwrap();
    let Caller::Lambda { principal_id, context, usage_identifier_key, latency_ms } = caller else {
        panic!("{caller:?}")
    };
    assert_eq!(principal_id.as_deref(), Some("user"));
    let expected = json!({ "tenant": "acme", "level": "3", "none": null });
    assert_eq!(context.map(Value::Object), Some(expected));
    assert_eq!((usage_identifier_key.as_deref(), latency_ms), (Some("key"), 0));
}

#[tokio::test]
async fn reason_names_the_condition_that_does_not_hold() {
    for (condition, words) in [
        (json!({ "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } }), "`aws:sourceip` is `203.0.113.7` here"),
        (json!({ "StringEquals": { "aws:username": "ann" } }), "`aws:username` is nothing here"),
    ] {
        let mut answer = policy("Allow", ARN);
        answer["policyDocument"]["Statement"][0]["Condition"] = condition;
        let functions = FakeFunctions::new(FakeBehavior::Answer(answer));
        let reason = reason(rest_token(0).authorize(&functions, &Request::with_token("t")).await);
        assert!(
            reason.contains("statement 1 of its policy would allow") && reason.contains(words),
            "{reason}"
        );
    }
}

/// The failures of a function, and invalid answers. Each is a 500, except the message `Unauthorized` on a REST API.
#[tokio::test(start_paused = true)]
async fn each_failure_of_a_function_has_its_denial() {
    let word = r#"{"errorType":"Error","errorMessage":"Unauthorized"}"#;
    for (behavior, rest, http) in [
        (FakeBehavior::Fail(word), UNAUTHORIZED, CONFIGURATION),
        (FakeBehavior::Fail(r#"{"errorMessage":"unauthorized"}"#), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Fail(r#"{"errorMessage":"Unauthorized: expired"}"#), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Fail(r#"{"errorMessage":"Error: Invalid token"}"#), CONFIGURATION, CONFIGURATION),
        (
            FakeBehavior::Fail(r#"{"errorType":"Runtime.ExitError","errorMessage":"exit status 1"}"#),
            CONFIGURATION,
            CONFIGURATION,
        ),
        (FakeBehavior::Fail("garbage"), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Hang, FAILURE, FAILURE),
        (FakeBehavior::Throttle, FAILURE, FAILURE),
        (FakeBehavior::Post(""), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post("null"), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post("[]"), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post("allow"), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post("\"Unauthorized\""), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post("{}"), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post(r#"{"isAuthorized":"true"}"#), CONFIGURATION, CONFIGURATION),
        (FakeBehavior::Post(r#"{"principalId":"u","policyDocument":"{}"}"#), CONFIGURATION, CONFIGURATION),
    ] {
        for (authorizer, kind) in [
            (rest_token(300), rest),
            (rest_request(300), rest),
            (http_policy(300), http),
            (http_policy_1(300), http),
            (http_simple(300), http),
        ] {
            let functions = FakeFunctions::new(behavior.clone());
            for _ in 0..2 {
                let result = authorizer.authorize(&functions, &Request::with_token("t")).await;
                assert_eq!(denied(result), Denied(kind), "{authorizer:?}");
            }
            assert_eq!(functions.asked(), 2, "no failure is kept");
        }
    }
}

#[tokio::test]
async fn authorizer_that_does_not_build_shows_why() {
    let functions = FakeFunctions::new(FakeBehavior::NotBuild);
    match rest_token(300).authorize(&functions, &Request::with_token("t")).await {
        Err(NotAuthorized::NotReady(NotReady(words))) => assert!(words.starts_with(b"error[E0425]")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn authorizer_without_a_function_lets_nobody_in() {
    let declared = aws::LambdaAuthorizer::new(None, token_event(None), Duration::ZERO);
    let authorizer = LambdaAuthorizer::new(ApiKind::Rest, "Session", &declared, None);
    let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
    let result = authorizer.authorize(&functions, &Request::with_token("t")).await;
    assert_eq!(denied(result), Denied(CONFIGURATION));
    assert_eq!(functions.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn each_api_waits_as_long_as_aws() {
    for (authorizer, seconds) in [(rest_token(0), 30), (http_policy(0), 10), (http_simple(0), 10)] {
        let milliseconds = seconds * 1_000;
        let after = |milliseconds| Duration::from_millis(milliseconds);
        let answer = match authorizer.form {
            AnswerForm::Simple => json!({ "isAuthorized": true }),
            _ => policy("Allow", "*"),
        };
        let functions =
            FakeFunctions::new(FakeBehavior::AnswerAfter(after(milliseconds - 1), answer.clone()));
        let request = Request::with_token("t");
        assert!(authorizer.authorize(&functions, &request).await.is_ok());
        functions.now(FakeBehavior::AnswerAfter(after(milliseconds + 1), answer));
        let words = reason(authorizer.authorize(&functions, &request).await);
        assert!(words.contains(&format!("within {seconds} s")), "{words}");
        assert!(authorizer.without_timeout().authorize(&functions, &request).await.is_ok());
    }
}

/// The rules are from
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html> and
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>.
#[tokio::test]
async fn missing_identity_source_is_denied_unasked() {
    let none = || Request::new([]);
    let empty = || Request::with_token("");
    for (authorizer, request, is_asked) in [
        (rest_token(300), none(), false),
        (rest_token(300), empty(), false),
        (rest_token(0), none(), false),
        (rest_request(300), none(), false),
        (rest_request(300), empty(), false),
        (rest_request(0), none(), true),
        (rest_request(0), empty(), true),
        (http_policy(300), none(), false),
        (http_policy(0), none(), false),
        (http_policy_1(0), empty(), false),
    ] {
        let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
        let result = authorizer.authorize(&functions, &request).await;
        assert_eq!(functions.asked(), usize::from(is_asked), "{authorizer:?}");
        assert_eq!(result.is_ok(), is_asked, "{authorizer:?}");
        if !is_asked {
            assert_eq!(denied(result), Denied(UNAUTHORIZED), "{authorizer:?}");
        }
    }
}

#[tokio::test]
async fn each_identity_source_is_required() {
    let sources = vec![
        IdentitySource::Header("Auth".to_owned()),
        IdentitySource::QueryString("name".to_owned()),
        IdentitySource::Context("routeKey".to_owned()),
    ];
    let authorizer = authorizer(ApiKind::Http, request_event(sources.clone(), PayloadFormat::V2, true), 300);
    let functions = FakeFunctions::new(FakeBehavior::Answer(json!({ "isAuthorized": true })));
    let all: Vec<_> = sources.iter().cloned().zip(["token", "7", "GET /a"]).collect();
    for missing in 0..all.len() {
        let mut some = all.clone();
        some.remove(missing);
        let result = authorizer.authorize(&functions, &Request::new(some)).await;
        assert_eq!(denied(result), Denied(UNAUTHORIZED));
    }
    assert_eq!(functions.asked(), 0);
    assert!(authorizer.authorize(&functions, &Request::new(all)).await.is_ok());
    assert_eq!(functions.events()[0]["identity"], json!(["token", "7", "GET /a"]));
}

/// `\w{5}` is the example of <https://repost.aws/knowledge-center/api-gateway-401-error-lambda-authorizer>, `^x-[a-z]+` of
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html>, `Bearer.*`
/// of SAM's documentation.
#[tokio::test]
async fn validation_expression_matches_whole_tokens() {
    for (expression, token, kind) in [
        (r"\w{5}", "abc12", None),
        (r"\w{5}", "abc123", Some(UNAUTHORIZED)),
        (r"\w{5}", "abc1", Some(UNAUTHORIZED)),
        ("^x-[a-z]+", "x-abc", None),
        ("^x-[a-z]+", "x-abc1", Some(UNAUTHORIZED)),
        ("^Bearer [-0-9a-zA-z\\.]*$", "Bearer a.b-c", None),
        ("Bearer.*", "Bearer x", None),
        ("Bearer.*", "bearer x", Some(UNAUTHORIZED)),
        ("a|ab", "ab", None),
        ("a\n", "a", Some(UNAUTHORIZED)),
        (".*", "a\nb", Some(UNAUTHORIZED)),
        ("(?=a)a", "a", Some(CONFIGURATION)),
        ("(", "a", Some(CONFIGURATION)),
        (")(", "a", Some(CONFIGURATION)),
        ("a)|(b", "b", Some(CONFIGURATION)),
    ] {
        let authorizer = authorizer(ApiKind::Rest, token_event(Some(expression)), 300);
        let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
        let result = authorizer.authorize(&functions, &Request::with_token(token)).await;
        assert_eq!(functions.asked(), usize::from(kind.is_none()), "{expression} {token}");
        match kind {
            None => assert!(result.is_ok(), "{expression} {token}"),
            Some(kind) => assert_eq!(denied(result), Denied(kind), "{expression} {token}"),
        }
    }
}

/// Ministack's tests `test_apigwv1_authorizer_cache_is_scoped_per_method_arn` and AWS's rule for simple responses.
#[tokio::test(start_paused = true)]
async fn kept_policy_is_judged_for_each_method() {
    let other = ARN.replace("/pets/7", "/pets/8");
    for authorizer in [rest_token(300), rest_request(300), http_policy(300), http_policy_1(300)] {
        let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", ARN)));
        let request = Request::with_token("t");
        assert!(authorizer.authorize(&functions, &request).await.is_ok());
        let result = authorizer.authorize(&functions, &request.clone().to(&other)).await;
        let words = reason(result);
        assert!(words.contains("kept of an earlier request"), "{words}");
        assert!(words.contains(&other) && words.contains(ARN), "{words}");
        assert!(authorizer.authorize(&functions, &request).await.is_ok());
        assert_eq!(functions.asked(), 1);
        advance(Duration::from_secs(300)).await;
        assert!(authorizer.authorize(&functions, &request).await.is_ok());
        assert_eq!(functions.asked(), 2);
    }
}

/// "The authorizer's response fully allows or denies all API requests that match the cached identity source values".
#[tokio::test]
async fn kept_simple_response_holds_for_all_routes() {
    for is_authorized in [true, false] {
        let functions = FakeFunctions::new(FakeBehavior::Answer(json!({ "isAuthorized": is_authorized })));
        let authorizer = http_simple(300);
        for arn in [ARN, "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/POST/orders"] {
            let result = authorizer.authorize(&functions, &Request::with_token("t").to(arn)).await;
            assert_eq!(result.is_ok(), is_authorized);
        }
        assert_eq!(functions.asked(), 1);
    }
}

#[tokio::test]
async fn kept_answer_took_no_time() {
    let functions =
        FakeFunctions::new(FakeBehavior::AnswerAfter(Duration::from_millis(30), policy("Allow", "*")));
    let authorizer = rest_token(300);
    let mut latencies = Vec::new();
    for _ in 0..2 {
        match authorizer.authorize(&functions, &Request::with_token("t")).await {
            Ok(Caller::Lambda { latency_ms, .. }) => latencies.push(latency_ms),
            other => panic!("{other:?}"),
        }
    }
    assert!(latencies[0] >= 30 && latencies[1] == 0, "{latencies:?}");
}

#[tokio::test]
async fn denial_is_kept_as_well() {
    let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Deny", "*")));
    let authorizer = rest_token(300);
    for _ in 0..3 {
        assert_eq!(
            denied(authorizer.authorize(&functions, &Request::with_token("t")).await),
            Denied(EXPLICIT)
        );
    }
    assert_eq!(functions.asked(), 1);
}

#[tokio::test]
async fn each_identity_has_an_answer_of_its_own() {
    let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
    let authorizer = rest_token(300);
    for token in ["a", "b", "a", "b", "c"] {
        assert!(authorizer.authorize(&functions, &Request::with_token(token)).await.is_ok());
    }
    assert_eq!(functions.asked(), 3);
}

#[tokio::test]
async fn no_ttl_or_no_identity_disables_the_cache() {
    let without_sources = |api, format| authorizer(api, request_event(Vec::new(), format, false), 300);
    for authorizer in [
        rest_token(0),
        rest_request(0),
        http_policy(0),
        without_sources(ApiKind::Http, PayloadFormat::V2),
        without_sources(ApiKind::Rest, PayloadFormat::V1),
    ] {
        let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
        for _ in 0..2 {
            assert!(authorizer.authorize(&functions, &Request::with_token("t")).await.is_ok());
        }
        assert_eq!(functions.asked(), 2, "{authorizer:?}");
    }
}

#[tokio::test]
async fn saved_authorizer_is_asked_again() {
    let functions = FakeFunctions::new(FakeBehavior::Answer(policy("Allow", "*")));
    let authorizer = rest_token(300);
    let request = Request::with_token("t");
    assert!(authorizer.authorize(&functions, &request).await.is_ok());
    functions.now(FakeBehavior::Answer(policy("Deny", "*")));
    assert!(authorizer.authorize(&functions, &request).await.is_ok());
    functions.change();
    assert_eq!(denied(authorizer.authorize(&functions, &request).await), Denied(EXPLICIT));
}

#[tokio::test(start_paused = true)]
async fn sixty_four_connections_ask_once() {
    let functions =
        FakeFunctions::new(FakeBehavior::AnswerAfter(Duration::from_millis(50), policy("Allow", ARN)));
    let authorizer = Arc::new(rest_token(300));
    let (allowed, denied_arn) = (Request::with_token("t"), Request::with_token("t").to("arn:other"));
    let requests = (0..64).map(|n| if n % 2 == 0 { &allowed } else { &denied_arn });
    let results = join_all(requests.map(|request| authorizer.authorize(&functions, request))).await;
    assert_eq!(functions.asked(), 1);
    for (n, result) in results.into_iter().enumerate() {
        assert_eq!(result.is_ok(), n % 2 == 0, "each is judged for its own method");
    }
}

#[tokio::test]
async fn reason_shows_the_beginning_of_a_wrong_answer() {
    let functions = FakeFunctions::new(FakeBehavior::Post("{\"message\":\"hello\n\x1b[2J\"}"));
    let words = reason(rest_token(0).authorize(&functions, &Request::with_token("t")).await);
    assert!(words.contains("It answered `{\"message\":\"hello  [2J\"}`"), "{words}");
    let long: &'static str = format!("[{}]", "1,".repeat(10_000)).leak();
    functions.now(FakeBehavior::Post(long));
    let words = reason(rest_token(0).authorize(&functions, &Request::with_token("t")).await);
    assert!(words.ends_with("…`") && words.len() < 600, "{words}");
    functions.now(FakeBehavior::Answer(policy("Allow", &format!("${{{}}}", "ä".repeat(500)))));
    let variable =
        reason(rest_token(0).authorize(&functions, &Request::with_token("t").to(&"a".repeat(3_000))).await);
    assert!(variable.contains("has `${ää") && variable.chars().count() < 2_100, "{variable}");
    functions.now(FakeBehavior::Answer(policy("Deny", "*")));
    let arn = "ä".repeat(3_000);
    let denied = reason(rest_token(0).authorize(&functions, &Request::with_token("t").to(&arn)).await);
    assert!(denied.ends_with("ä…") && denied.chars().count() < 2_100, "{}", denied.len());
}
