use std::time::Duration;

use crate::pipe::SilentWait;

use super::{
    Code, Context, Logging, SystemLogLevel, Template, TemplateError, TemplateFunction, Variable, find,
};

mod api;
mod api_keys;
mod authorization;
mod code;
mod event;
mod function_url;
mod include;
mod nested;
mod not_emulated;
mod openapi;
mod stack;
mod start;
mod yaml;

/// A template with one function, whose properties are given, under given globals.
fn template(globals: &str, properties: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\n\
         Globals:\n  Function: {{{globals}}}\n\
         Resources:\n  Posts:\n    Type: AWS::Serverless::Function\n    \
         Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: {{Binary: api-posts}}}}\n    \
         Properties: {{{properties}}}\n"
    )
}

fn function(globals: &str, properties: &str) -> TemplateFunction {
    let template = Template::parse(&template(globals, properties), "template.yaml").unwrap();
    assert_eq!(template.warnings, []);
    template.functions.into_iter().next().unwrap()
}

fn warning(globals: &str, properties: &str) -> String {
    let template = Template::parse(&template(globals, properties), "template.yaml").unwrap();
    template.warnings.iter().map(|warning| warning.message.clone()).collect()
}

fn error(globals: &str, properties: &str) -> String {
    Template::parse(&template(globals, properties), "template.yaml").unwrap_err().to_string()
}

fn value(text: &str) -> Variable {
    Variable::Value(text.to_owned())
}

fn intrinsic(name: &str) -> Variable {
    Variable::Intrinsic(name.to_owned())
}

#[test]
fn function_without_settings_has_lambdas_defaults() {
    let function = function("", "");
    let defaults = TemplateFunction::unlisted("api-posts");
    let (name, place) = ("Posts".to_owned(), function.place);
    let build_method = Some("rust-cargolambda".to_owned());
    let named = TemplateFunction { logical_id: name.clone(), name, place, build_method, ..defaults };
    assert_eq!(function.code, Code::Binary("api-posts".to_owned()));
    assert_eq!(function, named);
    assert_eq!((function.timeout, function.memory_mb), (Duration::from_secs(3), 128));
}

#[test]
fn merged_entries_count_unless_overridden() {
    let text = "Resources:
  User: &function
    Type: AWS::Serverless::Function
    Metadata: &metadata
      BuildMethod: rust-cargolambda
      BuildProperties: {Binary: api-user}
    Properties: &properties
      Timeout: 9
      MemorySize: 256
      Events:
        Route: &route {Type: HttpApi, Properties: {Method: ANY, Path: /api/user}}
  Posts:
    <<: *function
    Metadata: {<<: *metadata, BuildProperties: {Binary: api-posts}}
    Properties:
      <<: [{Timeout: 8}, *properties]
      MemorySize: 512
      Events:
        Route: {<<: *route, Properties: {Method: ANY, Path: /api/posts}}
";
    let template = Template::parse(text, "template.yaml").unwrap();
    let function = template.function("api-posts").unwrap();
    assert_eq!(function.build_method.as_deref(), Some("rust-cargolambda"));
    assert_eq!((function.timeout, function.memory_mb), (Duration::from_secs(8), 512));
    let keys: Vec<_> = function.events.iter().map(|event| event.route_key.as_str()).collect();
    assert_eq!(keys, ["ANY /api/posts"]);
}

#[test]
fn functions_own_settings_override_the_globals() {
    let function = function("Timeout: 10, MemorySize: 256", "Timeout: '20', FunctionName: posts");
    assert_eq!((function.timeout, function.memory_mb), (Duration::from_secs(20), 256));
    assert_eq!(function.name, "posts");
}

#[test]
fn reserved_concurrency_of_zero_is_a_limit() {
    assert_eq!(function("", "").reserved_concurrency, None);
    assert_eq!(function("", "ReservedConcurrentExecutions: 0").reserved_concurrency, Some(0));
    assert_eq!(function("ReservedConcurrentExecutions: 5", "").reserved_concurrency, Some(5));
    let expected =
        "`ReservedConcurrentExecutions` is `!Ref`, which only AWS can tell: the emulator takes none";
    assert_eq!(warning("", "ReservedConcurrentExecutions: !Ref Most"), expected);
}

#[test]
fn capacity_provider_allows_a_timeout_of_5400_seconds() {
    let config = "CapacityProviderConfig: {Arn: !GetAtt Provider.Arn}";
    for (globals, properties) in [
        ("Timeout: 5400".to_owned(), config.to_owned()),
        (config.to_owned(), "Timeout: 5400".to_owned()),
        (String::new(), format!("Timeout: 5400, {config}")),
    ] {
        assert_eq!(function(&globals, &properties).timeout, Duration::from_secs(5_400));
    }
    let refused = error("", &format!("Timeout: 5401, {config}"));
    assert!(refused.ends_with("`Timeout` must be a whole number of seconds from 1 to 5400"), "{refused}");
}

#[test]
fn log_is_text_unless_it_is_json_which_has_levels() {
    let logging = |globals: &str, properties: &str| {
        let config = |members: &str| format!("LoggingConfig: {{{members}}}");
        function(&config(globals), &config(properties)).logging
    };
    assert_eq!(logging("", ""), Logging::default());
    assert_eq!(logging("ApplicationLogLevel: DEBUG", "LogFormat: Text"), Logging::default());
    assert_eq!(logging("LogFormat: JSON", "").json, Some("INFO"));
    assert_eq!(logging("LogFormat: JSON", "ApplicationLogLevel: FATAL").json, Some("FATAL"));
    for (members, level) in [("", SystemLogLevel::Info), (", SystemLogLevel: WARN", SystemLogLevel::Warn)] {
        assert_eq!(logging(&format!("LogFormat: JSON{members}"), "").system, Some(level));
    }
    assert_eq!(logging("SystemLogLevel: DEBUG", "").system, None);
    assert_eq!(logging("LogGroup: /shared", "").group.as_deref(), Some("/shared"));
    let refused = error("", "LoggingConfig: {LogFormat: json}");
    assert_eq!(refused, "template.yaml:8:45: `LogFormat` must be `Text` or `JSON`");
}

#[test]
fn function_may_ignore_globals() {
    let resource = |ignored: &str| {
        let text = template("Timeout: 10, MemorySize: 256", "");
        let text = text.replace("    Properties: {}", &format!("    IgnoreGlobals: {ignored}"));
        let function = Template::parse(&text, "template.yaml").unwrap().functions.remove(0);
        (function.timeout.as_secs(), function.memory_mb)
    };
    assert_eq!(resource("'*'"), (3, 128));
    assert_eq!(resource("[Timeout]"), (3, 256));
    assert_eq!(resource("[Tags]"), (10, 256));
}

#[test]
fn variables_are_merged_name_by_name_as_text() {
    let function = function(
        "Environment: {Variables: {AA: global, BB: 'global'}}",
        "Environment: {Variables: {BB: own, NN: 7, XX: 1.5, TT: true, QQ: 'true'}}",
    );
    let expected =
        [("AA", "global"), ("BB", "own"), ("NN", "7"), ("QQ", "true"), ("TT", "true"), ("XX", "1.5")];
    let expected = expected.map(|(name, text)| (name.to_owned(), value(text)));
    assert!(function.variables.into_iter().eq(expected));
}

#[test]
fn intrinsics_are_known_in_both_spellings() {
    let function = function(
        "",
        "Environment: {Variables: {AA: !Ref Table, BB: {Ref: Table}, CC: !Sub '${X}', DD: {'Fn::Sub': '${X}'}, \
         EE: !If [A, b, c], FF: !GetAtt A.Arn, GG: {'Fn::If': [A, b, c]}}}",
    );
    let names: Vec<_> = function.variables.into_values().collect();
    assert_eq!(names, ["!Ref", "!Ref", "!Sub", "!Sub", "!If", "!GetAtt", "!If"].map(intrinsic));
}

#[test]
fn dynamic_reference_is_known_to_aws_alone_as_well() {
    let token = "{{resolve:ssm:/posts/token}}";
    for text in
        [token.to_owned(), format!("Bearer {token}"), format!("ann:hush@{token}/{{{{resolve:ssm:/b}}}}")]
    {
        let function = function("", &format!("Environment: {{Variables: {{AA: '{text}'}}}}"));
        assert_eq!(function.variables["AA"], intrinsic(token));
    }
    assert_eq!(function("", "Environment: {Variables: {AA: '{{name}}'}}").variables["AA"], value("{{name}}"));
}

#[test]
fn intrinsic_setting_leaves_the_default() {
    let expected = "`Timeout` is `!Ref`, which only AWS can tell: the emulator takes 3 seconds";
    assert_eq!(warning("Timeout: !Ref Seconds", ""), expected);
    assert_eq!(warning("", "Timeout: {Ref: Seconds}"), expected);
    assert_eq!(warning("Timeout: !Ref Seconds", "Timeout: 5"), "");
    let hidden = "`!FindInMap` hides the variables from the emulator: declare them in `.env`, or take those of a \
                  deployed stack with `--stack`";
    assert_eq!(warning("", "Environment: {Variables: !FindInMap [A, B, C]}"), hidden);
}

#[test]
fn refused_setting_is_an_error_at_its_place() {
    for (properties, expected) in [
        ("Timeout: 901", "8:27: `Timeout` must be a whole number of seconds from 1 to 900"),
        ("Timeout: soon", "8:27: `Timeout` must be a whole number of seconds from 1 to 900"),
        (
            "ReservedConcurrentExecutions: -1",
            "8:48: `ReservedConcurrentExecutions` must be a whole number of invocations, 0 or more",
        ),
        ("MemorySize: 127", "8:30: `MemorySize` must be a whole number of MB from 128 to 10240"),
        (
            "Environment: {Variables: {AWS_REGION: x}}",
            "8:44: `AWS_REGION` is set by Lambda itself: use another name",
        ),
        (
            "Environment: {Variables: {A-B: x}}",
            "8:44: `A-B` is not a valid variable name: Lambda accepts a letter, then one or more letters, digits or `_`",
        ),
        (
            "Environment: {Variables: {AB: [1]}}",
            "8:48: the value of `AB` must be text, a number or a boolean",
        ),
    ] {
        assert_eq!(error("", properties), format!("template.yaml:{expected}"), "{properties}");
    }
}

#[test]
fn variables_may_take_four_kilobytes_of_json() {
    let with = |bytes: usize| {
        format!("Environment: {{Variables: {{AB: {}}}}}", "x".repeat(bytes - r#"{"AB":""}"#.len()))
    };
    assert_eq!(function("", &with(4096)).variables.len(), 1);
    assert_eq!(
        error("", &with(4097)),
        "template.yaml:5:3: the variables take 4097 bytes: Lambda allows 4096"
    );
}

#[test]
fn every_mistake_is_told_at_once_and_each_once() {
    let mut text = template("Timeout: 0", "MemorySize: 1");
    let again =
        text.split_once("Resources:\n").unwrap().1.replace("Posts", "More").replace("api-posts", "more");
    text.push_str(&again);
    let Err(TemplateError::Invalid(complaints)) = Template::parse(&text, "template.yml") else { panic!() };
    let places: Vec<_> =
        complaints.iter().map(|complaint| (complaint.file.as_str(), complaint.place.line)).collect();
    assert_eq!(places, [("template.yml", 3), ("template.yml", 8), ("template.yml", 12)]);
}

#[test]
fn bad_yaml_is_told_with_its_place() {
    let error = Template::parse("Resources:\n  A: [1\n  B: 2\n", "template.yaml").unwrap_err().to_string();
    assert!(error.starts_with("template.yaml:3:"), "{error}");
    assert!(error.contains("not YAML: "), "{error}");
    let empty = Template::parse("# nothing\n", "template.yaml").unwrap_err().to_string();
    assert!(empty.contains("no `Resources`"), "{empty}");
}

#[test]
fn other_resources_are_not_ours() {
    let text = "Resources:\n  Table: {Type: AWS::DynamoDB::Table}\n  \
                Py: {Type: AWS::Serverless::Function, Properties: {Timeout: 9999}}\n  \
                Fn::ForEach::Topics: [Name, [A, B], {}]\n";
    let template = Template::parse(text, "template.yaml").unwrap();
    assert_eq!((template.functions, template.apis, template.warnings), (vec![], vec![], vec![]));
    let others: Vec<_> = template.others.iter().map(|function| function.logical_id.as_str()).collect();
    assert_eq!(others, ["Py"]);
}

#[test]
fn template_has_one_of_the_names_that_sam_looks_for() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(Template::read(root.path(), &Context::default(), &SilentWait).unwrap(), None);
    for name in ["template.json", "template.yml", "template.yaml"] {
        std::fs::write(root.path().join(name), template("", "")).unwrap();
        assert_eq!(find(root.path()).unwrap().unwrap().0, name);
    }
    assert_eq!(
        Template::read(root.path(), &Context::default(), &SilentWait).unwrap().unwrap().functions.len(),
        1
    );
}
