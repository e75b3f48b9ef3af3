//! A function of a template.

use api_routes_routing::{Pattern, RouteKey};

use super::caller::{self, Called};
use crate::routes::FUNCTIONS;
use crate::template::BUILD_METHOD;
use crate::text::Place;
use crate::text::yaml::{Change, Document, Node, Quotes, Value};

/// The properties that each function needs, unless `Globals` has them, with their usual values.
const REQUIRED: [(&str, &str); 3] =
    [("CodeUri", "."), ("Handler", "bootstrap"), ("Runtime", "provided.al2023")];

/// The properties of new functions, apart from their trigger.
#[derive(Clone, Debug)]
pub(super) struct FunctionStyle {
    properties: Vec<(&'static str, Value)>,
    output: Option<OutputStyle>,
}

/// The style of functions that name the output of cargo-lambda, which `sam build` does not build again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OutputStyle {
    /// The `CodeUri`, before and after the name of the binary.
    code_uri: (String, String),
    quotes: Quotes,
    metadata: Option<Value>,
}

impl OutputStyle {
    /// Reads the style of a function; `None` if it has a `Binary`, or another `CodeUri`.
    pub(super) fn read(function: &Node, binary: &str) -> Option<Self> {
        let node = function.at(&["Properties", "CodeUri"])?;
        let (before, after) = node.text()?.split_once(&format!("lambda/{binary}"))?;
        let metadata = function.get("Metadata");
        let is_whole = after.is_empty() || after.starts_with('/');
        let is_built = function.at(&["Metadata", "BuildProperties"]).is_some();
        (is_whole && !is_built).then(|| Self {
            code_uri: (format!("{before}lambda/"), after.to_owned()),
            quotes: node.quotes().unwrap_or_default(),
            metadata: metadata.and_then(Value::copied),
        })
    }
}

impl FunctionStyle {
    /// Reads the properties that `Globals` leaves out, as the route functions have them.
    pub(super) fn read(document: &Document<'_>, functions: &[&Node], output: Option<OutputStyle>) -> Self {
        let is_global = |name: &str| {
            document.root().is_some_and(|root| root.at(&["Globals", "Function", name]).is_some())
        };
        let required =
            REQUIRED.iter().map(|(name, usual)| (*name, Some(*usual))).chain([("Architectures", None)]);
        let own = required.filter(|(name, _)| !is_global(name)).filter_map(|(name, usual)| {
            let value = agreed(functions, name).or_else(|| usual.map(Value::from))?;
            Some((name, value))
        });
        let own = own.filter(|(name, _)| output.is_none() || *name != "CodeUri");
        Self { properties: own.collect(), output }
    }

    pub(super) fn function(&self, binary: &str, (key, called): Called) -> Value {
        let kind = ("Type", Value::from("AWS::Serverless::Function"));
        let properties = self.properties.iter().cloned().chain([(key, called)]);
        if let Some(OutputStyle { code_uri: (before, after), quotes, metadata }) = &self.output {
            let code_uri = Value::quoted(&format!("{before}{binary}{after}"), *quotes);
            let properties = Value::map([("CodeUri", code_uri)].into_iter().chain(properties));
            let metadata = metadata.clone().map(|metadata| ("Metadata", metadata));
            return Value::map([kind].into_iter().chain(metadata).chain([("Properties", properties)]));
        }
        let build = Value::map([("Binary", Value::from(binary))]);
        let metadata = [("BuildMethod", Value::from(BUILD_METHOD)), ("BuildProperties", build)];
        Value::map([kind, ("Metadata", Value::map(metadata)), ("Properties", Value::map(properties))])
    }
}

/// Returns the value of a property if all functions that have the property agree. A `CodeUri` that is the folder of a
/// single function does not count.
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

/// Returns the missing route keys of an existing function, which may lack `Events` and `Properties`.
pub(super) fn completed(
    document: &Document<'_>,
    style: &caller::TriggerStyle,
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

pub(super) fn resources() -> Vec<String> {
    vec!["Resources".to_owned()]
}

/// Returns a path below `Resources`.
pub(super) fn resource(path: &[&str]) -> Vec<String> {
    resources().into_iter().chain(path.iter().copied().map(str::to_owned)).collect()
}
