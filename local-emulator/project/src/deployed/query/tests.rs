//! Queries, answered by a script instead of `aws`.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, test_kill_process};
use tempfile::{TempDir, tempdir};

use super::StackQuery;
use crate::deployed::aws::Aws;
use crate::deployed::{DeployedStack, StackError};
use crate::template::{Overrides, TemplateFunction};

/// Prints the file with the name of the stack or the function, and records the arguments.
const FROM_FILES: &str = "echo \"$*\" >> \"$0.calls\"\nexec cat \"$0.$4\"";

struct Fake {
    folder: TempDir,
}

impl Fake {
    fn new(script: &str) -> Self {
        let fake = Self { folder: tempdir().unwrap() };
        // Another process writes the script. A program cannot run while any process has it open for writing, such as a
        // process that a parallel test is just starting.
        let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod 755 \"$0\"";
        let status = Command::new("sh").args(["-c", write]).arg(fake.program()).arg(script).status().unwrap();
        assert!(status.success());
        fake
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("aws")
    }

    fn answer(&self, name: &str, json: &str) {
        fs::write(self.folder.path().join(format!("aws.{name}")), json).unwrap();
    }

    fn stack(&self, name: &str, resources: &[(&str, &str, &str)]) {
        let resource = |(id, kind, physical): &(&str, &str, &str)| {
            format!(
                r#"{{"LogicalResourceId": "{id}", "ResourceType": "AWS::{kind}", "PhysicalResourceId": "{physical}"}}"#
            )
        };
        let resources: Vec<_> = resources.iter().map(resource).collect();
        self.answer(name, &format!(r#"{{"StackResourceSummaries": [{}]}}"#, resources.join(",")));
    }

    fn function(&self, name: &str, variables: &str) {
        let environment = format!(r#"{{"Variables": {variables}}}"#);
        self.answer(name, &format!(r#"{{"FunctionName": "{name}", "Environment": {environment}}}"#));
    }

    fn ask(&self, functions: &[&str], region: Option<&str>) -> Result<DeployedStack, StackError> {
        self.ask_within(functions, region, Duration::from_secs(60), &|| false)
    }

    fn ask_within(
        &self,
        functions: &[&str],
        region: Option<&str>,
        patience: Duration,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Result<DeployedStack, StackError> {
        let query = StackQuery {
            name: "blog".parse().unwrap(),
            region: None,
            functions: functions.iter().map(|&id| id.to_owned()).collect(),
        };
        let region = region.map(str::to_owned);
        query.run_with(&Aws { program: self.program().into(), region, patience }, is_over)
    }

    fn calls(&self) -> BTreeSet<String> {
        let calls = fs::read_to_string(self.folder.path().join("aws.calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }
}

fn value<'s>(stack: &'s DeployedStack, function: &str, name: &str) -> Option<&'s str> {
    stack.variables(function)?.get(name)
}

#[test]
fn nested_stack_functions_are_found_by_path() {
    let fake = Fake::new(FROM_FILES);
    fake.stack(
        "blog",
        &[
            ("Posts", "Lambda::Function", "blog-Posts-1"),
            ("Unasked", "Lambda::Function", "blog-Unasked-1"),
            ("Child", "CloudFormation::Stack", "child-arn"),
            ("Other", "CloudFormation::Stack", "other-arn"),
            ("Table", "DynamoDB::Table", "table"),
        ],
    );
    fake.stack("child-arn", &[("Inner", "CloudFormation::Stack", "inner-arn")]);
    fake.stack("inner-arn", &[("Posts", "Lambda::Function", "inner-Posts-1")]);
    fake.function("blog-Posts-1", r#"{"TABLE": "outer"}"#);
    fake.function("inner-Posts-1", r#"{"TABLE": "inner"}"#);

    let stack = fake.ask(&["Posts", "Child/Inner/Posts", "Child/Gone", "Table"], Some("eu-west-1")).unwrap();
    assert_eq!(value(&stack, "Posts", "TABLE"), Some("outer"));
    assert_eq!(value(&stack, "Child/Inner/Posts", "TABLE"), Some("inner"));
    assert_eq!(stack.variables("Child/Gone"), None);
    let warnings: Vec<_> = stack.warnings().collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("the stack `blog` has no function `Child/Gone`: deploy it"), "{warnings:?}");
    let list = |stack: &str| {
        format!("cloudformation list-stack-resources --stack-name {stack} --region eu-west-1 --output json")
    };
    let get = |name: &str| {
        format!("lambda get-function-configuration --function-name {name} --region eu-west-1 --output json")
    };
    let expected =
        [list("blog"), list("child-arn"), list("inner-arn"), get("blog-Posts-1"), get("inner-Posts-1")];
    assert_eq!(fake.calls(), BTreeSet::from(expected));
}

#[test]
fn nothing_is_asked_for_no_function() {
    let fake = Fake::new(FROM_FILES);
    let stack = fake.ask(&[], None).unwrap();
    assert_eq!((stack.warnings().count(), fake.calls().len()), (0, 0));
}

#[test]
fn only_functions_with_open_variables_are_asked_for() {
    let root = tempdir().unwrap();
    let mut overrides = Overrides::default();
    let function = |id: &str, has_hidden_variables| TemplateFunction {
        has_hidden_variables,
        ..TemplateFunction::unlisted(id)
    };
    let functions = [function("A", false), function("B", true), function("C", true)];
    assert_eq!(StackQuery::new(root.path(), &overrides, &functions).unwrap(), None);
    overrides.stack = Some("blog".parse().unwrap());
    fs::write(root.path().join("samconfig.toml"), "[default.global.parameters]\nregion = 'eu-west-1'\n")
        .unwrap();
    let query = StackQuery::new(root.path(), &overrides, &functions).unwrap().unwrap();
    assert_eq!(query.functions, BTreeSet::from(["B".to_owned(), "C".to_owned()]));
    assert_eq!(query.len(), 2);
    assert_eq!(query.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn hundred_functions_are_all_read() {
    let fake = Fake::new(FROM_FILES);
    let names: Vec<_> = (0..100).map(|number| format!("F{number}")).collect();
    let resources: Vec<_> =
        names.iter().map(|name| (name.as_str(), "Lambda::Function", name.as_str())).collect();
    fake.stack("blog", &resources);
    for name in &names {
        fake.function(name, &format!(r#"{{"NAME": "{name}"}}"#));
    }
    let stack = fake.ask(&names.iter().map(String::as_str).collect::<Vec<_>>(), None).unwrap();
    for name in &names {
        assert_eq!(value(&stack, name, "NAME"), Some(name.as_str()));
    }
}

#[test]
fn program_that_cannot_be_run_is_an_error() {
    let fake = Fake::new("");
    fs::set_permissions(fake.program(), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(fake.ask(&["A"], None), Err(StackError::Run { .. })));
    fs::remove_file(fake.program()).unwrap();
    let error = fake.ask(&["A"], None).unwrap_err().to_string();
    assert!(error.contains("install the AWS CLI (https://docs.aws.amazon.com/"), "{error}");
}

#[test]
fn call_has_a_time_limit() {
    // The second script leaves a process behind, which keeps the streams open.
    for script in ["echo $$ > \"$0.pid\"; exec sleep 600", "sleep 600 & echo $! > \"$0.pid\"; wait"] {
        let fake = Fake::new(script);
        let began = Instant::now();
        let error = fake.ask_within(&["A"], None, Duration::from_secs(1), &|| false).unwrap_err().to_string();
        assert!(began.elapsed() < Duration::from_secs(300), "{script}");
        let expected = "`aws cloudformation list-stack-resources --stack-name blog --output json` has no answer after 1 s";
        assert!(error.starts_with(expected), "{error}");
        // `kill` fails if the program has ended already.
        let kill = "kill \"$(cat \"$0.pid\")\"";
        let _ = Command::new("sh").args(["-c", kill]).arg(fake.program()).stderr(Stdio::null()).status();
    }
}

#[test]
fn program_of_an_interrupted_call_is_ended() {
    let fake = Fake::new("echo $$ > \"$0.new\"; mv \"$0.new\" \"$0.pid\"; exec sleep 600");
    let pid = fake.folder.path().join("aws.pid");
    let error = fake.ask_within(&["A"], None, Duration::from_secs(300), &|| pid.exists()).unwrap_err();
    assert!(matches!(error, StackError::Interrupted), "{error}");
    let pid = fs::read_to_string(pid).unwrap().trim().parse().unwrap();
    let is_there = test_kill_process(Pid::from_raw(pid).unwrap()).is_ok();
    assert!(!is_there, "process {pid} is still there");
}

#[test]
fn unreadable_answer_is_reported_without_its_text() {
    let fake = Fake::new(FROM_FILES);
    fake.answer("blog", "hush");
    let error = fake.ask(&["A"], None).unwrap_err();
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("hush"), "{shown}");
    }
    let expected = "the answer of `aws cloudformation list-stack-resources --stack-name blog --output json` is not JSON, at 1:";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn debug_output_shows_no_value() {
    let fake = Fake::new(FROM_FILES);
    fake.stack("blog", &[("A", "Lambda::Function", "a")]);
    fake.function("a", r#"{"TOKEN": "hush"}"#);
    let shown = format!("{:?}", fake.ask(&["A"], None).unwrap());
    assert!(shown.contains("TOKEN") && !shown.contains("hush"), "{shown}");
}
