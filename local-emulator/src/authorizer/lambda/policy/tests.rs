use proptest::prelude::*;
use serde_json::json;

use super::*;

const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/7";

fn facts() -> ConditionFacts<'static> {
    ConditionFacts {
        source_ip: [203, 0, 113, 7].into(),
        user_agent: Some("curl/8.7.1".into()),
        referer: None,
        time: 1_795_996_800,
    }
}

fn judged(statements: &Value) -> Result<Verdict, PolicyError> {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    Policy::read(&document).map(|policy| policy.judge(ARN, &facts()))
}

fn allow(resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource })
}

fn deny(resource: &str) -> Value {
    json!({ "Effect": "Deny", "Action": "execute-api:Invoke", "Resource": resource })
}

#[test]
fn policy_is_judged_for_the_method() {
    let all = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*";
    for (statements, verdict) in [
        (json!([allow(ARN)]), Verdict::Allowed),
        (allow(ARN), Verdict::Allowed),
        (json!([allow("*")]), Verdict::Allowed),
        (json!([allow(all)]), Verdict::Allowed),
        (json!([]), Verdict::NotAllowed),
        (json!([allow(&ARN.replace("GET", "POST"))]), Verdict::NotAllowed),
        (json!([allow(&ARN.replace("dev", "prod"))]), Verdict::NotAllowed),
        (json!([allow(&ARN.replace("us-east-1", "eu-west-1"))]), Verdict::NotAllowed),
        (json!([allow(&ARN.replace("/pets/7", "/pets/8"))]), Verdict::NotAllowed),
        (json!([allow(&ARN.replace("GET", "get"))]), Verdict::NotAllowed),
        (json!([deny(ARN)]), Verdict::Denied(1)),
        (json!([allow(all), deny(ARN)]), Verdict::Denied(2)),
        (json!([deny(ARN), allow(all)]), Verdict::Denied(1)),
        (json!([deny("*"), allow(ARN)]), Verdict::Denied(1)),
        (json!([allow(all), deny(&ARN.replace("GET", "POST"))]), Verdict::Allowed),
        (json!([allow(&ARN.replace('7', "8")), allow(ARN)]), Verdict::Allowed),
        (
            json!([{ "Effect": "Allow", "Action": ["execute-api:Invoke"], "Resource": ["x", ARN] }]),
            Verdict::Allowed,
        ),
        (json!([{ "Effect": "Allow", "Action": [], "Resource": ARN }]), Verdict::NotAllowed),
        (json!([{ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": [] }]), Verdict::NotAllowed),
    ] {
        assert_eq!(judged(&statements), Ok(verdict), "{statements}");
    }
}

#[test]
fn action_has_no_case_and_may_have_wildcards() {
    for (action, is_allowed) in [
        ("execute-api:Invoke", true),
        ("execute-api:invoke", true),
        ("Execute-API:INVOKE", true),
        ("execute-api:*", true),
        ("execute-api:Inv*", true),
        ("execute-api:Invok?", true),
        ("*", true),
        ("*:Invoke", true),
        ("execute-api:InvalidateCache", false),
        ("execute-api:ManageConnections", false),
        ("lambda:Invoke", false),
        ("Invoke", false),
        ("", false),
    ] {
        let statement = json!([{ "Effect": "Allow", "Action": action, "Resource": "*" }]);
        let verdict = if is_allowed { Verdict::Allowed } else { Verdict::NotAllowed };
        assert_eq!(judged(&statement), Ok(verdict), "{action}");
    }
}

#[test]
fn not_action_and_not_resource_mean_all_others() {
    for (statement, verdict) in [
        (json!({ "Effect": "Allow", "NotAction": "lambda:*", "Resource": "*" }), Verdict::Allowed),
        (json!({ "Effect": "Allow", "NotAction": "execute-api:*", "Resource": "*" }), Verdict::NotAllowed),
        (
            json!({ "Effect": "Allow", "Action": "*", "NotResource": [ARN.replace("GET", "POST")] }),
            Verdict::Allowed,
        ),
        (json!({ "Effect": "Allow", "Action": "*", "NotResource": [ARN] }), Verdict::NotAllowed),
        (
            json!({ "Effect": "Deny", "Action": "*", "NotResource": [ARN.replace("GET", "POST")] }),
            Verdict::Denied(1),
        ),
    ] {
        assert_eq!(judged(&json!([statement])), Ok(verdict), "{statement}");
    }
}

#[test]
fn condition_limits_its_statement_alone() {
    let from = |network: &str| json!({ "IpAddress": { "aws:SourceIp": network } });
    let with = |mut statement: Value, condition: Value| {
        statement["Condition"] = condition;
        statement
    };
    for (statements, verdict) in [
        (json!([with(allow(ARN), from("203.0.113.0/24"))]), Verdict::Allowed),
        (
            json!([with(allow(ARN), from("198.51.100.0/24"))]),
            Verdict::Condition(1, "aws:sourceip".to_owned()),
        ),
        (
            json!([allow("x"), with(allow("*"), from("198.51.100.0/24"))]),
            Verdict::Condition(2, "aws:sourceip".to_owned()),
        ),
        (json!([with(allow("*"), from("198.51.100.0/24")), allow(ARN)]), Verdict::Allowed),
        (json!([with(allow("x"), from("198.51.100.0/24"))]), Verdict::NotAllowed),
        (json!([allow(ARN), with(deny("*"), from("203.0.113.0/24"))]), Verdict::Denied(2)),
        (json!([allow(ARN), with(deny("*"), from("198.51.100.0/24"))]), Verdict::Allowed),
        (json!([with(allow(ARN), json!({}))]), Verdict::Allowed),
    ] {
        assert_eq!(judged(&statements), Ok(verdict), "{statements}");
    }
}

#[test]
fn variable_lets_nobody_in() {
    let own = "arn:aws:execute-api:*:*:*/dev/GET/${aws:username}";
    assert_eq!(judged(&json!([allow(own)])), Ok(Verdict::Variable(1, own.to_owned())));
    assert_eq!(judged(&json!([allow(ARN), deny(own)])), Ok(Verdict::Variable(2, own.to_owned())));
    let mut conditional = allow(ARN);
    conditional["Condition"] = json!({ "StringEquals": { "aws:UserAgent": "${aws:username}" } });
    assert_eq!(judged(&json!([conditional])), Ok(Verdict::Variable(1, "${aws:username}".to_owned())));
}

/// `"Condition": null` is from <https://github.com/aws/aws-lambda-dotnet/issues/2022> and
/// <https://github.com/aws/aws-lambda-rust-runtime/issues/863>, where API Gateway answers
/// `AuthorizerConfigurationException`.
#[test]
fn largest_policy_is_judged_at_once() {
    let with = |count: usize| Value::from(vec![allow(ARN); count]);
    let length = |count| json!({ "Version": "2012-10-17", "Statement": with(count) }).to_string().len();
    let most = (1..LONGEST_POLICY).take_while(|count| length(*count) <= LONGEST_POLICY).last().unwrap();
    assert_eq!(judged(&with(most)), Ok(Verdict::Allowed));
    assert_eq!(judged(&with(most + 1)), Err(PolicyError::Long(length(most + 1))));
}

#[test]
fn malformed_policy_is_refused() {
    let statement = |name: &str, value: Value| {
        let mut statement = allow(ARN);
        statement[name] = value;
        json!([statement])
    };
    let without = |name: &str| {
        let mut statement = allow(ARN);
        statement.as_object_mut().unwrap().remove(name);
        json!([statement])
    };
    let long = format!("{ARN}{}", "x".repeat(512));
    for (statements, malformed) in [
        (statement("Condition", json!(null)), PolicyError::Missing("Condition")),
        (statement("Condition", json!([])), ConditionError::NotAnObject.into()),
        (statement("Condition", json!({ "Bool": null })), ConditionError::NotAnObject.into()),
        (
            statement("Condition", json!({ "StringEqual": { "aws:SourceIp": "x" } })),
            ConditionError::Operator("StringEqual".to_owned()).into(),
        ),
        (
            statement("Condition", json!({ "Bool": { "aws:SecureTransport": null } })),
            ConditionError::Value("aws:SecureTransport".to_owned()).into(),
        ),
        (statement("Effect", json!("allow")), PolicyError::Effect),
        (statement("Effect", json!("ALLOW")), PolicyError::Effect),
        (statement("Effect", json!(null)), PolicyError::Effect),
        (without("Effect"), PolicyError::Effect),
        (without("Action"), PolicyError::Missing("Action")),
        (without("Resource"), PolicyError::Missing("Resource")),
        (statement("Action", json!(null)), PolicyError::NotTexts("Action")),
        (statement("Resource", json!(7)), PolicyError::NotTexts("Resource")),
        (statement("Resource", json!([ARN, 7])), PolicyError::NotTexts("Resource")),
        (statement("NotAction", json!("*")), PolicyError::Both("Action")),
        (statement("Principal", json!("*")), PolicyError::Member("Principal".to_owned())),
        (statement("effect", json!("Allow")), PolicyError::Member("effect".to_owned())),
        (statement("Resource", json!(long)), PolicyError::LongResource(long.len())),
        (json!(null), PolicyError::Missing("Statement")),
        (json!("Allow"), PolicyError::Statement),
        (json!(["Allow"]), PolicyError::Statement),
        (json!([allow(ARN), null]), PolicyError::Statement),
    ] {
        assert_eq!(judged(&statements), Err(malformed), "{statements}");
    }
    for nothing in [json!([]), json!("")] {
        let statement = json!([{ "Effect": "Allow", "Action": "*", "NotResource": nothing }]);
        assert_eq!(judged(&statement), Err(PolicyError::Empty("Resource")), "{nothing}");
    }
    for (document, malformed) in [
        (json!({ "Statement": [], "Version": "2024-01-01" }), PolicyError::Version),
        (json!({ "Statement": [], "Version": null }), PolicyError::Version),
        (json!({ "Version": "2012-10-17" }), PolicyError::Missing("Statement")),
        (json!({ "version": "2012-10-17", "statement": [] }), PolicyError::Member("version".to_owned())),
        (json!([]), PolicyError::NotAnObject("policyDocument")),
    ] {
        assert_eq!(Policy::read(&document), Err(malformed), "{document}");
    }
}

#[test]
fn policy_without_a_version_is_judged() {
    let document = json!({ "Id": "own", "Statement": [allow(ARN)] });
    assert_eq!(Policy::read(&document).unwrap().judge(ARN, &facts()), Verdict::Allowed);
}

#[test]
fn longest_resource_has_512_characters() {
    let longest = "x".repeat(LONGEST_RESOURCE);
    assert_eq!(judged(&json!([allow(&longest)])), Ok(Verdict::NotAllowed));
}

proptest! {
    #[test]
    fn policy_without_an_allow_denies(
        effect in "Deny|allow|Alow|",
        action in prop::sample::select(vec!["*", "execute-api:Invoke", "x"]),
        resource in prop::sample::select(vec!["*", ARN, ""]),
    ) {
        let statement = json!([{ "Effect": effect, "Action": action, "Resource": resource }]);
        prop_assert_ne!(judged(&statement), Ok(Verdict::Allowed));
    }
}
