//! An entry of `Resources`, and the types that this model knows.

use std::path::Path;

use super::property::Property;
use super::value::TemplateValue;
use crate::aws::FrontDoorKind;

/// The type of functions.
pub(super) const FUNCTION: &str = "AWS::Serverless::Function";

pub(super) const HTTP_API: &str = "AWS::Serverless::HttpApi";
pub(super) const REST_API: &str = "AWS::Serverless::Api";

/// The APIs of plain CloudFormation, which are read only if they have a document.
pub(super) const PLAIN_HTTP_API: &str = "AWS::ApiGatewayV2::Api";
pub(super) const PLAIN_REST_API: &str = "AWS::ApiGateway::RestApi";

/// The condition of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Condition {
    /// Its key below `Conditions`.
    pub name: String,
    /// Whether the condition holds for the parameters of this reading; `None` if only AWS can resolve it.
    pub holds: Option<bool>,
}

/// A resource, with the section of `Globals` that is for its type.
#[derive(Clone, Debug)]
pub(super) struct Resource<'a> {
    pub(super) key: &'a TemplateValue,
    pub(super) logical_id: String,
    pub(super) kind: String,
    pub(super) condition: Option<Condition>,
    /// The folder of its template, from the root of the project.
    pub(super) folder: &'a Path,
    node: &'a TemplateValue,
    globals: Option<&'a TemplateValue>,
}

impl<'a> Resource<'a> {
    /// Creates a resource; `None` for an entry without a type, such as a macro's `Fn::ForEach::…`.
    pub(super) fn new(
        key: &'a TemplateValue,
        node: &'a TemplateValue,
        globals: Option<&'a TemplateValue>,
        condition: Option<Condition>,
        folder: &'a Path,
    ) -> Option<Self> {
        let kind = node.get("Type")?.text()?;
        let section = kind.strip_prefix("AWS::Serverless::");
        let globals = section.and_then(|section| globals?.get(section));
        Some(Self { key, logical_id: key.text()?, kind, condition, folder, node, globals })
    }

    /// Returns a property of the resource, with the property of `Globals`.
    pub(super) fn property(&self, name: &'static str) -> Property<'a> {
        let own = self.properties().and_then(|properties| properties.get(name));
        let global = self.globals.filter(|_| !self.ignores_global(name));
        Property::new(name, own, global.and_then(|globals| globals.get(name)))
    }

    /// Whether its condition holds, or may hold.
    pub(super) fn is_deployed(&self) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds != Some(false))
    }

    pub(super) fn properties(&self) -> Option<&'a TemplateValue> {
        self.node.get("Properties")
    }

    pub(super) fn metadata(&self, name: &str) -> Option<&'a TemplateValue> {
        self.node.get("Metadata")?.get(name)
    }

    /// Returns the OpenAPI document of an API, and whether the document is in the template. A `DefinitionUri` is a
    /// document if its file was read.
    pub(super) fn document(&self) -> Option<(&'a TemplateValue, bool)> {
        if [PLAIN_HTTP_API, PLAIN_REST_API].contains(&self.kind.as_str()) {
            return self.property("Body").node().filter(|body| body.is_map()).map(|body| (body, true));
        }
        let inline = self.property("DefinitionBody").node().filter(|body| body.is_map());
        let file = || self.property("DefinitionUri").node().filter(|file| file.get("paths").is_some());
        inline.map(|body| (body, true)).or_else(|| Some((file()?, false)))
    }

    /// Whether `IgnoreGlobals` is `*`, or names the property.
    fn ignores_global(&self, name: &str) -> bool {
        let Some(ignored) = self.node.get("IgnoreGlobals") else { return false };
        let is = |node: &TemplateValue, text: &str| node.text().as_deref() == Some(text);
        is(ignored, "*") || ignored.items().any(|ignored| is(ignored, name))
    }
}

/// Returns the implicit API of SAM, for events that name no API.
pub(super) fn implicit_api(kind: FrontDoorKind) -> &'static str {
    if kind == FrontDoorKind::RestApi { "ServerlessRestApi" } else { "ServerlessHttpApi" }
}
