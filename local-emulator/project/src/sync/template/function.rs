//! A function of a template.

use api_routes_routing::{Pattern, RouteKey};

use super::caller::{self, Called};
use super::resources;
use crate::template::BUILD_METHOD;
use crate::text::Place;
use crate::text::yaml::{Change, Document, Node, Value};
use crate::workspace::FUNCTIONS;

/// What a function has to say if `Globals` does not, and what it says.
const REQUIRED: [(&str, &str); 3] =
    [("CodeUri", "."), ("Handler", "bootstrap"), ("Runtime", "provided.al2023")];

/// Which properties new functions have, beside what calls them.
#[derive(Clone, Debug)]
pub(super) struct Style {
    properties: Vec<(&'static str, Value)>,
}

impl Style {
    /// What `Globals` leaves out, as our functions have it.
    pub(super) fn of(document: &Document<'_>, functions: &[&Node]) -> Self {
        let is_global = |name: &str| {
            document.root().is_some_and(|root| root.at(&["Globals", "Function", name]).is_some())
        };
        let required =
            REQUIRED.iter().map(|(name, usual)| (*name, Some(*usual))).chain([("Architectures", None)]);
        let own = required.filter(|(name, _)| !is_global(name)).filter_map(|(name, usual)| {
            let value = agreed(functions, name).or_else(|| usual.map(Value::from))?;
            Some((name, value))
        });
        Self { properties: own.collect() }
    }

    pub(super) fn function(&self, binary: &str, (key, called): Called) -> Value {
        let build = Value::map([("Binary", Value::from(binary))]);
        let metadata = [("BuildMethod", Value::from(BUILD_METHOD)), ("BuildProperties", build)];
        Value::map([
            ("Type", Value::from("AWS::Serverless::Function")),
            ("Metadata", Value::map(metadata)),
            ("Properties", Value::map(self.properties.iter().cloned().chain([(key, called)]))),
        ])
    }
}

/// What all of our functions that say something say: a `CodeUri` may be each one's own, and of a single function
/// that is its folder.
fn agreed(functions: &[&Node], name: &str) -> Option<Value> {
    let mut said = functions.iter().filter_map(|function| function.at(&["Properties", name]));
    let first =
        Value::copied(said.next()?).filter(|first| name != "CodeUri" || !is_of_one_function(first))?;
    said.all(|other| Value::copied(other).as_ref() == Some(&first)).then_some(first)
}

fn is_of_one_function(code_uri: &Value) -> bool {
    let Value::Scalar { text, .. } = code_uri else { return false };
    text.trim_start_matches("./").starts_with(&format!("{FUNCTIONS}/"))
}

/// The missing route keys of a function that is there, which may have no `Events` yet, and no `Properties`.
pub(super) fn completed(
    document: &Document<'_>,
    style: &caller::Style,
    logical_id: &str,
    pattern: &Pattern,
    keys: &[RouteKey],
) -> Vec<Change> {
    let Some(function) = document.root().and_then(|root| root.at(&["Resources", logical_id])) else {
        return Vec::new();
    };
    let taken: Vec<_> = function
        .at(&["Properties", "Events"])
        .map_or(&[][..], Node::entries)
        .iter()
        .filter_map(|entry| entry.key.text())
        .collect();
    let (key, called) = style.or_own(function).called(pattern, keys, &taken);
    let mut at: Vec<String> = resources().into_iter().chain([logical_id.to_owned()]).collect();
    let insert = |at: &[String], key: &str, value: Value| Change::Insert {
        at: at.to_vec(),
        key: key.to_owned(),
        value,
        place: Place::Last,
    };
    if function.entry("Properties").is_none() {
        return vec![insert(&at, "Properties", Value::map([(key, called)]))];
    }
    at.push("Properties".to_owned());
    match called {
        Value::Map(events) if function.at(&["Properties", key]).is_some() => {
            at.push(key.to_owned());
            events.into_iter().map(|(name, event)| insert(&at, &name, event)).collect()
        }
        called => vec![insert(&at, key, called)],
    }
}
