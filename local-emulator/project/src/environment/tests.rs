use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Assignment, Environment, Sources};
use crate::environment::{Dotenv, DotenvContext, Mode};
use crate::pipe::SilentWait;
use crate::template::{Logging, TemplateFunction, Variable};

mod stack;

/// The files of a folder in mode `development`, without a shell.
pub(super) fn read(root: &Path) -> Dotenv {
    let context = DotenvContext { mode: Mode::development(), shell: BTreeMap::new() };
    Dotenv::read(root, &context, &SilentWait).unwrap()
}

fn dotenv(shared: &str, local: &str) -> Dotenv {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join(".env"), shared).unwrap();
    fs::write(root.path().join(".env.local"), local).unwrap();
    read(root.path())
}

fn function(variables: &[(&str, Variable)]) -> TemplateFunction {
    let variables = variables.iter().map(|(name, variable)| ((*name).to_owned(), variable.clone())).collect();
    TemplateFunction { variables, memory_mb: 512, ..TemplateFunction::unlisted("Posts") }
}

fn environment(shell: &[(&str, &str)], dotenv: &Dotenv, function: &TemplateFunction) -> Environment {
    let shell = shell.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let task_root = Path::new("/project");
    Sources { shell: &shell, dotenv, function, region: "us-east-1", stack: None, task_root }.environment()
}

fn variables(environment: &Environment) -> BTreeMap<&str, &str> {
    let assignments = environment.assignments.iter();
    assignments.map(|(name, assignment)| (name.as_str(), assignment.value.as_str())).collect()
}

/// The origin of each variable, and the origins that it overrides.
fn origins(environment: &Environment) -> BTreeMap<&str, String> {
    let assignments = environment.assignments.iter();
    assignments
        .map(|(name, Assignment { origin, overridden, .. })| {
            let origins = [std::slice::from_ref(origin), overridden].concat();
            (name.as_str(), origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(" > "))
        })
        .collect()
}

fn value(text: &str) -> Variable {
    Variable::Value(text.to_owned())
}

#[test]
fn undeclared_function_sees_only_lambda_variables() {
    let shell = [("HOME", "/people/ann"), ("PATH", "/opt/brew"), ("EDITOR", "vi"), ("CARGO", "cargo")];
    let environment = environment(&shell, &Dotenv::default(), &function(&[]));
    let expected = [
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_NAME", "Posts"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/Posts"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("LAMBDA_TASK_ROOT", "/project"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", ":UTC"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
        ("_HANDLER", "bootstrap"),
    ];
    assert_eq!(variables(&environment).into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(environment.warnings, [""; 0]);
}

#[test]
fn nearest_declaration_wins() {
    let function = function(&[
        ("A", value("template")),
        ("B", value("template")),
        ("C", value("template")),
        ("D", value("template")),
    ]);
    let dotenv = dotenv("B=env\nC=env\nD=env\nE=env\n", "C=local\nD=local\n");
    let environment = environment(&[("D", "shell"), ("E", "shell"), ("F", "shell")], &dotenv, &function);
    let seen = variables(&environment);
    let expected = [("A", "template"), ("B", "env"), ("C", "local"), ("D", "shell"), ("E", "shell")];
    assert_eq!(expected.map(|(name, _)| (name, seen[name])), expected);
    assert!(!seen.contains_key("F"));
}

#[test]
fn intrinsic_is_unset_until_the_developer_sets_it() {
    let function = function(&[("TABLE", Variable::Intrinsic("!Ref".to_owned()))]);
    let unset = environment(&[], &Dotenv::default(), &function);
    assert!(!variables(&unset).contains_key("TABLE"));
    let expected = "`TABLE` is not set: its value is `!Ref`, which only AWS can tell; set it in `.env`, or take it \
                from a deployed stack with `--stack`";
    assert_eq!(unset.warnings, [expected]);
    assert_eq!(unset.unset, [("TABLE".to_owned(), "!Ref".to_owned())].into());

    let set = environment(&[], &dotenv("TABLE=posts", ""), &function);
    assert_eq!(variables(&set)["TABLE"], "posts");
    assert!(set.warnings.is_empty() && set.unset.is_empty(), "{set:?}");
}

#[test]
fn log_settings_are_variables_that_can_be_overridden() {
    let logging = Logging { group: Some("/shared".to_owned()), json: Some("DEBUG"), ..Logging::default() };
    let function = TemplateFunction { logging, ..function(&[]) };
    let deployed = environment(&[], &Dotenv::default(), &function);
    let seen = variables(&deployed);
    let expected = [
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/shared"),
        ("AWS_LAMBDA_LOG_LEVEL", "DEBUG"),
    ];
    assert_eq!(expected.map(|(name, _)| (name, seen[name])), expected);

    let here = environment(&[], &dotenv("AWS_LAMBDA_LOG_FORMAT=Text\n", ""), &function);
    assert_eq!(variables(&here)["AWS_LAMBDA_LOG_FORMAT"], "Text");
    assert_eq!(here.warnings, [""; 0]);
}

#[test]
fn lambdas_own_names_cannot_be_overridden() {
    let dotenv = dotenv("_HANDLER=mine\nAWS_LAMBDA_RUNTIME_API=elsewhere\nTZ=Europe/Oslo\n", "");
    let environment = environment(&[("AWS_LAMBDA_FUNCTION_NAME", "outer")], &dotenv, &function(&[]));
    let seen = variables(&environment);
    assert_eq!((seen["_HANDLER"], seen["AWS_LAMBDA_FUNCTION_NAME"]), ("bootstrap", "Posts"));
    assert!(!seen.contains_key("AWS_LAMBDA_RUNTIME_API"));
    assert_eq!(seen["TZ"], "Europe/Oslo", "Lambda lets a function set its time zone");
    let ignored = |name| format!("`{name}` in `.env` is ignored: Lambda sets it itself");
    assert_eq!(environment.warnings, [ignored("AWS_LAMBDA_RUNTIME_API"), ignored("_HANDLER")]);
}

#[test]
fn developers_account_is_the_functions() {
    let shell = [
        ("AWS_ACCESS_KEY_ID", "shell"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000"),
        ("AWS_LAMBDA_EXEC_WRAPPER", "no"),
        ("AWS_PROFILE", "dev"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/keys"),
        ("HOME", "/people/ann"),
    ];
    let dotenv = dotenv("AWS_ACCESS_KEY_ID=env\nAWS_SECRET_ACCESS_KEY=env\nAWS_REGION=eu-north-1\n", "");
    let environment = environment(&shell, &dotenv, &function(&[]));
    let seen = variables(&environment);
    let expected = [
        ("AWS_ACCESS_KEY_ID", "shell"),
        ("AWS_CONFIG_FILE", "/people/ann/.aws/config"),
        ("AWS_DEFAULT_REGION", "eu-north-1"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000"),
        ("AWS_PROFILE", "dev"),
        ("AWS_REGION", "eu-north-1"),
        ("AWS_SECRET_ACCESS_KEY", "env"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/keys"),
    ];
    assert_eq!(expected.map(|(name, _)| (name, seen[name])), expected);
    assert!(!seen.contains_key("AWS_LAMBDA_EXEC_WRAPPER") && !seen.contains_key("HOME"));
    assert_eq!(environment.warnings, [""; 0]);
}

#[test]
fn debug_output_shows_no_value() {
    let shell = [("RUST_TOKEN".to_owned(), "hush".to_owned())].into();
    let (dotenv, function) = (dotenv("TOKEN=hush", ""), function(&[]));
    let stack = [("TABLE".to_owned(), "hush".to_owned())].into_iter().collect();
    let sources = Sources {
        shell: &shell,
        dotenv: &dotenv,
        function: &function,
        region: "us-east-1",
        stack: Some(&stack),
        task_root: Path::new("/"),
    };
    for shown in [format!("{sources:?}"), format!("{:?}", sources.environment())] {
        assert!(shown.contains("RUST_TOKEN") && !shown.contains("hush"), "{shown}");
    }
}

#[test]
fn rusts_variables_come_from_the_shell() {
    let shell =
        [("RUST_BACKTRACE", "1"), ("RUST_LOG", "debug"), ("RUST_RECURSION_COUNT", "1"), ("RUSTFLAGS", "-g")];
    let environment = environment(&shell, &Dotenv::default(), &function(&[("RUST_LOG", value("info"))]));
    let seen = variables(&environment);
    assert_eq!((seen["RUST_BACKTRACE"], seen["RUST_LOG"]), ("1", "debug"));
    assert!(!seen.contains_key("RUST_RECURSION_COUNT") && !seen.contains_key("RUSTFLAGS"));
}

#[test]
fn value_has_its_origin_and_those_it_overrides() {
    let unknown = Variable::Intrinsic("!Ref".to_owned());
    let function = function(&[("A", value("template")), ("B", value("template")), ("C", unknown)]);
    let dotenv = dotenv("B=env\nC=env\nTZ=Europe/Oslo\n", "B=local\n");
    let environment = environment(&[("B", "shell"), ("RUST_LOG", "debug")], &dotenv, &function);
    let seen = origins(&environment);
    for (name, expected) in [
        ("A", "template"),
        ("B", "shell > .env.local > .env > template"),
        ("C", ".env > template"),
        ("RUST_LOG", "shell"),
        ("TZ", ".env > Lambda"),
        ("_HANDLER", "Lambda"),
    ] {
        assert_eq!(seen[name], expected, "{name}");
    }
}

#[test]
fn value_of_another_variable_names_that_variable() {
    let shell = [("AWS_PROFILE", "dev"), ("HOME", "/people/ann"), ("AWS_CONFIG_FILE", "/keys")];
    let dotenv = dotenv("AWS_REGION=eu-north-1\nAWS_DEFAULT_REGION=eu-west-1\n", "");
    let environment = environment(&shell, &dotenv, &function(&[]));
    let seen = origins(&environment);
    for (name, expected) in [
        ("AWS_CONFIG_FILE", "shell > shell (HOME)"),
        ("AWS_DEFAULT_REGION", ".env (AWS_REGION) > .env"),
        ("AWS_REGION", ".env"),
        ("AWS_SHARED_CREDENTIALS_FILE", "shell (HOME)"),
    ] {
        assert_eq!(seen[name], expected, "{name}");
    }
}

#[test]
fn settings_of_the_emulator_reach_no_function() {
    let files = dotenv("API_ROUTES_CLAIMS={}\nAPI_ROUTES_API_KEYS=k\nAPI_ROUTES_URL=u\n", "");
    let declared = function(&[("API_ROUTES_CLAIMS", value("mine"))]);
    let shell = [("API_ROUTES_CLAIMS", "{\"sub\":\"7\"}"), ("API_ROUTES_API_KEYS", "k")];
    let environment = environment(&shell, &files, &declared);
    let own: Vec<_> =
        variables(&environment).into_iter().filter(|(name, _)| name.starts_with("API")).collect();
    assert_eq!(own, [("API_ROUTES_CLAIMS", "mine"), ("API_ROUTES_URL", "u")]);
}
