//! The variables that have the value of a deployed stack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use api_routes_project::Settings;
use api_routes_project::environment::Source;
use api_routes_project::front_doors::ServedFunction;
use api_routes_project::template::StackName;
use serde::Serialize;

/// The text that replaces a value. Its length does not depend on the value.
const MASK: &str = "••••";

/// The variables that have the value of a stack, as the log shows them: without the values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct FilledIn {
    stack: String,
    variables: Vec<FilledVariable>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FilledVariable {
    name: String,
    /// The functions, by logical id.
    functions: Vec<String>,
}

impl FilledIn {
    /// Finds the variables of `functions` whose value comes from the stack, and neither from `shell` nor from a file.
    pub(super) fn new(
        stack: &StackName,
        settings: &Settings,
        functions: &[ServedFunction],
        shell: &BTreeMap<String, String>,
    ) -> Self {
        let mut variables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for function in functions {
            let assignments = function.sources(settings, shell).environment().assignments;
            let filled = assignments.into_iter().filter(|(_, it)| it.origin.source == Source::Stack);
            for (name, _) in filled {
                variables.entry(name).or_default().push(function.settings.logical_id.clone());
            }
        }
        let variables =
            variables.into_iter().map(|(name, functions)| FilledVariable { name, functions }).collect();
        Self { stack: stack.to_string(), variables }
    }
}

/// `stack blog: 3 variables of 2 functions filled in: TABLE of 2 functions ••••, TOKEN of PostsFunction ••••`.
impl fmt::Display for FilledIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, variables } = self;
        let functions: BTreeSet<_> = variables.iter().flat_map(|variable| &variable.functions).collect();
        let pairs = variables.iter().map(|variable| variable.functions.len()).sum();
        write!(
            f,
            "stack {stack}: {} of {} filled in",
            count(pairs, "variable"),
            count(functions.len(), "function")
        )?;
        for (at, FilledVariable { name, functions }) in variables.iter().enumerate() {
            let owner = match functions.as_slice() {
                [function] => function.clone(),
                functions => count(functions.len(), "function"),
            };
            write!(f, "{} {name} of {owner} {MASK}", if at == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{FilledIn, FilledVariable};

    #[test]
    fn line_names_variables_and_their_functions() {
        let variable = |(name, functions): (&str, &[&str])| FilledVariable {
            name: name.to_owned(),
            functions: functions.iter().map(|&function| function.to_owned()).collect(),
        };
        for (variables, expected) in [
            (&[][..], "stack blog: 0 variables of 0 functions filled in"),
            (&[("URL", &["A"][..])], "stack blog: 1 variable of 1 function filled in: URL of A ••••"),
            (
                &[("TABLE", &["A", "Child/B"]), ("TOKEN", &["A"])],
                "stack blog: 3 variables of 2 functions filled in: TABLE of 2 functions ••••, TOKEN of A ••••",
            ),
        ] {
            let variables = variables.iter().copied().map(variable).collect();
            assert_eq!(FilledIn { stack: "blog".to_owned(), variables }.to_string(), expected);
        }
    }
}
