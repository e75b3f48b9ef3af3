use crate::template::Template;

fn warned(resources: &str) -> Vec<String> {
    let template = Template::parse(&format!("Resources:\n{resources}"), "template.yaml").unwrap();
    template.warnings.iter().map(ToString::to_string).collect()
}

fn function(id: &str, binary: &str, properties: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {binary}}}}}\n    \
         Properties: {{{properties}}}\n"
    )
}

#[test]
fn unemulated_resources_are_named_with_their_lines() {
    for (resources, expected) in [
        (
            function("A", "a", "Layers: [x]") + &function("B", "b", "Layers: [y]"),
            "5:26: layers are not emulated, functions run without them: `A` (line 5), `B` (line 9)",
        ),
        (
            function("A", "a", "TenancyConfig: {TenantIsolationMode: PER_TENANT}"),
            "5:33: tenant isolation is not emulated, tenants share sandboxes, and events have no tenant id: `A` (line 5)",
        ),
        (
            function("A", "a", "DurableConfig: {ExecutionTimeout: 60}"),
            "5:33: durable functions are not emulated, an execution is one invocation, without checkpoints: `A` (line 5)",
        ),
        (
            "  Site: {Type: AWS::Serverless::WebFunction}\n".to_owned(),
            "2:3: Lambda Web Functions are not emulated, they are not served: `Site` (line 2)",
        ),
        (
            "  Chat: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}\n".to_owned(),
            "2:3: WebSocket APIs are not emulated, they are not served: `Chat` (line 2)",
        ),
        (
            "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, GatewayResponses: {DEFAULT_4XX: {}}}}\n"
                .to_owned(),
            "2:83: gateway responses are not emulated, errors of the API have AWS's own bodies: `Api` (line 2)",
        ),
        (
            "  Wall: {Type: AWS::WAFv2::WebACLAssociation}\n".to_owned(),
            "2:3: WAF is not emulated, no request is blocked: `Wall` (line 2)",
        ),
        (
            "  Plan: {Type: AWS::ApiGateway::UsagePlan}\n".to_owned(),
            "2:3: usage plans are not emulated, no request is throttled or counted: `Plan` (line 2)",
        ),
        (
            "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Auth: {ResourcePolicy: {IpRangeWhitelist: [10.0.0.1]}}}}\n"
                .to_owned(),
            "2:88: resource policies are not emulated, callers of every account and network are let in: `Api` (line 2)",
        ),
        (
            "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Policy: {Statement: []}}}\n".to_owned(),
            "2:73: resource policies are not emulated, callers of every account and network are let in: `Api` (line 2)",
        ),
        (
            function("A", "a", "Events: {E: {Type: Api, Properties: {Path: /a, Method: GET, Auth: {ResourcePolicy: {}}}}}"),
            "5:101: resource policies are not emulated, callers of every account and network are let in: `A` (line 5)",
        ),
        (
            "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Auth: {InvokeRole: CALLER_CREDENTIALS}}}\n"
                .to_owned(),
            "2:84: roles of integrations (`InvokeRole`) are not emulated, functions are invoked without one: `Api` (line 2)",
        ),
        (
            "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, CacheClusterEnabled: true}}\n".to_owned(),
            "2:86: caches of stages are not emulated, each request reaches its function: `Api` (line 2)",
        ),
    ] {
        assert_eq!(warned(&resources), [format!("template.yaml:{expected}")], "{resources}");
    }
}

#[test]
fn empty_or_unserved_properties_are_not_reported() {
    let python = "  P: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, Layers: [x]}}\n";
    for resources in [function("A", "a", "Layers: []"), python.to_owned()] {
        assert_eq!(warned(&resources), [""; 0], "{resources}");
    }
}
