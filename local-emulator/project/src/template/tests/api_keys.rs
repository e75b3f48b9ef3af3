//! API keys and the usage plans that accept them.

use crate::template::{ApiKeySource, Template};

const VALUE: &str = "0123456789abcdef0123";

fn rest(name: &str, properties: &str) -> String {
    format!("  {name}: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {properties}}}}}\n")
}

fn resource(name: &str, kind: &str, properties: &str) -> String {
    format!("  {name}: {{Type: AWS::ApiGateway::{kind}, Properties: {{{properties}}}}}\n")
}

/// A key, a plan and their pair.
fn keyed(key: &str, stages: &str) -> String {
    resource("Key", "ApiKey", key)
        + &resource("Plan", "UsagePlan", &format!("ApiStages: [{stages}]"))
        + &resource("Pair", "UsagePlanKey", "KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan")
}

/// The keys of `Rest` that are enabled, each with its value or `?`.
fn keys(globals: &str, resources: &str) -> Vec<String> {
    let text = format!("Globals: {{{globals}}}\nResources:\n{resources}");
    let template = Template::parse(&text, "template.yaml").unwrap_or_else(|error| panic!("{error}\n{text}"));
    let api = template.apis.iter().find(|api| api.logical_id == "Rest").unwrap();
    let shown = api
        .api_keys
        .iter()
        .filter(|key| key.is_enabled)
        .map(|key| format!("{}={}", key.logical_id, key.value.as_deref().unwrap_or("?")));
    shown.collect()
}

#[test]
fn enabled_key_in_a_plan_of_the_stage_is_accepted() {
    let enabled = format!("Enabled: true, Value: {VALUE}");
    let known = format!("Key={VALUE}");
    let stage = "{ApiId: !Ref Rest, Stage: v1}";
    for (key, stages, expected) in [
        (&*enabled, stage, Some(&*known)),
        (&enabled, "{ApiId: !Ref Rest, Stage: !Ref Rest.Stage}", Some(&known)),
        (&enabled, "{ApiId: !Ref Rest, Stage: v2}", None),
        (&enabled, "{ApiId: !Ref Other, Stage: v1}", None),
        (&enabled, "", None),
        ("Enabled: true", stage, Some("Key=?")),
        ("Enabled: true, Value: !ImportValue key", stage, Some("Key=?")),
        ("Enabled: !ImportValue key", stage, None),
        ("Enabled: false", stage, None),
        ("Name: key", stage, None),
    ] {
        let found = keys("", &(rest("Rest", "") + &keyed(key, stages)));
        assert_eq!(found, Vec::from_iter(expected), "{key} {stages}");
    }
    // A key without a plan is accepted nowhere.
    assert_eq!(keys("", &(rest("Rest", "") + &resource("Key", "ApiKey", &enabled))), [""; 0]);
}

/// The logical ids of aws-sam-translator 1.115.
#[test]
fn usage_plan_of_sam_has_a_key_that_aws_makes() {
    let create = |kind: &str| format!("Auth: {{UsagePlan: {{CreateUsagePlan: {kind}}}}}");
    let own = resource("Key", "ApiKey", "Enabled: true")
        + &resource(
            "Pair",
            "UsagePlanKey",
            "KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref RestUsagePlan",
        );
    let per_api = create("PER_API");
    let shared = format!("Api: {{{}}}", create("SHARED"));
    for (globals, api, more, expected) in [
        ("", per_api.as_str(), "", &["RestApiKey=?"][..]),
        ("", &per_api, &own, &["Key=?", "RestApiKey=?"]),
        ("", &create("SHARED"), "", &["ServerlessApiKey=?"]),
        (&shared, "", &rest("Other", ""), &["ServerlessApiKey=?"]),
        ("", &create("NONE"), "", &[]),
    ] {
        assert_eq!(keys(globals, &(rest("Rest", api) + more)), expected, "{globals} {api}");
    }
}

#[test]
fn value_that_aws_refuses_is_an_error_at_its_place() {
    for (resources, expected) in [
        (
            resource("Key", "ApiKey", "Value: short"),
            "2:60: the `Value` of an API key has 20 to 128 characters",
        ),
        (
            rest("Rest", "Auth: {UsagePlan: {}}"),
            "`UsagePlan` needs a `CreateUsagePlan`: `PER_API`, `SHARED` or `NONE`",
        ),
        (
            rest("Rest", "Auth: {UsagePlan: {CreateUsagePlan: ONE}}"),
            "`CreateUsagePlan` must be `PER_API` or `SHARED` or `NONE`",
        ),
        (rest("Rest", "ApiKeySourceType: QUERY"), "`ApiKeySourceType` must be `HEADER` or `AUTHORIZER`"),
    ] {
        let text = format!("Resources:\n{resources}");
        let error = Template::parse(&text, "template.yaml").expect_err(&text).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn key_of_a_request_may_come_from_the_authorizer() {
    let body = "DefinitionBody: {openapi: 3.0.1, x-amazon-apigateway-api-key-source: AUTHORIZER, paths: {}}";
    for (properties, expected) in [
        ("Description: a", ApiKeySource::Header),
        ("ApiKeySourceType: HEADER", ApiKeySource::Header),
        ("ApiKeySourceType: AUTHORIZER", ApiKeySource::Authorizer),
        (body, ApiKeySource::Authorizer),
    ] {
        let text = format!("Resources:\n{}", rest("Rest", properties));
        let template = Template::parse(&text, "template.yaml").unwrap();
        assert_eq!(template.apis[0].api_key_source, expected, "{properties}");
    }
}
