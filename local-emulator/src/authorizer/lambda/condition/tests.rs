use serde_json::json;

use super::*;

fn facts() -> ConditionFacts<'static> {
    ConditionFacts {
        source_ip: [203, 0, 113, 7].into(),
        user_agent: Some("curl/8.7.1".into()),
        referer: None,
        time: 1_795_996_800,
    }
}

fn holds(condition: &Value, facts: &ConditionFacts<'_>) -> bool {
    Condition::read_all(condition).unwrap().iter().all(|condition| condition.holds(facts))
}

#[test]
fn each_operator_compares_its_kind_of_value() {
    for (operator, key, values, expected) in [
        ("StringEquals", "aws:UserAgent", json!("curl/8.7.1"), true),
        ("StringEquals", "aws:UserAgent", json!(["x", "curl/8.7.1"]), true),
        ("StringEquals", "AWS:useragent", json!("curl/8.7.1"), true),
        ("StringEquals", "aws:UserAgent", json!("CURL/8.7.1"), false),
        ("StringEquals", "aws:UserAgent", json!([]), false),
        ("StringNotEquals", "aws:UserAgent", json!("curl/8.7.1"), false),
        ("StringNotEquals", "aws:UserAgent", json!(["x", "y"]), true),
        ("StringNotEquals", "aws:UserAgent", json!(["x", "curl/8.7.1"]), false),
        ("StringEqualsIgnoreCase", "aws:UserAgent", json!("CURL/8.7.1"), true),
        ("StringNotEqualsIgnoreCase", "aws:UserAgent", json!("CURL/8.7.1"), false),
        ("StringLike", "aws:UserAgent", json!("curl/*"), true),
        ("StringLike", "aws:UserAgent", json!("curl/?.?.?"), true),
        ("StringNotLike", "aws:UserAgent", json!("curl/*"), false),
        ("IpAddress", "aws:SourceIp", json!("203.0.113.0/24"), true),
        ("IpAddress", "aws:SourceIp", json!("203.0.113.7"), true),
        ("IpAddress", "aws:SourceIp", json!("203.0.113.7/32"), true),
        ("IpAddress", "aws:SourceIp", json!("203.0.113.8/32"), false),
        ("IpAddress", "aws:SourceIp", json!("0.0.0.0/0"), true),
        ("IpAddress", "aws:SourceIp", json!(["10.0.0.0/8", "203.0.0.0/16"]), true),
        ("IpAddress", "aws:SourceIp", json!("203.0.113.0/33"), false),
        ("IpAddress", "aws:SourceIp", json!("office"), false),
        ("IpAddress", "aws:SourceIp", json!("::/0"), false),
        ("NotIpAddress", "aws:SourceIp", json!("203.0.113.0/24"), false),
        ("NotIpAddress", "aws:SourceIp", json!("10.0.0.0/8"), true),
        ("Bool", "aws:SecureTransport", json!("true"), true),
        ("Bool", "aws:SecureTransport", json!(true), true),
        ("Bool", "aws:SecureTransport", json!(false), false),
        ("DateGreaterThan", "aws:CurrentTime", json!("2026-11-29T00:00:00Z"), true),
        ("DateLessThan", "aws:CurrentTime", json!("2026-11-29T00:00:00Z"), false),
        ("DateLessThanEquals", "aws:CurrentTime", json!("2026-11-30T00:00:00Z"), true),
        ("DateGreaterThanEquals", "aws:EpochTime", json!("1795996800"), true),
        ("DateEquals", "aws:EpochTime", json!("2026-11-30"), true),
        ("DateNotEquals", "aws:EpochTime", json!("2026-11-30"), false),
        ("DateLessThan", "aws:CurrentTime", json!("soon"), false),
        ("NumericEquals", "aws:EpochTime", json!(1_795_996_800), true),
        ("NumericNotEquals", "aws:EpochTime", json!(1), true),
        ("NumericLessThan", "aws:EpochTime", json!("1e12"), true),
        ("NumericLessThanEquals", "aws:EpochTime", json!(1), false),
        ("NumericGreaterThan", "aws:EpochTime", json!(1), true),
        ("NumericGreaterThanEquals", "aws:EpochTime", json!("x"), false),
        ("Null", "aws:Referer", json!("true"), true),
        ("Null", "aws:Referer", json!(false), false),
        ("Null", "aws:UserAgent", json!("false"), true),
        ("Null", "aws:UserAgent", json!("true"), false),
        ("BinaryEquals", "aws:UserAgent", json!("Y3VybA=="), false),
        ("ArnLike", "aws:UserAgent", json!("curl*"), true),
        ("ForAnyValue:StringEquals", "aws:UserAgent", json!(["curl/8.7.1"]), true),
        ("ForAllValues:StringEquals", "aws:UserAgent", json!(["x"]), false),
    ] {
        let condition = json!({ operator: { key: values } });
        assert_eq!(holds(&condition, &facts()), expected, "{condition}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists>
#[test]
fn missing_key_fulfils_negated_operators_alone() {
    for (operator, expected) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringLike", false),
        ("StringNotLike", true),
        ("IpAddress", false),
        ("NotIpAddress", true),
        ("NumericLessThan", false),
        ("Bool", false),
        ("ArnNotEquals", true),
        ("StringEqualsIfExists", true),
        ("ForAllValues:StringEquals", true),
        ("ForAnyValue:StringEquals", false),
    ] {
        for key in ["aws:Referer", "aws:SourceVpce", "aws:username"] {
            let condition = json!({ operator: { key: "x" } });
            assert_eq!(holds(&condition, &facts()), expected, "{condition}");
        }
    }
}

#[test]
fn all_conditions_must_hold() {
    let condition = json!({
        "IpAddress": { "aws:SourceIp": "203.0.113.0/24" },
        "StringLike": { "aws:UserAgent": "curl/*", "aws:Referer": "*" },
    });
    assert!(!holds(&condition, &facts()));
    let referred = ConditionFacts { referer: Some("https://example.com".into()), ..facts() };
    assert!(holds(&condition, &referred));
}

#[test]
fn address_of_ipv6_has_its_networks() {
    let six = ConditionFacts { source_ip: "2001:db8:1::7".parse().unwrap(), ..facts() };
    let mapped = ConditionFacts { source_ip: "::ffff:203.0.113.7".parse().unwrap(), ..facts() };
    for (facts, network, expected) in [
        (&six, "2001:db8::/32", true),
        (&six, "2001:db8:2::/48", false),
        (&six, "::/0", true),
        (&six, "0.0.0.0/0", false),
        (&mapped, "203.0.113.0/24", true),
    ] {
        let condition = json!({ "IpAddress": { "aws:SourceIp": network } });
        assert_eq!(holds(&condition, facts), expected, "{network}");
    }
}
