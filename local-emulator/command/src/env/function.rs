//! The input of both reports.

use std::collections::BTreeMap;

use api_routes_project::Settings;
use api_routes_project::environment::Environment;
use api_routes_project::front_doors::ServedFunction;

/// A function and the variables that it gets.
#[derive(Debug)]
pub(super) struct FunctionVariables<'a> {
    pub(super) function: &'a ServedFunction,
    pub(super) environment: Environment,
}

impl<'a> FunctionVariables<'a> {
    /// Collects the variables of a function. `shell` is the environment of this process.
    pub(super) fn new(
        function: &'a ServedFunction,
        settings: &Settings,
        shell: &BTreeMap<String, String>,
    ) -> Self {
        Self { function, environment: function.sources(settings, shell).environment() }
    }
}
