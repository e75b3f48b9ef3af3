//! The choice among several values of a variable.

use std::collections::BTreeMap;
use std::fmt;

use super::origin::Origin;

/// The value of a variable, with its origin.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// The value, which may be a secret.
    pub value: String,
    /// The origin of the value.
    pub origin: Origin,
    /// The overridden origins, the strongest first.
    pub overridden: Vec<Origin>,
}

/// Hides the value.
impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value: _, origin, overridden } = self;
        f.debug_struct("Assignment")
            .field("origin", origin)
            .field("overridden", overridden)
            .finish_non_exhaustive()
    }
}

/// The values that each variable is given, the weakest first.
#[derive(Default)]
pub(super) struct Layers(BTreeMap<String, Vec<Layer>>);

struct Layer {
    origin: Origin,
    /// `None` if only AWS knows the value.
    value: Option<String>,
}

impl Layers {
    /// Gives a variable a value that is stronger than all values before.
    pub(super) fn add(
        &mut self,
        name: impl Into<String>,
        origin: impl Into<Origin>,
        value: impl Into<String>,
    ) {
        self.push(name.into(), Layer { origin: origin.into(), value: Some(value.into()) });
    }

    /// Notes that `origin` gives a variable a value that only AWS knows. The values before stay in force.
    pub(super) fn add_unknown(&mut self, name: &str, origin: impl Into<Origin>) {
        self.push(name.to_owned(), Layer { origin: origin.into(), value: None });
    }

    fn push(&mut self, name: String, layer: Layer) {
        self.0.entry(name).or_default().push(layer);
    }

    /// Takes the strongest value of each variable. A variable without a known value is left out.
    pub(super) fn assignments(self) -> BTreeMap<String, Assignment> {
        let assigned = self.0.into_iter().filter_map(|(name, layers)| Some((name, strongest(layers)?)));
        assigned.collect()
    }
}

fn strongest(mut layers: Vec<Layer>) -> Option<Assignment> {
    let at = layers.iter().rposition(|layer| layer.value.is_some())?;
    let Layer { origin, value } = layers.remove(at);
    let weaker = layers.into_iter().rev().map(|layer| layer.origin);
    let overridden = weaker.filter(|weaker| *weaker != origin).collect();
    Some(Assignment { value: value?, origin, overridden })
}
