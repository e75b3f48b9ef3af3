mod disk;
mod rows;

use std::collections::BTreeSet;

use rows::{A, Row, many, pair, rest, rows, with};

use super::Finding;
use crate::agreement::fixture::{PROFILE, http, project, resource, survey};
use crate::agreement::{Manifest, Rule, Severity, Survey};

/// Returns the findings in a project with these functions and resources. Findings about further events, which many
/// tests have, and about the missing router are left out.
fn found(folders: &[&str], resources: &str) -> Vec<Finding> {
    let mut findings = survey(folders, Some(resources), None).findings();
    findings.retain(|finding| ![Rule::NoRouter, Rule::StrayEvent].contains(&finding.rule));
    findings
}

/// Returns the text at the position of a finding.
fn text_at<'a>(text: &'a str, finding: &Finding) -> &'a str {
    let line = text.lines().nth(finding.place.line - 1).unwrap_or_default();
    let (byte, _) = line.char_indices().nth(finding.place.column - 1).unwrap_or_default();
    &line[byte..]
}

/// The rules whose findings are not about the template.
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
        Rule::LibraryVersion,
        Rule::NoTemplate,
        Rule::PanicAbort,
        Rule::ReleaseProfile,
        Rule::UnlistedPackage,
        Rule::NoRouter,
        Rule::MissingRouterLine,
        Rule::WrongRouterLine,
        Rule::StaleRouterLine,
        Rule::StrayEvent,
        Rule::StrayRouterLine,
        Rule::UndeployedFeature,
        Rule::UndeployedVariable,
        Rule::DotenvLine,
        Rule::DotenvValue,
        Rule::DotenvReference,
        Rule::DotenvCycle,
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
        with("PackageType: Image, SnapStart: {ApplyOn: PublishedVersions}")
            .replace("BuildMethod: rust-cargolambda", "Dockerfile: Dockerfile"),
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
    // Complaints that stop the emulator are reported anyway.
    let stops = [Rule::RefusedValue, Rule::ReservedVariable];
    for (other, expected) in
        [(resource("Worker", "worker", bad), &stops[..]), (folder, &stops), (python, &[])]
    {
        let rules: Vec<_> = found(A, &(with("") + &other)).iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, expected, "{other}");
    }
}

#[test]
fn faults_in_globals_are_reported_once() {
    let text = "Globals: {Function: {Timeout: 40}}\nResources:\n".to_owned()
        + &resource("A", "api-a", &http(&[("ANY", "/api/a")]))
        + &resource("B", "api-b", &http(&[("ANY", "/api/b")]));
    let mut survey = survey(&["api/a", "api/b"], Some(""), None);
    survey.examined =
        crate::template::Template::examine(&text, "template.yaml", &crate::template::Context::default());
    let findings: Vec<_> = survey.findings().into_iter().filter(|it| it.rule != Rule::NoRouter).collect();
    let [finding] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!((finding.rule, text_at(&text, finding)), (Rule::FunctionTimeout, "40}}"));
}

/// An HTTP API whose document leads a path to `A`.
fn document(path: &str) -> String {
    let uri = "!Sub 'arn:${A.Arn}/invocations'";
    let integration = format!("{{type: aws_proxy, payloadFormatVersion: '2.0', uri: {uri}}}");
    let paths = format!("{{'{path}': {{get: {{x-amazon-apigateway-integration: {integration}}}}}}}");
    format!("  H: {{Type: AWS::Serverless::HttpApi, Properties: {{DefinitionBody: {{paths: {paths}}}}}}}\n")
}

#[test]
fn document_function_needs_no_event() {
    let of = |path: &str| {
        let survey = survey(&["api/[id]"], Some(&(resource("A", "api-id", "") + &document(path))), None);
        let mut findings = survey.findings();
        findings.retain(|finding| finding.rule != Rule::NoRouter);
        let message =
            |finding: Finding| format!("{}: {}; {}", finding.rule.name(), finding.message, finding.help);
        findings.into_iter().map(message).collect::<Vec<_>>()
    };
    assert_eq!(of("/api/{id}"), [""; 0]);
    assert_eq!(of("/api/latest"), [""; 0]);
    let renamed = "renamed-variable: the document leads `/api/{post}` to `A`, where the folder says `/api/{id}`; write \
                   `/api/{id}` in the document";
    assert_eq!(of("/api/{post}"), [renamed]);
    let stray = "stray-event: `GET /other` of `A` answers at `/other`, which no folder has";
    assert!(of("/other")[0].starts_with(stray), "{:?}", of("/other"));
}

#[test]
fn function_of_a_foreign_api_needs_no_event() {
    for caller in [
        "  T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: !GetAtt A.Arn}]}}\n",
        "  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {IntegrationUri: !Sub 'arn:${A.Arn}/invocations'}}\n",
        "  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: {Ref: A}, AuthType: NONE}}\n",
        "  H: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: openapi.yaml}}\n",
    ] {
        assert_eq!(found(A, &(resource("A", "api-a", "") + caller)), [], "{caller}");
    }
    let other = "  T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: !GetAtt AB.Arn}]}}\n";
    assert_eq!(found(A, &(resource("A", "api-a", "") + other))[0].rule, Rule::MissingRouteKey);
}

#[test]
fn missing_router_line_is_found_at_its_place() {
    let router = "\"/api/b\" = \"worker\"\n\"/gone\" = \"gone\"\n";
    let resources = with("") + &resource("B", "api-b", &http(&[("ANY", "/api/b")]));
    let findings = survey(&["api/a", "api/b"], Some(&resources), Some(router)).findings();
    let found: Vec<_> = findings.iter().map(ToString::to_string).collect();
    let expected = [
        "Cargo.toml:1:34: error[missing-router-line]: the router has no line `\"/api/a\" = \"api-a\"`\n  help: run `cargo api-routes sync`",
        "Cargo.toml:2:1: error[wrong-router-line]: `/api/b` leads to `worker`, and its folder is the package of `api-b`\n  help: run `cargo api-routes sync`",
        "Cargo.toml:3:1: error[stale-router-line]: `/gone` leads to `gone`, which no package of the workspace builds\n  help: run `cargo api-routes sync --prune`",
    ];
    let plain = |text: &String| anstream::adapter::strip_str(text).to_string();
    assert_eq!(found.iter().map(plain).collect::<Vec<_>>(), expected);
}

#[test]
fn missing_file_is_reported_once() {
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
fn events_under_different_conditions_do_not_clash() {
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
fn unresolvable_api_is_not_compared() {
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
fn template_that_ends_anywhere_has_findings_in_it() {
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
fn renamed_package_is_reported_at_its_function() {
    let findings = found(A, &resource("Old", "old-name", &http(&[("GET", "/api/a"), ("POST", "/api/a")])));
    let reported: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.help.as_str())).collect();
    let help = "write `Binary: api-a`, or run `cargo api-routes sync`: that is `/api/a`, where its \
                events lead";
    assert_eq!(reported, [(Rule::StaleFunction, help)]);
}

#[test]
fn open_profile_is_found_at_its_place() {
    let router = "[workspace.metadata.lambda.watch.router]\n\"/api/a\" = \"api-a\"\n";
    let found = |profile: &str| {
        let manifest = Manifest::parse(&format!("{router}{profile}")).unwrap();
        let template = format!("Resources:\n{}", with(""));
        let survey = Survey::from_texts(&project(&["api/a"]), Some(("template.yaml", &template)), manifest);
        let findings = survey.findings().into_iter();
        findings
            .map(|it| format!("{}:{} {} {}", it.place.line, it.place.column, it.rule.name(), it.help))
            .collect::<Vec<_>>()
    };
    let sync = "run `cargo api-routes sync`";
    assert_eq!(found(""), [format!("1:1 panic-abort {sync}"), format!("1:1 release-profile {sync}")]);
    assert_eq!(
        found("[profile.release]\nopt-level = 3\nlto = true\ncodegen-units = 4\nstrip = true\n"),
        [format!("3:10 panic-abort {sync}")]
    );
    assert_eq!(found("[profile.release]\npanic = \"unwind\"\n"), [format!("3:10 release-profile {sync}")]);
    let aborts = PROFILE.replace("unwind", "abort");
    assert_eq!(found(&aborts), ["4:10 panic-abort write `panic = \"unwind\"`"]);
    assert!(found(PROFILE).is_empty());
}

#[test]
fn renamed_folder_is_found_in_template_and_router() {
    let resources = resource("B", "api-b", &http(&[("GET", "/api/a")]));
    let findings = survey(&["api/b"], Some(&resources), Some("\"/api/a\" = \"api-b\"\n")).findings();
    let found: Vec<_> = findings.iter().map(|it| (it.rule, it.message.as_str(), it.help.as_str())).collect();
    let (run, instead) =
        ("run `cargo api-routes sync`", "run `cargo api-routes sync`, which writes `/api/b` instead");
    let expected = [
        (Rule::MissingRouterLine, "the router has no line `\"/api/b\" = \"api-b\"`", run),
        (Rule::StrayRouterLine, "`/api/a` leads to `api-b`, and no folder has this path", instead),
        (Rule::MissingRouteKey, "`B` has no event for `ANY /api/b`, as its folder `/api/b` says", run),
        (Rule::StrayEvent, "`E0` of `B` answers at `/api/a`, which no folder has", instead),
    ];
    assert_eq!(found, expected);
    assert_eq!(text_at(&format!("Resources:\n{resources}"), &findings[3]), "'/api/a'}}}}\n".trim_end());
}

#[test]
fn stray_path_can_be_kept_by_a_line_to_paste() {
    let resources = resource("B", "api-b", &http(&[("GET", "/api/b"), ("GET", "/people")]));
    let router = "\"/api/b\" = \"api-b\"\n\"/all/{*rest}\" = \"api-b\"\n";
    let mut survey = survey(&["api/b"], Some(&resources), Some(router));
    survey.exceptions.extra_paths = vec!["/old".to_owned()];
    let helps: Vec<_> = survey.findings().into_iter().map(|finding| (finding.rule, finding.help)).collect();
    let keep = |path: &str| {
        format!(
            "write `extra-paths = [\"/old\", \"{path}\"]` below `[workspace.metadata.api-routes]` in `Cargo.toml` if it is intended"
        )
    };
    let expected = [
        (Rule::StrayRouterLine, format!("remove the line, or {}", keep("/all/{rest+}"))),
        (Rule::StrayEvent, format!("remove the event, or {}", keep("/people"))),
    ];
    assert_eq!(helps, expected);
}

#[test]
fn function_that_may_be_renamed_is_not_to_be_pruned() {
    let gone = |id: &str| resource(id, &format!("gone-{id}"), &http(&[("GET", &format!("/{id}"))]));
    let help = |folders: &[&str], resources: &str| {
        let findings = found(folders, resources).into_iter();
        findings.filter(|it| it.rule == Rule::StaleFunction).map(|it| it.help).collect::<Vec<_>>()
    };
    assert_eq!(help(&[], &gone("A")), ["run `cargo api-routes sync --prune`"]);
    let one = "run `cargo api-routes sync --renamed A=api-b` if it is `functions/api/b` now, or \
               `cargo api-routes sync --removed A` if it is gone";
    assert_eq!(help(&["api/b"], &gone("A")), [one]);
    let asks = "run `cargo api-routes sync`, which asks what it is now, or `cargo api-routes sync --removed A` if it is gone";
    assert_eq!(help(&["api/b", "api/c"], &gone("A")), [asks]);
}

#[test]
fn open_route_can_be_kept_by_a_line_to_paste() {
    let event = |name: &str, method: &str, path: &str, auth: &str| {
        format!(
            "{name}: {{Type: HttpApi, Properties: {{ApiId: !Ref Http, Method: {method}, Path: '{path}'{auth}}}}}"
        )
    };
    let none = ", Auth: {Authorizer: NONE}";
    let events = [
        event("E0", "GET", "/api/b", ""),
        event("E1", "POST", "/api/b", none),
        event("E2", "GET", "/api/b/{id}", none),
        event("E3", "OPTIONS", "/api/b", ""),
    ];
    let http = "  Http: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {EnableIamAuthorizer: true, DefaultAuthorizer: \
                AWS_IAM}}}\n";
    let resources = resource("B", "api-b", &format!("Events: {{{}}}", events.join(", "))) + http;
    let found = |open_paths: &[&str]| {
        let mut survey = survey(&["api/b"], Some(&resources), Some("\"/api/b\" = \"api-b\"\n"));
        survey.exceptions.open_paths = open_paths.iter().map(|&path| path.to_owned()).collect();
        let findings = survey.findings().into_iter().filter(|finding| finding.rule == Rule::OpenRoute);
        findings.map(|finding| finding.help).collect::<Vec<_>>()
    };
    let keep = |paths: &str| {
        format!(
            "give it an authorizer, or write `open-paths = [{paths}]` below `[workspace.metadata.api-routes]` in \
             `Cargo.toml` if it is intended"
        )
    };
    assert_eq!(found(&[]), [keep("\"/api/b\""), keep("\"/api/b/{id}\"")]);
    assert_eq!(found(&["/api/b"]), [keep("\"/api/b\", \"/api/b/{id}\"")]);
    assert_eq!(found(&["/api/b", "/api/b/{other}"]), [""; 0]);
}

#[test]
fn unused_authorizer_package_is_found() {
    let folders = ["api/a", "authorizers/session"];
    let session = resource("Session", "authorizers-session", "Timeout: 3");
    let http = "  Http: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: G, Authorizers: {G: {FunctionArn: \
                !GetAtt Session.Arn, EnableFunctionDefaultPermissions: true, AuthorizerPayloadFormatVersion: 2.0}}}}}\n";
    for (resources, is_idle) in
        [(String::new(), true), (session.clone(), true), (format!("{session}{http}"), false)]
    {
        let findings = found(&folders, &(with("Timeout: 3") + &resources));
        let found: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.file.as_str())).collect();
        let idle = (Rule::UnusedAuthorizer, "functions/authorizers/session/Cargo.toml");
        assert_eq!(found, Vec::from_iter(is_idle.then_some(idle)), "{resources}");
    }
}
