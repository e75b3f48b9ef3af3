//! The values of a deployed stack among the others.

use std::collections::BTreeMap;
use std::path::Path;

use super::{dotenv, function, value};
use crate::environment::{Dotenv, Environment, Source, Sources};
use crate::template::{TemplateFunction, Variable};

fn open() -> Variable {
    Variable::Intrinsic("!Ref".to_owned())
}

fn environment(shell: &[(&str, &str)], dotenv: &Dotenv, function: &TemplateFunction) -> Environment {
    let shell = shell.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let deployed = ["A", "B", "C", "D", "E"].map(|name| (name.to_owned(), format!("stack-{name}")));
    let stack = deployed.into_iter().collect();
    let (stack, region, task_root) = (Some(&stack), "us-east-1", Path::new("/"));
    Sources { shell: &shell, dotenv, function, region, stack, task_root }.environment()
}

/// Returns the names from A to F that have a value, with the value and its origin.
fn seen(environment: &Environment) -> BTreeMap<&str, (&str, String)> {
    let seen = environment.assignments.iter().filter(|(name, _)| name.len() == 1);
    seen.map(|(name, it)| (name.as_str(), (it.value.as_str(), it.origin.to_string()))).collect()
}

#[test]
fn stack_has_what_the_template_leaves_open() {
    let function =
        function(&[("A", value("template")), ("B", open()), ("C", open()), ("D", open()), ("F", open())]);
    let environment = environment(&[("C", "shell")], &dotenv("D=env", ""), &function);
    let expected = [
        ("A", ("template", "template")),
        ("B", ("stack-B", "stack")),
        ("C", ("shell", "shell")),
        ("D", ("env", ".env")),
    ];
    let expected = expected.map(|(name, (value, origin))| (name, (value, origin.to_owned())));
    assert_eq!(seen(&environment), BTreeMap::from(expected));
    assert_eq!(environment.unset.keys().collect::<Vec<_>>(), ["F"]);
    let expected = "`F` is not set: its value is `!Ref`, and the deployed function has no such variable; set it in `.env`, or \
                deploy the template";
    assert_eq!(environment.warnings, [expected]);
    let overridden: Vec<_> =
        environment.assignments["D"].overridden.iter().map(|it| it.source.clone()).collect();
    assert_eq!(overridden, [Source::Stack, Source::Template]);
    assert!(!environment.without_stack().assignments.contains_key("B"));
}

#[test]
fn hidden_variables_are_those_of_the_stack() {
    let mut function = function(&[("A", value("template"))]);
    function.has_hidden_variables = true;
    let environment = environment(&[("E", "shell")], &Dotenv::default(), &function);
    let seen = seen(&environment);
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), ["A", "B", "C", "D", "E"]);
    assert_eq!((seen["A"].0, seen["B"].0, seen["E"].0), ("template", "stack-B", "shell"));
}
