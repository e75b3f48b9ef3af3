use serde_json::json;

use super::*;

fn read(posted: &Value, form: AnswerForm) -> Result<AuthorizerAnswer, InvalidAnswer> {
    AuthorizerAnswer::read(&posted.to_string().into(), form)
}

fn policy() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [] })
}

/// The answers of <https://github.com/DefinitelyTyped/DefinitelyTyped/pull/69823> and
/// `tests/integration/authorizer` of <https://github.com/dherault/serverless-offline>.
#[test]
fn rest_api_makes_texts_of_the_context() {
    for (context, read_as) in [
        (
            json!({ "str": "hello", "num": 123, "bool": true, "null": null }),
            Ok(Some(json!({ "str": "hello", "num": "123", "bool": "true", "null": null }))),
        ),
        (json!({ "float": 1.5, "": "" }), Ok(Some(json!({ "float": "1.5", "": "" })))),
        (json!({}), Ok(Some(json!({})))),
        (json!(null), Ok(None)),
        (json!({ "a": ["hello"] }), Err(InvalidAnswer::ContextMember("a".to_owned()))),
        (json!({ "o": { "a": "1" } }), Err(InvalidAnswer::ContextMember("o".to_owned()))),
        (json!("not an object"), Err(InvalidAnswer::Context)),
        (json!([]), Err(InvalidAnswer::Context)),
    ] {
        let posted = json!({ "principalId": "user", "policyDocument": policy(), "context": context });
        let answer = read(&posted, AnswerForm::RestPolicy);
        assert_eq!(answer.map(|answer| answer.context.map(Value::Object)), read_as, "{context}");
    }
}

/// The context of the example functions in
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>.
#[test]
fn http_api_takes_any_json_as_context() {
    let context = json!({
        "stringKey": "value",
        "numberKey": 1,
        "booleanKey": true,
        "arrayKey": ["value1", "value2"],
        "mapKey": { "value1": "value2" },
    });
    for (form, posted) in [
        (AnswerForm::Simple, json!({ "isAuthorized": true, "context": context })),
        (AnswerForm::HttpPolicy, json!({ "policyDocument": policy(), "context": context })),
    ] {
        assert_eq!(read(&posted, form).unwrap().context.map(Value::Object), Some(context.clone()));
    }
    let without = read(&json!({ "isAuthorized": true }), AnswerForm::Simple).unwrap();
    assert_eq!(without.context, None);
}

#[test]
fn is_authorized_is_a_boolean_and_nothing_else() {
    for (is_authorized, decision) in [
        (json!(true), Some(Decision::Simple(true))),
        (json!(false), Some(Decision::Simple(false))),
        (json!("true"), None),
        (json!("false"), None),
        (json!(1), None),
        (json!(null), None),
        (json!([true]), None),
    ] {
        let answer = read(&json!({ "isAuthorized": is_authorized }), AnswerForm::Simple);
        assert_eq!(answer.ok().map(|answer| answer.decision), decision, "{is_authorized}");
    }
}

#[test]
fn principal_id_is_required_by_a_rest_api() {
    for (principal, rest, http) in [
        (json!("user"), Ok(Some("user")), Ok(Some("user"))),
        (json!(""), Ok(Some("")), Ok(Some(""))),
        (json!(1234), Ok(Some("1234")), Ok(Some("1234"))),
        (json!(null), Err(InvalidAnswer::NoPrincipal), Ok(None)),
        (json!(true), Err(InvalidAnswer::Principal), Err(InvalidAnswer::Principal)),
        (json!({}), Err(InvalidAnswer::Principal), Err(InvalidAnswer::Principal)),
    ] {
        let posted = json!({ "principalId": principal, "policyDocument": policy() });
        for (form, expected) in [(AnswerForm::RestPolicy, rest), (AnswerForm::HttpPolicy, http)] {
            let id = read(&posted, form).map(|answer| answer.principal_id);
            assert_eq!(id, expected.map(|id| id.map(ToOwned::to_owned)), "{form:?} {principal}");
        }
    }
    assert_eq!(
        read(&json!({ "policyDocument": policy() }), AnswerForm::RestPolicy),
        Err(InvalidAnswer::NoPrincipal)
    );
}

#[test]
fn usage_identifier_key_is_the_key_of_the_usage_plan() {
    let mut posted =
        json!({ "principalId": "user", "policyDocument": policy(), "usageIdentifierKey": "key" });
    let key = read(&posted, AnswerForm::RestPolicy).unwrap().usage_identifier_key;
    assert_eq!(key.as_deref(), Some("key"));
    posted["usageIdentifierKey"] = json!(null);
    assert_eq!(read(&posted, AnswerForm::RestPolicy).unwrap().usage_identifier_key, None);
}

#[test]
fn invalid_answer_is_refused() {
    for form in [AnswerForm::RestPolicy, AnswerForm::HttpPolicy, AnswerForm::Simple] {
        for posted in ["", "null", "[]", "true", "\"Unauthorized\"", "allow", "{", "{}]", "\u{feff}{}"] {
            let answer = AuthorizerAnswer::read(&Bytes::from_static(posted.as_bytes()), form);
            assert_eq!(answer, Err(InvalidAnswer::NotAnObject), "{form:?} {posted}");
        }
    }
    for (form, posted, invalid) in [
        (AnswerForm::RestPolicy, json!({}), InvalidAnswer::NoRestPolicy),
        (AnswerForm::RestPolicy, json!({ "isAuthorized": true }), InvalidAnswer::NoRestPolicy),
        (AnswerForm::HttpPolicy, json!({ "isAuthorized": true }), InvalidAnswer::NoPolicy),
        (AnswerForm::HttpPolicy, json!({ "policyDocument": null }), InvalidAnswer::NoPolicy),
        (AnswerForm::Simple, json!({ "policyDocument": policy() }), InvalidAnswer::NotSimple),
        (
            AnswerForm::RestPolicy,
            json!({ "policyDocument": "{}" }),
            InvalidAnswer::Policy(PolicyError::NotAnObject("policyDocument")),
        ),
        // An authorizer that answers as a route does.
        (
            AnswerForm::RestPolicy,
            json!({ "statusCode": 401, "body": "Unauthorized" }),
            InvalidAnswer::NoRestPolicy,
        ),
    ] {
        assert_eq!(read(&posted, form), Err(invalid), "{form:?} {posted}");
    }
}
