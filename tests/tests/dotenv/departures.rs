//! The cases that we read differently from Next.js.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::case::{Case, Variables};

/// `tests/dotenv-departures.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    departure: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    because: String,
    /// The variables by case.
    variables: BTreeMap<String, BTreeMap<String, Variable>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Variable {
    Value(String),
    Repeated { repeat: String, times: usize },
}

/// The differences, by case.
pub(crate) struct Departures(BTreeMap<String, BTreeMap<String, Variable>>);

impl Departures {
    /// Reads the table.
    ///
    /// # Panics
    ///
    /// If the table contradicts itself or the cases.
    pub(crate) fn read(cases: &[Case]) -> Self {
        let table: Table = toml::from_str(include_str!("../../dotenv-departures.toml")).unwrap();
        let mut departures = BTreeMap::new();
        for Row { because, variables } in table.departure {
            assert!(!because.is_empty(), "a row does not say why");
            for (id, variables) in variables {
                let case = cases.iter().find(|case| case.id == id);
                assert!(case.is_some(), "`{id}` departs, and there is no such case");
                let expected = differing(&case.unwrap().next.variables, &variables);
                assert_ne!(
                    expected,
                    case.unwrap().next.variables,
                    "the row of `{id}` repeats what Next read"
                );
                assert!(departures.insert(id.clone(), variables).is_none(), "`{id}` departs twice");
            }
        }
        Self(departures)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the variables that we expect of a case.
    pub(crate) fn expected(&self, case: &Case) -> Variables {
        let recorded = &case.next.variables;
        self.0.get(&case.id).map_or_else(|| recorded.clone(), |variables| differing(recorded, variables))
    }
}

fn differing(recorded: &Variables, variables: &BTreeMap<String, Variable>) -> Variables {
    let mut expected = recorded.clone();
    expected.extend(variables.iter().map(|(name, variable)| {
        let value = match variable {
            Variable::Value(value) => value.clone(),
            Variable::Repeated { repeat, times } => repeat.repeat(*times),
        };
        (name.clone(), value)
    }));
    expected
}
