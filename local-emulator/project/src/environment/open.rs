//! Variables that the template leaves open: only AWS knows the value, and a deployed stack may have it.

use std::collections::BTreeMap;

use super::assignment::Layers;
use super::{Source, Sources};
use crate::aws::is_reserved;
use crate::template::Variable;

impl Sources<'_> {
    /// Adds the values of the deployed function.
    pub(super) fn add_stack(&self, layers: &mut Layers) {
        for (name, value) in self.stack.into_iter().flatten().filter(|(name, _)| self.is_open(name)) {
            layers.add(name, Source::Stack, value);
        }
    }

    /// Whether the template leaves the value of a variable to AWS. A value of the template overrides the stack's, since
    /// the next deployment will have it.
    fn is_open(&self, name: &str) -> bool {
        match self.function.variables.get(name) {
            Some(Variable::Intrinsic(_)) => true,
            Some(Variable::Value(_)) => false,
            None => self.function.has_hidden_variables && !is_reserved(name),
        }
    }

    /// Returns the deployed function's value of a variable that the template leaves open.
    pub(super) fn deployed(&self, name: &str) -> Option<&str> {
        self.stack.filter(|_| self.is_open(name))?.get(name)
    }

    /// Returns the variables that no source sets, each with the text of the template.
    pub(super) fn unset(&self) -> BTreeMap<String, String> {
        let variables = self.function.variables.iter();
        let unset = variables.filter_map(|(name, variable)| match variable {
            Variable::Intrinsic(intrinsic)
                if self.developers(name).is_none() && self.deployed(name).is_none() =>
            {
                Some((name.clone(), intrinsic.clone()))
            }
            _ => None,
        });
        unset.collect()
    }

    /// Returns the warning about a variable that no source sets.
    pub(super) fn unknown(&self, name: &str, intrinsic: &str) -> String {
        let next = match self.stack {
            Some(_) => {
                "and the deployed function has no such variable; set it in `.env`, or deploy the template"
            }
            None => {
                "which only AWS can tell; set it in `.env`, or take it from a deployed stack with `--stack`"
            }
        };
        format!("`{name}` is not set: its value is `{intrinsic}`, {next}")
    }
}
