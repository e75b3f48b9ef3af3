//! The triggers of functions in a template: events of an API, or URLs of their own.

use api_routes_routing::{Pattern, RouteKey};

use crate::text::yaml::{Document, Node, Quotes, Value};

/// The trigger of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    Api {
        /// `HttpApi` or `Api`.
        kind: &'static str,
        /// The API of other events: `ApiId: !Ref Api`.
        api: Option<(String, Value)>,
    },
    /// `FunctionUrlConfig`.
    Url(Value),
}

/// The trigger of new functions.
#[derive(Clone, Debug)]
pub(super) struct TriggerStyle {
    caller: Trigger,
    /// The quotes of `Path`.
    quotes: Quotes,
}

/// The property for a trigger: `Events` with its entries, or `FunctionUrlConfig`.
pub(super) type Called = (&'static str, Value);

impl TriggerStyle {
    /// Reads the most common trigger of the route functions. The first HTTP API of the template is the trigger of the
    /// first function.
    pub(super) fn read(document: &Document<'_>, functions: &[&Node]) -> Self {
        let callers = functions.iter().filter_map(|function| Trigger::read(function));
        let caller = most_common(callers.collect()).unwrap_or_else(|| Trigger::of_resources(document));
        let events = functions.iter().flat_map(|function| events(function));
        let quotes = events.into_iter().find_map(|event| event.at(&["Properties", "Path"])?.quotes());
        Self { caller, quotes: quotes.unwrap_or_default() }
    }

    /// Returns the style of a function that has a trigger already.
    pub(super) fn or_own(&self, function: &Node) -> Self {
        Self { caller: Trigger::read(function).unwrap_or_else(|| self.caller.clone()), quotes: self.quotes }
    }

    pub(super) fn of_route(&self, pattern: &Pattern) -> Called {
        self.called(pattern, &pattern.route_keys(), &[])
    }

    /// Returns the events for some of a route's keys, under free names.
    pub(super) fn called(&self, pattern: &Pattern, keys: &[RouteKey], taken: &[&str]) -> Called {
        let (kind, api) = match &self.caller {
            Trigger::Url(config) => return ("FunctionUrlConfig", config.clone()),
            Trigger::Api { kind, api } => (*kind, api),
        };
        let all = pattern.route_keys();
        let events = keys.iter().filter_map(|key| {
            let RouteKey::Path { path, .. } = key else { return None };
            let name = if all.iter().position(|other| other == key) == Some(1) { "Rest" } else { "Route" };
            let api = api.clone().into_iter();
            let method = ("Method".to_owned(), Value::from("ANY"));
            let path = ("Path".to_owned(), Value::quoted(path.as_str(), self.quotes));
            let properties = Value::Map(api.chain([method, path]).collect());
            let event = Value::map([("Type", Value::from(kind)), ("Properties", properties)]);
            Some((free(name, taken), event))
        });
        ("Events", Value::Map(events.collect()))
    }
}

/// Returns a free name: `Route`, or `Route2`.
fn free(name: &str, taken: &[&str]) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}

impl Trigger {
    /// Reads the trigger of a function. `None` if nothing calls it, or if its trigger cannot be copied.
    fn read(function: &Node) -> Option<Self> {
        let api = events(function).find_map(|event| {
            let (kind, name) = match event.get("Type")?.text()? {
                "HttpApi" => ("HttpApi", "ApiId"),
                "Api" => ("Api", "RestApiId"),
                _ => return None,
            };
            let api = match event.at(&["Properties", name]) {
                None => None,
                Some(node) => Some((name.to_owned(), Value::copied(node)?)),
            };
            Some(Self::Api { kind, api })
        });
        api.or_else(|| Self::url(function))
    }

    fn url(function: &Node) -> Option<Self> {
        let config = function.at(&["Properties", "FunctionUrlConfig"])?;
        let copied = |name: &str| Some((name.to_owned(), Value::copied(config.get(name)?)?));
        let auth_type = copied("AuthType")?;
        Some(Self::Url(Value::Map([Some(auth_type), copied("InvokeMode")].into_iter().flatten().collect())))
    }

    /// Returns the first API of the template, an HTTP API before a REST API; else the implicit HTTP API of SAM.
    fn of_resources(document: &Document<'_>) -> Self {
        let resources = document.root().and_then(|root| root.get("Resources"));
        let first = |resource: &str| {
            let mut entries = resources.map_or(&[][..], Node::entries).iter();
            let is_one = |node: &Node| node.get("Type").and_then(Node::text) == Some(resource);
            entries.find(|entry| is_one(&entry.value))?.key.text()
        };
        let named =
            |kind, name: &str, api| Self::Api { kind, api: Some((name.to_owned(), Value::reference(api))) };
        let http = first("AWS::Serverless::HttpApi").map(|api| named("HttpApi", "ApiId", api));
        http.or_else(|| first("AWS::Serverless::Api").map(|api| named("Api", "RestApiId", api)))
            .unwrap_or(Self::Api { kind: "HttpApi", api: None })
    }
}

fn events(function: &Node) -> impl Iterator<Item = &Node> {
    let events = function.at(&["Properties", "Events"]);
    events.map_or(&[][..], Node::entries).iter().map(|entry| &entry.value)
}

/// Returns the most common value; the first one if several are equally common.
fn most_common<T: PartialEq>(all: Vec<T>) -> Option<T> {
    let count = |one: &T| all.iter().filter(|other| *other == one).count();
    let most = all.iter().map(count).max()?;
    let at = all.iter().position(|one| count(one) == most)?;
    all.into_iter().nth(at)
}
