//! The query for the variables of a stack's functions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::answer::{self, StackResource};
use super::aws::Aws;
use super::parallel::in_parallel;
use super::{DeployedStack, StackError};
use crate::environment::Variables;
use crate::template::{self, Overrides, SamConfigError, StackName, TemplateFunction};

/// The maximum number of calls at once. Each call is a process of its own, and AWS throttles callers with more.
const AT_ONCE: usize = 8;

/// CloudFormation's type of a function, for a function of SAM too.
const FUNCTION: &str = "AWS::Lambda::Function";

/// CloudFormation's type of a nested stack, for an application of SAM too.
const STACK: &str = "AWS::CloudFormation::Stack";

/// The functions of a stack whose variables are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackQuery {
    name: StackName,
    /// The region of `samconfig.toml`; without it, the configuration of `aws` decides.
    region: Option<String>,
    /// The functions by logical id, `Child/Posts` in a nested stack.
    functions: BTreeSet<String>,
}

impl StackQuery {
    /// Creates the query for those `functions` whose variables the template leaves open. `root` is the folder of the
    /// project. `None` if `overrides` name no stack.
    ///
    /// # Errors
    /// If `samconfig.toml`, which may name the region, cannot be used.
    pub fn new<'a>(
        root: &Path,
        overrides: &Overrides,
        functions: impl IntoIterator<Item = &'a TemplateFunction>,
    ) -> Result<Option<Self>, SamConfigError> {
        let Some(name) = overrides.stack.clone() else { return Ok(None) };
        let region = template::configured_region(root, overrides)?;
        let open = functions.into_iter().filter(|function| function.has_open_variables());
        let functions = open.map(|function| function.logical_id.clone()).collect();
        Ok(Some(Self { name, region, functions }))
    }

    /// Returns the name of the stack.
    pub fn name(&self) -> &StackName {
        &self.name
    }

    /// Returns the number of functions in the query.
    pub fn len(&self) -> usize {
        self.functions.len()
    }

    /// Whether the query has no functions, so that it needs no call.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// Queries AWS, which takes a second or more for each eight functions. Ends early, with
    /// [`StackError::Interrupted`], once `is_over` returns true.
    ///
    /// # Errors
    /// A [`StackError`] if any call fails. A function that is missing in the stack is not an error: see
    /// [`DeployedStack::warnings`].
    pub fn run(&self, is_over: &(dyn Fn() -> bool + Sync)) -> Result<DeployedStack, StackError> {
        self.run_with(&Aws::new(self.region.as_deref()), is_over)
    }

    pub(super) fn run_with(
        &self,
        aws: &Aws,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Result<DeployedStack, StackError> {
        let names = self.find(aws, is_over)?;
        let missing = self.functions.iter().filter(|id| !names.contains_key(*id)).cloned().collect();
        let functions = in_parallel(names, AT_ONCE, is_over, |(logical_id, name), is_over| {
            let variables = variables(aws, &logical_id, &name, is_over)?;
            Ok((logical_id, variables))
        })?;
        Ok(DeployedStack { name: self.name.clone(), functions: functions.into_iter().collect(), missing })
    }

    /// Returns the names of the functions, by logical id, in one round of calls for each level of nested stacks.
    fn find(
        &self,
        aws: &Aws,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Result<BTreeMap<String, String>, StackError> {
        let mut names = BTreeMap::new();
        let mut level = Vec::new();
        if !self.is_empty() {
            level.push((String::new(), self.name.to_string()));
        }
        while !level.is_empty() {
            let listed = in_parallel(level, AT_ONCE, is_over, |(path, stack), is_over| {
                Ok((path, resources(aws, &stack, is_over)?))
            })?;
            level = Vec::new();
            for (path, resources) in listed {
                for StackResource { logical_id, kind, physical_id } in resources {
                    let id = format!("{path}{logical_id}");
                    if kind == FUNCTION && self.functions.contains(&id) {
                        names.insert(id, physical_id);
                    } else if kind == STACK && self.has_functions_below(&id) {
                        level.push((format!("{id}/"), physical_id));
                    }
                }
            }
        }
        Ok(names)
    }

    fn has_functions_below(&self, stack: &str) -> bool {
        self.functions.iter().any(|id| id.strip_prefix(stack).is_some_and(|rest| rest.starts_with('/')))
    }
}

/// Returns the resources of a stack. `describe-stack-resources` would return the first 100 alone, and a stack of 30
/// routes has more.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html>
fn resources(aws: &Aws, stack: &str, is_over: &dyn Fn() -> bool) -> Result<Vec<StackResource>, StackError> {
    let call = aws.call(&["cloudformation", "list-stack-resources", "--stack-name", stack]);
    answer::resources(&call.run(is_over)?).map_err(|problem| call.unreadable(problem))
}

fn variables(
    aws: &Aws,
    logical_id: &str,
    name: &str,
    is_over: &dyn Fn() -> bool,
) -> Result<Variables, StackError> {
    let call = aws.call(&["lambda", "get-function-configuration", "--function-name", name]);
    let answer = answer::variables(&call.run(is_over)?).map_err(|problem| call.unreadable(problem))?;
    answer.map_err(|words| StackError::Hidden { function: logical_id.to_owned(), words })
}

#[cfg(test)]
mod tests;
