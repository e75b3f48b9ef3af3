//! Prints the variables as JSON, for programs.

use std::collections::BTreeMap;

use api_routes_project::environment::{Assignment, Dotenv, OF_SANDBOX, Origin, Source};
use serde::Serialize;

use super::function::FunctionVariables;
use crate::json::escaped;

/// The source of variables whose value differs in each sandbox.
static LAMBDA: Source = Source::Lambda;

/// The document. As long as `version` is the same, members may be added, but none is removed.
#[derive(Serialize)]
pub(super) struct VariablesDocument<'a> {
    version: u32,
    /// The mode, by which `.env` files are chosen.
    mode: &'a str,
    /// The `.env` files that were read, the strongest first.
    files: Vec<&'a str>,
    /// The `.env` files that exist and were not read.
    unread_files: Vec<&'a str>,
    functions: Vec<FunctionJson<'a>>,
}

#[derive(Serialize)]
struct FunctionJson<'a> {
    /// The package, or the logical id of code that is a folder.
    name: &'a str,
    /// The route, or the folder of the code.
    place: &'a str,
    variables: BTreeMap<&'a str, VariableJson<'a>>,
    /// The variables of the template that have no value here: only AWS knows it.
    unset: Vec<&'a str>,
}

#[derive(Serialize)]
struct VariableJson<'a> {
    source: &'a str,
    /// The variable of the source, if it has another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    /// The weaker sources that set the variable too, the strongest first.
    overrides: Vec<&'a str>,
    /// `null` if the value is not shown, or differs in each sandbox.
    value: Option<&'a str>,
}

impl<'a> VariablesDocument<'a> {
    /// Makes the document. Without `show`, only empty values are included.
    pub(super) fn new(functions: &'a [FunctionVariables<'a>], dotenv: &'a Dotenv, show: bool) -> Self {
        Self {
            version: 1,
            mode: dotenv.mode.name(),
            files: dotenv.files().collect(),
            unread_files: dotenv.unread.iter().map(|file| file.name.as_str()).collect(),
            functions: functions.iter().map(|shown| FunctionJson::new(shown, show)).collect(),
        }
    }

    /// # Errors
    /// No error is known: the document is written to memory.
    pub(super) fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| escaped(&json))
    }
}

impl<'a> FunctionJson<'a> {
    fn new(FunctionVariables { function, environment }: &'a FunctionVariables<'a>, show: bool) -> Self {
        let assignments = environment.assignments.iter();
        let mut variables: BTreeMap<_, _> = assignments
            .map(|(name, assignment)| (name.as_str(), VariableJson::new(assignment, show)))
            .collect();
        variables.extend(OF_SANDBOX.map(|name| (name, VariableJson::of_sandbox())));
        let unset = environment.unset.keys().map(String::as_str).collect();
        Self { name: function.id.name(), place: &function.place, variables, unset }
    }
}

impl<'a> VariableJson<'a> {
    fn new(Assignment { value, origin, overridden, .. }: &'a Assignment, show: bool) -> Self {
        let Origin { source, from, .. } = origin;
        let overrides = overridden.iter().map(|origin| origin.source.name()).collect();
        let value = (show || value.is_empty()).then_some(value.as_str());
        Self { source: source.name(), from: *from, overrides, value }
    }

    fn of_sandbox() -> Self {
        Self { source: LAMBDA.name(), from: None, overrides: Vec::new(), value: None }
    }
}
