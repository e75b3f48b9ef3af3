use super::{error, function, template, warning};
use crate::aws::Cors;
use crate::template::{Context, FunctionUrl, Template};

#[test]
fn function_may_have_a_url() {
    let streams = FunctionUrl { streams: true, ..FunctionUrl::default() };
    let cors = Cors { allow_origins: vec!["*".to_owned()], max_age: Some(60), ..Cors::default() };
    for (properties, expected) in [
        ("", None),
        ("FunctionUrlConfig: {AuthType: NONE}", Some(FunctionUrl::default())),
        ("FunctionUrlConfig: {AuthType: NONE, InvokeMode: BUFFERED}", Some(FunctionUrl::default())),
        (
            "FunctionUrlConfig: {AuthType: AWS_IAM}",
            Some(FunctionUrl { signed: true, ..FunctionUrl::default() }),
        ),
        ("FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}", Some(streams)),
        (
            "FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*'], MaxAge: 60}}",
            Some(FunctionUrl { cors: Some(cors), ..FunctionUrl::default() }),
        ),
    ] {
        assert_eq!(function("", properties).url, expected, "{properties}");
    }
}

#[test]
fn url_of_globals_is_merged_with_the_functions_own() {
    let globals = "FunctionUrlConfig: {AuthType: NONE, Cors: {AllowMethods: [GET]}}";
    let url = function(globals, "FunctionUrlConfig: {InvokeMode: RESPONSE_STREAM}").url.unwrap();
    assert!(url.streams);
    assert_eq!(url.cors.unwrap().allow_methods, ["GET"]);
    assert!(!function(globals, "").url.unwrap().streams);
}

#[test]
fn what_a_url_does_otherwise_here_is_a_warning() {
    for (config, expected) in [
        (
            "AuthType: !Ref Auth",
            "`AuthType` is `!Ref`, which only AWS can tell: the emulator takes `AWS_IAM`",
        ),
        (
            "AuthType: NONE, Cors: !Ref Cors",
            "`Cors` is `!Ref`, which only AWS can tell: the emulator takes no CORS",
        ),
    ] {
        assert_eq!(warning("", &format!("FunctionUrlConfig: {{{config}}}")), expected);
    }
}

#[test]
fn url_may_want_a_signature() {
    for (auth_type, signed) in [("NONE", false), ("AWS_IAM", true)] {
        let url = function("", &format!("FunctionUrlConfig: {{AuthType: {auth_type}}}")).url.unwrap();
        assert_eq!(url.signed, signed, "{auth_type}");
    }
}

#[test]
fn refused_url_setting_is_an_error_at_its_place() {
    for (config, expected) in [
        ("InvokeMode: BUFFERED", "8:37: `FunctionUrlConfig` needs an `AuthType`: `NONE` or `AWS_IAM`"),
        ("AuthType: EVERYBODY", "8:48: `AuthType` must be `NONE` or `AWS_IAM`"),
        ("AuthType: NONE, InvokeMode: STREAM", "8:66: `InvokeMode` must be `BUFFERED` or `RESPONSE_STREAM`"),
        ("AuthType: NONE, Cors: true", "8:60: `Cors` must be a map"),
    ] {
        let message = error("", &format!("FunctionUrlConfig: {{{config}}}"));
        assert_eq!(message, format!("template.yaml:{expected}"), "{config}");
    }
}

#[test]
fn url_may_be_a_resource_of_its_own() {
    let streams = FunctionUrl { streams: true, ..FunctionUrl::default() };
    for (function, url, expected) in [
        ("", "TargetFunctionArn: !Ref Posts, AuthType: NONE", Some(FunctionUrl::default())),
        (
            "",
            "TargetFunctionArn: !GetAtt Posts.Arn, AuthType: NONE, InvokeMode: RESPONSE_STREAM",
            Some(streams.clone()),
        ),
        ("", "TargetFunctionArn: !Ref Others, AuthType: NONE", None),
        ("", "AuthType: NONE", None),
        (
            "FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}",
            "TargetFunctionArn: !Ref Posts, AuthType: NONE",
            Some(streams),
        ),
    ] {
        let resource = format!("  Url:\n    Type: AWS::Lambda::Url\n    Properties: {{{url}}}\n");
        let text = template("", function) + &resource;
        let template = Template::parse(&text, "template.yaml").unwrap();
        assert_eq!(template.functions[0].url, expected, "{url}");
    }
}

#[test]
fn url_whose_condition_does_not_hold_is_left_out() {
    let resource = "  Url:\n    Type: AWS::Lambda::Url\n    Condition: Never\n    \
                    Properties: {TargetFunctionArn: !Ref Posts, AuthType: NONE}\n";
    for (condition, is_there) in [("!Equals [a, b]", false), ("!Equals [a, a]", true)] {
        let text = format!("{}{resource}Conditions: {{Never: {condition}}}\n", template("", ""));
        let template = Template::parse(&text, "template.yaml").unwrap();
        assert_eq!(template.functions[0].url.is_some(), is_there, "{condition}");
    }
}

#[test]
fn what_is_wrong_with_a_url_of_its_own_is_told_there() {
    let text = template("", "")
        + "  Url:\n    Type: AWS::Lambda::Url\n    Properties: {TargetFunctionArn: !Ref Posts}\n";
    let errors = Template::examine(&text, "template.yaml", &Context::default()).errors;
    let [error] = &errors[..] else { panic!("{errors:?}") };
    assert_eq!(
        error.to_string(),
        "template.yaml:9:3: `AWS::Lambda::Url` needs an `AuthType`: `NONE` or `AWS_IAM`"
    );
}
