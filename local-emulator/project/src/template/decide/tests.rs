use crate::template::{Context, Inputs, Template, Variable};

/// The sections that the values below refer to.
const SECTIONS: &str = "
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Names: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Retries: {Type: Number, Default: 3}
  Open: {Type: String}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /posts/name}
Mappings:
  Sizes: {dev: {memory: 256, name: small}, us-east-1: {memory: 512, name: big}, '123456789012': {memory: 1, name: mine}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  IsEither: !Or [!Condition IsProd, {Condition: IsDev}]
  IsBoth: !And [!Condition IsProd, !Condition IsDev]
  IsEach: !And [!Condition IsDev, !Condition IsEither]
  IsNone: !Or [!Condition IsProd, !Condition IsBoth]
  IsOpen: !Equals [!Ref Open, x]
  IsNeverBoth: !And [!Condition IsOpen, !Condition IsProd]
  IsSurelyEither: !Or [!Condition IsOpen, !Condition IsDev]
  IsLoop: !Not [!Condition IsLoop]
";

fn context(parameters: &[(&str, &str)]) -> Context<'static> {
    let parameters =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Context {
        inputs: Inputs { parameters, stack_name: "blog".to_owned(), ..Inputs::default() },
        ..Context::default()
    }
}

fn template(properties: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31{SECTIONS}Resources:\n  Table: {{Type: X}}\n  Posts:\n    \
         Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: api-posts}}}}\n    \
         Properties: {properties}\n"
    )
}

/// The variable `VALUE` that is written as `value`; `None` if it is removed.
fn variable(value: &str, parameters: &[(&str, &str)]) -> Option<Variable> {
    let text = template(&format!("\n      Environment:\n        Variables:\n          VALUE: {value}"));
    let examined = Template::examine(&text, "template.yaml", &context(parameters));
    assert_eq!(examined.errors, [], "{value}");
    examined.template.unwrap().function("api-posts").unwrap().variables.get("VALUE").cloned()
}

#[test]
fn intrinsic_functions_of_the_file_are_decided() {
    for (value, expected) in [
        ("!Ref Stage", "dev"),
        ("{Ref: Stage}", "dev"),
        ("!Ref Retries", "3"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::StackName", "blog"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Sub '${AWS::StackName}-${Stage}'", "blog-dev"),
        ("!Sub 'a ${!Stage} $b ${ Stage } ${'", "a ${Stage} $b dev ${"),
        ("!Sub ['${One}-${Stage}', {One: !Ref AWS::Region}]", "us-east-1-dev"),
        ("{'Fn::Sub': '${Stage}'}", "dev"),
        ("!Join ['-', [a, !Ref Stage, 1]]", "a-dev-1"),
        ("!Join [',', !Ref Names]", "a,b,c"),
        ("!Join ['/', !Split ['-', 'a-b']]", "a/b"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select ['0', [!Ref Stage, !Ref Table]]", "dev"),
        ("!Select [1, !Split ['.', 'a.b.c']]", "b"),
        ("!FindInMap [Sizes, !Ref Stage, name]", "small"),
        ("!FindInMap [Sizes, !Ref AWS::Region, memory]", "512"),
        ("!FindInMap [Sizes, !Ref AWS::AccountId, name]", "mine"),
        ("!If [IsDev, yes-here, !Ref Table]", "yes-here"),
        ("!If [IsProd, !Ref Table, !Sub '${Stage}']", "dev"),
        ("!If [IsEither, 1, 2]", "1"),
        ("!If [IsBoth, 1, 2]", "2"),
        ("!If [IsEach, 1, 2]", "1"),
        ("!If [IsNone, 1, 2]", "2"),
        ("!If [IsNeverBoth, 1, 2]", "2"),
        ("!If [IsSurelyEither, 1, 2]", "1"),
        ("!If [IsDev, !If [IsProd, 1, 2], 3]", "2"),
    ] {
        assert_eq!(variable(value, &[]), Some(Variable::Value(expected.to_owned())), "{value}");
    }
}

#[test]
fn unresolvable_functions_stay() {
    for (value, expected) in [
        ("!Ref Table", "!Ref"),
        ("!Ref Open", "!Ref"),
        ("!Ref Stored", "!Ref"),
        ("!Ref AWS::StackId", "!Ref"),
        ("!GetAtt Table.Arn", "!GetAtt"),
        ("!Sub '${Stage}-${Table}'", "!Sub"),
        ("!Sub '${Table.Arn}'", "!Sub"),
        ("!Join ['-', [a, !Ref Table]]", "!Join"),
        ("!Select [1, [!Ref Stage, !Ref Table]]", "!Select"),
        ("!Select [9, [a]]", "!Select"),
        ("!If [IsOpen, a, b]", "!If"),
        ("!If [IsLoop, a, b]", "!If"),
        ("!If [Unknown, a, b]", "!If"),
        ("!FindInMap [Sizes, !Ref Open, name]", "!FindInMap"),
        ("!FindInMap [Sizes, nothing, name]", "!FindInMap"),
        ("!ImportValue x", "!ImportValue"),
    ] {
        assert_eq!(variable(value, &[]), Some(Variable::Intrinsic(expected.to_owned())), "{value}");
    }
}

#[test]
fn value_that_is_no_value_is_left_out() {
    assert_eq!(variable("!Ref AWS::NoValue", &[]), None);
    assert_eq!(variable("!If [IsDev, !Ref AWS::NoValue, x]", &[]), None);
    assert_eq!(
        variable("!Join ['-', [a, !Ref AWS::NoValue, b]]", &[]),
        Some(Variable::Value("a-b".to_owned()))
    );
}

#[test]
fn parameter_that_is_given_counts_before_its_default() {
    let given = [("Stage", "prod"), ("Open", "x"), ("Names", "x,y")];
    for (value, expected) in [
        ("!Ref Stage", "prod"),
        ("!Ref Open", "x"),
        ("!Select [1, !Ref Names]", "y"),
        ("!If [IsProd, a, b]", "a"),
        ("!If [IsOpen, a, b]", "a"),
    ] {
        assert_eq!(variable(value, &given), Some(Variable::Value(expected.to_owned())), "{value}");
    }
}

#[test]
fn forbidden_parameter_value_yields_to_the_default() {
    let text = template("{Environment: {Variables: {VALUE: !Ref Stage}}}");
    let template =
        Template::examine(&text, "template.yaml", &context(&[("Stage", "test")])).template.unwrap();
    assert_eq!(template.warnings[0].message, "`Stage` cannot be `test`: give it `dev` or `prod`");
    assert_eq!(template.functions[0].variables["VALUE"], Variable::Value("dev".to_owned()));
}

#[test]
fn settings_may_be_parameters() {
    let properties = "{Timeout: !Ref Retries, MemorySize: !FindInMap [Sizes, !Ref Stage, memory], \
                      FunctionName: !Sub '${AWS::StackName}-posts', \
                      Events: {A: {Type: HttpApi, Properties: {Method: get, Path: !Sub '/${Stage}/posts'}}}}";
    let template = Template::examine(&template(properties), "template.yaml", &context(&[])).template.unwrap();
    assert_eq!(template.warnings, []);
    let function = &template.functions[0];
    assert_eq!((function.timeout.as_secs(), function.memory_mb), (3, 256));
    assert_eq!(function.name, "blog-posts");
    assert_eq!(function.events[0].route_key, "GET /dev/posts");
}

#[test]
fn function_is_deployed_where_its_condition_may_hold() {
    let text = template("{}") + "    Condition: CONDITION\n";
    for (condition, expected) in [("IsProd", false), ("IsDev", true), ("IsOpen", true), ("Unknown", true)] {
        let text = text.replace("CONDITION", condition);
        let template = Template::examine(&text, "template.yaml", &context(&[])).template.unwrap();
        assert_eq!(template.functions[0].is_deployed(), expected, "{condition}");
    }
}

#[test]
fn deployed_function_counts_of_two_with_one_binary() {
    let function = |id: &str, condition: &str| {
        format!(
            "  {id}:\n    Type: AWS::Serverless::Function\n    Condition: {condition}\n    \
             Metadata: {{BuildProperties: {{Binary: api-posts}}}}\n"
        )
    };
    for (order, expected) in [(["IsProd", "IsDev"], "B"), (["IsDev", "IsProd"], "A")] {
        let text = format!("{SECTIONS}Resources:\n{}{}", function("A", order[0]), function("B", order[1]));
        let template = Template::examine(&text, "template.yaml", &context(&[])).template.unwrap();
        assert_eq!(template.function("api-posts").unwrap().logical_id, expected);
        assert_eq!(template.warnings, []);
        assert_eq!(template.others.len(), 1);
    }
}

#[test]
fn functions_within_functions_end() {
    let deep =
        (0..60).fold("x".to_owned(), |inner, _| format!("{{'Fn::Sub': ['${{a}}${{a}}', {{a: {inner}}}]}}"));
    assert_eq!(variable(&deep, &[]), Some(Variable::Intrinsic("!Sub".to_owned())));
}
