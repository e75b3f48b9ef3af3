use crate::template::Template;

/// Returns the number of resources with `resources` beside a function with `properties`.
fn count(resources: &str, properties: &str) -> usize {
    let function = format!("  F: {{Type: AWS::Serverless::Function, Properties: {{{properties}}}}}\n");
    let text = format!("Resources:\n{resources}{function}");
    Template::parse(&text, "template.yaml").unwrap().stack_resources
}

fn event(kind: &str, properties: &str) -> String {
    format!("Events: {{A: {{Type: {kind}, Properties: {{{properties}}}}}}}")
}

/// The numbers are from aws-sam-translator 1.115.0.
#[test]
fn function_is_as_many_resources_as_sam_makes_of_it() {
    let two =
        "Events: {A: {Type: HttpApi, Properties: {Path: /a}}, B: {Type: HttpApi, Properties: {Path: /b}}}";
    let rest = "Events: {A: {Type: HttpApi}, B: {Type: HttpApi, Properties: {Path: /b, Method: GET}}}";
    let canary = "AutoPublishAlias: live, DeploymentPreference: {Type: Canary10Percent5Minutes";
    for (properties, expected) in [
        ("", 2),
        ("Role: 'arn:aws:iam::123456789012:role/x'", 1),
        (&event("HttpApi", "Path: /a, Method: GET"), 5),
        (two, 6),
        (rest, 5),
        (&event("Api", "Path: /a, Method: GET"), 6),
        ("FunctionUrlConfig: {AuthType: NONE}", 5),
        ("FunctionUrlConfig: {AuthType: AWS_IAM}", 3),
        ("AutoPublishAlias: live", 4),
        ("AutoPublishAlias: live, FunctionUrlConfig: {AuthType: NONE}", 7),
        (&format!("{canary}}}"), 7),
        (&format!("{canary}, Role: x}}"), 6),
        ("AutoPublishAlias: live, DeploymentPreference: {Enabled: false, Type: AllAtOnce}", 4),
        (&event("SQS", "Queue: q"), 3),
        (&event("Schedule", "Schedule: rate(1 day)"), 4),
        (&event("ScheduleV2", "ScheduleExpression: rate(1 day)"), 4),
        (&event("SNS", "Topic: t"), 4),
        (&event("EventBridgeRule", "Pattern: {}"), 4),
        (&event("DynamoDB", "Stream: s"), 3),
        (&event("Kinesis", "Stream: s"), 3),
        (&event("CloudWatchLogs", "LogGroupName: x"), 4),
        ("EventInvokeConfig: {MaximumRetryAttempts: 1}", 3),
        ("SnapStart: {ApplyOn: PublishedVersions}", 2),
    ] {
        assert_eq!(count("", properties), expected, "{properties}");
    }
}

#[test]
fn so_are_other_resources() {
    let http = event("HttpApi", "ApiId: !Ref Api, Path: /a, Method: GET");
    let rest = event("Api", "RestApiId: !Ref Api, Path: /a, Method: GET");
    let domain = "Domain: {DomainName: a.example.com, CertificateArn: c";
    let routed = format!("{domain}, BasePath: [a, b], Route53: {{HostedZoneId: Z1}}}}");
    let api = |kind: &str, properties: &str| {
        format!("  Api: {{Type: AWS::Serverless::{kind}, Properties: {{{properties}}}}}\n")
    };
    for (resources, properties, expected) in [
        (api("HttpApi", ""), http.as_str(), 5),
        (api("HttpApi", ""), "", 4),
        (api("HttpApi", &format!("{domain}}}")), &http, 7),
        (api("HttpApi", &routed), &http, 9),
        (api("Api", "StageName: p"), &rest, 6),
        (api("Api", &format!("StageName: p, {domain}, Route53: {{HostedZoneId: Z1}}}}")), &rest, 9),
        ("  T: {Type: AWS::Serverless::SimpleTable}\n".to_owned(), "", 3),
        ("  L: {Type: AWS::Serverless::LayerVersion}\n".to_owned(), "", 3),
        ("  S: {Type: AWS::Serverless::StateMachine}\n".to_owned(), "", 4),
        ("  G: {Type: AWS::Logs::LogGroup}\n".to_owned(), "LoggingConfig: {LogGroup: !Ref G}", 3),
        (
            "  B: {Type: AWS::S3::Bucket}\n".to_owned(),
            "Events: {A: {Type: S3, Properties: {Bucket: !Ref B}}}",
            4,
        ),
    ] {
        assert_eq!(count(&resources, properties), expected, "{resources}{properties}");
    }
}

#[test]
fn two_canaries_have_one_application_and_one_role() {
    let canary = "AutoPublishAlias: live, DeploymentPreference: {Type: Canary10Percent5Minutes}";
    let other = format!("  G: {{Type: AWS::Serverless::Function, Properties: {{{canary}}}}}\n");
    assert_eq!(count(&other, canary), 12);
}
