//! A deployed stack: the values of variables that only AWS knows, as the functions of the stack have them.
//!
//! The module runs the developer's `aws` program, with the credentials and the region that it would use in the
//! terminal. Values stay in memory, and no type of this module shows them.

mod answer;
mod aws;
mod error;
mod parallel;
mod query;
mod refusal;

use std::collections::BTreeMap;

pub use error::StackError;
pub use query::StackQuery;

use crate::environment::Variables;
use crate::template::StackName;

/// The variables of a stack's functions at the time of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedStack {
    name: StackName,
    functions: BTreeMap<String, Variables>,
    missing: Vec<String>,
}

impl DeployedStack {
    /// Returns the name of the stack.
    pub fn name(&self) -> &StackName {
        &self.name
    }

    /// Returns the variables of a function, by its logical id; in a nested stack `Child/Posts`. `None` if the query
    /// left the function out, or if it is not deployed.
    pub fn variables(&self, logical_id: &str) -> Option<&Variables> {
        self.functions.get(logical_id)
    }

    /// Returns a warning for each function of the query that the stack lacks.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        self.missing.iter().map(|logical_id| {
            format!(
                "the stack `{}` has no function `{logical_id}`: deploy it, or set its variables in `.env`",
                self.name
            )
        })
    }
}
