mod disk;

use std::collections::BTreeSet;

use super::Finding;
use crate::agreement::fixture::{http, resource, survey};
use crate::agreement::{Rule, Severity};

/// What is found in a project with these functions and resources, but for its want of a router.
fn found(folders: &[&str], resources: &str) -> Vec<Finding> {
    let mut findings = survey(folders, Some(resources), None).findings();
    findings.retain(|finding| finding.rule != Rule::NoRouter);
    findings
}

/// What stands at the place of a finding.
fn text_at<'a>(text: &'a str, finding: &Finding) -> &'a str {
    let line = text.lines().nth(finding.place.line - 1).unwrap_or_default();
    let (byte, _) = line.char_indices().nth(finding.place.column - 1).unwrap_or_default();
    &line[byte..]
}

/// A row: folders, resources, what is found, and what stands there.
struct Row {
    rule: Rule,
    folders: &'static [&'static str],
    resources: String,
    at: &'static str,
    says: &'static str,
}

fn row(
    rule: Rule,
    folder: &'static [&'static str],
    resources: String,
    at: &'static str,
    says: &'static str,
) -> Row {
    Row { rule, folders: folder, resources, at, says }
}

/// The function of `api/a`, which has its route key and whatever else is given.
fn with(properties: &str) -> String {
    resource(
        "A",
        "api-a",
        &format!("Events: {{E0: {{Type: HttpApi, Properties: {{Path: /api/a}}}}}}, {properties}"),
    )
}

/// The function of `api/a` with a further event.
fn event(kind: &str, properties: &str) -> String {
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    let events = format!("Events: {{{first}, E1: {{Type: {kind}, Properties: {{{properties}}}}}}}");
    resource("A", "api-a", &events)
}

fn path(path: &str) -> String {
    event("HttpApi", &format!("Method: GET, Path: {path}"))
}

/// Two more events of the same API.
fn pair(kind: &str, one: &str, other: &str) -> String {
    let of = |name: &str, path: &str| {
        let (method, path) = path.split_once(' ').unwrap();
        format!("{name}: {{Type: {kind}, Properties: {{Method: {method}, Path: '{path}'}}}}")
    };
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    resource("A", "api-a", &format!("Events: {{{first}, {}, {}}}", of("E1", one), of("E2", other)))
}

fn rest(endpoint: &str, timeout: u32) -> String {
    let api = format!("  Rest: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {endpoint}}}}}\n");
    let event =
        event("Api", &format!("RestApiId: !Ref Rest, Method: GET, Path: /api/a, TimeoutInMillis: {timeout}"));
    api + &event
}

fn many(kind: &str, count: usize) -> String {
    let api = if kind == "Api" {
        "  Many: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"
    } else {
        "  Many: {Type: AWS::Serverless::HttpApi}\n"
    };
    let id = if kind == "Api" { "RestApiId" } else { "ApiId" };
    let event = |number: usize| {
        format!("E{number}: {{Type: {kind}, Properties: {{{id}: !Ref Many, Method: GET, Path: /x{number}}}}}")
    };
    let events: Vec<_> = (1..=count).map(event).collect();
    let first = "E0: {Type: HttpApi, Properties: {Path: /api/a}}";
    format!("{api}{}", resource("A", "api-a", &format!("Events: {{{first}, {}}}", events.join(", "))))
}

fn topics(count: usize) -> String {
    let topics: Vec<_> =
        (0..count).map(|number| format!("  T{number}: {{Type: AWS::SNS::Topic}}\n")).collect();
    topics.concat()
}

const A: &[&str] = &["api/a"];

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn rows() -> Vec<Row> {
    use Rule::*;
    let plain = "  A:\n    Type: AWS::Serverless::Function\n    Metadata: {BuildProperties: {Binary: api-a}}\n    \
                 Properties: {Events: {E0: {Type: HttpApi, Properties: {Path: /api/a}}}}\n";
    vec![
        row(BrokenTemplate, A, "  A: {\n".to_owned(), "", "not YAML: "),
        row(
            RefusedValue,
            A,
            with("Timeout: 901"),
            "901",
            "`Timeout` must be a whole number of seconds from 1 to 900",
        ),
        row(
            MissingFunction,
            A,
            String::new(),
            "Resources:",
            "`/api/a` is not deployed: no function has `Binary: api-a`",
        ),
        row(
            MissingRouteKey,
            A,
            resource("A", "api-a", ""),
            "A:",
            "`A` has no event for `ANY /api/a`, as its folder `/api/a` says",
        ),
        row(
            RenamedVariable,
            &["api/[id]"],
            resource("I", "api-id", &http(&[("GET", "/api/{post}")])),
            "'/api/{post}'",
            "`E0` of `I` has the path `/api/{post}`, where the folder says `/api/{id}`",
        ),
        row(
            StaleFunction,
            &[],
            resource("Gone", "api-gone", &http(&[("GET", "/api/gone")])),
            "Gone:",
            "`Gone` is the binary `api-gone`, which no package of the workspace builds",
        ),
        row(
            SharedBinary,
            A,
            with("") + &resource("B", "api-a", ""),
            "B:",
            "`B` has the binary of `A`: which of them is the route is not clear",
        ),
        row(BuildMethod, A, plain.to_owned(), "A:", "`A` does not say how it is built"),
        row(
            BuildMethod,
            A,
            plain.replace("{BuildProperties", "{BuildMethod: makefile, BuildProperties"),
            "A:",
            "`A` is built by `makefile`, which knows nothing of `Binary`",
        ),
        row(
            ReservedVariable,
            A,
            with("Environment: {Variables: {AWS_REGION: here}}"),
            "AWS_REGION",
            "`AWS_REGION` is set by Lambda itself: take another name",
        ),
        row(
            VariableName,
            A,
            with("Environment: {Variables: {1A: x}}"),
            "1A",
            "`1A` is no name for a variable",
        ),
        row(
            EnvironmentSize,
            A,
            with(&format!("Environment: {{Variables: {{LONG: {}}}}}", "x".repeat(4096))),
            "A:",
            "the variables take 4107 bytes: Lambda allows 4096",
        ),
        row(
            FunctionTimeout,
            A,
            with("Timeout: 31"),
            "31",
            "a function may run for 31 s here, and its API waits for 30 s",
        ),
        row(NoLeadingSlash, A, path("api/b"), "api/b", "the path `api/b` does not begin with a slash"),
        row(TrailingSlash, A, path("/api/b/"), "/api/b/", "the path `/api/b/` ends in a slash"),
        row(EmptySegment, A, path("/api//b"), "/api//b", "the path `/api//b` has an empty segment"),
        row(
            PartialVariable,
            A,
            path("'/api/u{id}'"),
            "'/api/u{id}'",
            "`u{id}` is a variable in a part of a segment",
        ),
        row(UnsupportedPath, A, path("/api/café"), "/api/café", "API Gateway does not take `café` in a path"),
        row(
            GreedyNotLast,
            A,
            path("'/api/{all+}/b'"),
            "'/api/{all+}/b'",
            "the greedy `{all+}` is not the last segment",
        ),
        row(RepeatedVariable, A, path("'/api/{b}/{b}'"), "'/api/{b}/{b}'", "the path names `b` twice"),
        row(
            UnknownMethod,
            A,
            event("HttpApi", "Method: TRACE, Path: /api/b"),
            "/api/b",
            "`TRACE` is not a method of a route",
        ),
        row(
            RestDefault,
            A,
            event("Api", "Method: ANY, Path: $default"),
            "$default",
            "a REST API has no `$default` route",
        ),
        row(
            DuplicateRouteKey,
            A,
            pair("HttpApi", "GET /api/{x}", "GET /api/{y}"),
            "'/api/{y}'",
            "`GET /api/{x}` and `GET /api/{y}` are the same route: remove one of them (`E2` of `A`, and `E1` of `A`)",
        ),
        row(
            DuplicateRouteKey,
            A,
            pair("Api", "GET /x", "GET /x"),
            "'/x'",
            "are the same method of a REST API",
        ),
        row(
            ConflictingVariables,
            A,
            pair("HttpApi", "GET /api/{x}", "POST /api/{y}"),
            "'/api/{y}'",
            "`GET /api/{x}` and `POST /api/{y}` name the variable in one place differently",
        ),
        row(
            ConflictingVariables,
            A,
            pair("Api", "GET /api/{x}", "POST /api/{y}/z"),
            "'/api/{y}/z'",
            "have different variables in the same place, and a REST API takes one",
        ),
        row(
            DifferingVariables,
            A,
            pair("HttpApi", "GET /api/{x}", "POST /api/{y}/z"),
            "'/api/{y}/z'",
            "name the variable in one place differently",
        ),
        row(
            IntegrationTimeout,
            A,
            event("HttpApi", "Path: /api/b, TimeoutInMillis: 30001"),
            "30001",
            "`TimeoutInMillis` must be a whole number of milliseconds from 50 to 30000",
        ),
        row(
            IntegrationTimeout,
            A,
            rest("", 29_001),
            "29001",
            "a REST API waits for 29000 ms at most, which its quota",
        ),
        row(
            LongIntegrationTimeout,
            A,
            rest("EndpointConfiguration: {Type: REGIONAL}", 29_001),
            "29001",
            "a REST API waits for 29000 ms at most, unless its quota is raised",
        ),
        row(
            TooManyRoutes,
            A,
            many("HttpApi", 301),
            "Many:",
            "`Many` has 301, and an HTTP API has 300 routes at most",
        ),
        row(
            TooManyResources,
            A,
            many("Api", 300),
            "Many:",
            "`Many` has 301, and a REST API has 300 resources at most",
        ),
        row(
            StackSize,
            A,
            with("") + &topics(500),
            "Resources:",
            "SAM makes 505 resources or more of this template, and a stack has 500 at most",
        ),
        row(
            ConflictingFolders,
            &["api/[a]", "api/[b]/c"],
            String::new(),
            "",
            "You cannot use different slug names",
        ),
        row(
            InvalidRoute,
            &["api/[[id]]"],
            String::new(),
            "",
            "`functions/api/[[id]]` is no route: Optional route",
        ),
        row(
            DivergingFolders,
            &["api/a/[...rest]", "api/[x]/b"],
            String::new(),
            "",
            "`/api/a/b` goes to `functions/api/[x]/b`, where Next.js would choose `functions/api/a/[...rest]`",
        ),
    ]
}

/// Those whose findings are not about the template.
const OF_FOLDERS: [Rule; 3] = [Rule::ConflictingFolders, Rule::InvalidRoute, Rule::DivergingFolders];

#[test]
fn each_rule_finds_its_fault_and_its_place() {
    for Row { rule, folders, resources, at, says } in rows() {
        let text = format!("Resources:\n{resources}");
        let mut findings = found(folders, &resources);
        if OF_FOLDERS.contains(&rule) {
            findings.retain(|finding| finding.file != "template.yaml");
        }
        let [finding] = &findings[..] else { panic!("{} in {resources}: {findings:#?}", rule.name()) };
        assert_eq!(finding.rule, rule, "{finding}");
        assert!(finding.message.contains(says), "`{says}` in {finding}");
        if !OF_FOLDERS.contains(&rule) && !at.is_empty() {
            assert!(text_at(&text, finding).starts_with(at), "`{at}` at {finding}");
        }
    }
}

#[test]
fn each_rule_is_tried() {
    let tried: BTreeSet<_> = rows().iter().map(|row| row.rule).chain(disk::RULES).collect();
    let rest = [
        Rule::NoTemplate,
        Rule::UnlistedPackage,
        Rule::NoRouter,
        Rule::MissingRouterLine,
        Rule::WrongRouterLine,
        Rule::StaleRouterLine,
    ];
    let all: BTreeSet<_> = Rule::ALL.iter().copied().collect();
    assert_eq!(tried.into_iter().chain(rest).collect::<BTreeSet<_>>(), all);
}

#[test]
fn rules_have_names_of_their_own() {
    let names: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
    let is_kebab = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    assert!(names.iter().all(is_kebab), "{names:?}");
}

#[test]
fn where_all_agree_there_is_nothing() {
    for resources in [
        with(""),
        with("Timeout: 30"),
        with("Environment: {Variables: {TABLE: !Ref Table}}"),
        pair("HttpApi", "GET /api/{x}", "GET /api/{x+}"),
        pair("HttpApi", "GET /api/{x}", "GET /api/{x}/y"),
        rest("", 29_000),
        rest("", 900_000)
            .replace("TimeoutInMillis", "ResponseTransferMode: RESPONSE_STREAM, TimeoutInMillis"),
        many("HttpApi", 300),
        many("Api", 299),
        with("").replace("BuildMethod: rust-cargolambda", "SkipBuild: true"),
    ] {
        assert_eq!(found(A, &resources), [], "{resources}");
    }
}

#[test]
fn functions_may_come_from_elsewhere() {
    let of = |kind: &str| {
        let body = format!(
            "{{'F${{Name}}': {{Type: {kind}, Metadata: {{BuildProperties: {{Binary: '${{Name}}'}}}}}}}}"
        );
        found(A, &format!("  Fn::ForEach::All: [Name, [api-a], {body}]\n"))
    };
    assert_eq!(of("AWS::Serverless::Function"), []);
    assert_eq!(of("AWS::SNS::Topic")[0].rule, Rule::MissingFunction);
    assert_eq!(found(A, "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n"), []);
}

#[test]
fn functions_that_are_not_ours_are_not_judged() {
    let bad = "Timeout: 901, Environment: {Variables: {AWS_REGION: x}}, \
               Events: {E: {Type: HttpApi, Properties: {Path: a/}}, F: {Type: HttpApi, Properties: {Path: a/}}}";
    let folder =
        format!("  Folder: {{Type: AWS::Serverless::Function, Properties: {{CodeUri: f, {bad}}}}}\n");
    let python =
        format!("  Py: {{Type: AWS::Serverless::Function, Properties: {{Runtime: python3.13, {bad}}}}}\n");
    for other in [resource("Worker", "worker", bad), folder, python] {
        assert_eq!(found(A, &(with("") + &other)), [], "{other}");
    }
}

#[test]
fn what_globals_say_is_told_once() {
    let text = "Globals: {Function: {Timeout: 40}}\nResources:\n".to_owned()
        + &resource("A", "api-a", &http(&[("ANY", "/api/a")]))
        + &resource("B", "api-b", &http(&[("ANY", "/api/b")]));
    let mut survey = survey(&["api/a", "api/b"], Some(""), None);
    survey.examined = crate::project::template::Template::examine(&text, "template.yaml");
    let findings: Vec<_> = survey.findings().into_iter().filter(|it| it.rule != Rule::NoRouter).collect();
    let [finding] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!((finding.rule, text_at(&text, finding)), (Rule::FunctionTimeout, "40}}"));
}

#[test]
fn a_function_that_an_api_elsewhere_calls_needs_no_event() {
    for caller in [
        "  T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: !GetAtt A.Arn}]}}\n",
        "  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {IntegrationUri: !Sub 'arn:${A.Arn}/invocations'}}\n",
        "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: {Ref: A}}}\n",
        "  H: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: openapi.yaml}}\n",
    ] {
        assert_eq!(found(A, &(resource("A", "api-a", "") + caller)), [], "{caller}");
    }
    let other = "  T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: !GetAtt AB.Arn}]}}\n";
    assert_eq!(found(A, &(resource("A", "api-a", "") + other))[0].rule, Rule::MissingRouteKey);
}

#[test]
fn what_the_router_lacks_is_found_at_its_place() {
    let router = "\"/api/b\" = \"worker\"\n\"/gone\" = \"gone\"\n";
    let resources = with("") + &resource("B", "api-b", &http(&[("ANY", "/api/b")]));
    let findings = survey(&["api/a", "api/b"], Some(&resources), Some(router)).findings();
    let found: Vec<_> = findings.iter().map(ToString::to_string).collect();
    let expected = [
        "Cargo.toml:1:34: error[missing-router-line]: the router has no line `\"/api/a\" = \"api-a\"`\n  help: run `cargo run -p local-emulator -- sync`",
        "Cargo.toml:2:1: error[wrong-router-line]: `/api/b` leads to `worker`, and its folder is the package of `api-b`\n  help: run `cargo run -p local-emulator -- sync`",
        "Cargo.toml:3:1: error[stale-router-line]: `/gone` leads to `gone`, which no package of the workspace builds\n  help: run `cargo run -p local-emulator -- sync --prune`",
    ];
    let plain = |text: &String| anstream::adapter::strip_str(text).to_string();
    assert_eq!(found.iter().map(plain).collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_not_there_at_all_is_said_once() {
    let findings = survey(&["-api/a", "api/b"], None, None).findings();
    let rules: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.severity())).collect();
    let expected = [
        (Rule::UnlistedPackage, Severity::Error),
        (Rule::NoRouter, Severity::Warning),
        (Rule::NoTemplate, Severity::Error),
    ];
    assert_eq!(rules, expected);
    assert_eq!(survey(&[], None, None).findings(), []);
}

#[test]
fn what_stands_under_different_conditions_does_not_clash() {
    let of = |id: &str, condition: &str| {
        let events = http(&[("ANY", "/api/a")]);
        resource(id, "api-a", &events).replace("    Metadata", &format!("    {condition}\n    Metadata"))
    };
    let both = |one: &str, other: &str| found(A, &(of("A", one) + &of("B", other)));
    assert_eq!(both("Condition: IsProduction", "Condition: IsTest"), []);
    for (one, other) in [("", ""), ("Condition: IsTest", ""), ("Condition: IsTest", "Condition: IsTest")] {
        let rules: Vec<_> = both(one, other).iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [Rule::SharedBinary, Rule::DuplicateRouteKey], "{one} {other}");
    }
}

#[test]
fn of_an_api_that_only_aws_can_tell_nothing_is_compared() {
    let id = |name: &str| {
        let event = format!("Method: ANY, Path: /api/a, ApiId: {name}");
        format!("Events: {{E0: {{Type: HttpApi, Properties: {{{event}}}}}}}")
    };
    let two = |one: &str, other: &str| {
        let worker = resource("W", "worker", &id(other));
        found(A, &(resource("A", "api-a", &id(one)) + &worker))
    };
    assert_eq!(two("!ImportValue One", "!ImportValue Other"), []);
    assert_eq!(two("!Ref One", "!Ref Other"), []);
    assert_eq!(two("!Ref One", "!Ref One").len(), 1);
}

#[test]
fn a_template_that_ends_anywhere_has_findings_in_it() {
    let resources =
        with("Timeout: 60") + &pair("HttpApi", "GET /api/{x}", "POST /api/{y}") + &rest("", 29_001);
    for end in (0..resources.len()).filter(|end| resources.is_char_boundary(*end)) {
        let lines = resources[..end].lines().count() + 2;
        for finding in found(A, &resources[..end]) {
            assert!(
                (1..=lines).contains(&finding.place.line) && finding.place.column > 0,
                "{end}: {finding}"
            );
        }
    }
}

#[test]
fn a_package_with_a_new_name_is_told_to_the_function_that_it_was() {
    let findings = found(A, &resource("Old", "old-name", &http(&[("GET", "/api/a"), ("POST", "/api/a")])));
    let told: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.help.as_str())).collect();
    let help = "write `Binary: api-a`, or run `cargo run -p local-emulator -- sync`: that is `/api/a`, where its \
                events lead";
    assert_eq!(told, [(Rule::StaleFunction, help)]);
}
