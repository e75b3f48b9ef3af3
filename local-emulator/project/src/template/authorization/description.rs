//! The description of an authorizer, in the words of a document or of CloudFormation.

use crate::aws::FrontDoorKind;
use crate::template::function_index::FunctionIndex;
use crate::template::value::TemplateValue;

/// A description of an authorizer, in the words of a document or of CloudFormation, which differ by their capitals.
pub(super) struct Description<'a, 'f> {
    pub(super) kind: FrontDoorKind,
    /// The settings: `x-amazon-apigateway-authorizer`, or `Properties`.
    pub(super) settings: &'a TemplateValue,
    /// The scheme around the settings, in a document.
    pub(super) scheme: Option<&'a TemplateValue>,
    pub(super) functions: &'f FunctionIndex<'f>,
}

impl<'a> Description<'a, '_> {
    /// Returns a setting; its capitals do not matter.
    pub(super) fn get(&self, name: &str) -> Option<&'a TemplateValue> {
        setting(self.settings, name)
    }

    /// Returns the header that a scheme of a document names.
    pub(super) fn header(&self) -> Option<String> {
        self.scheme?.get("name")?.text()
    }

    pub(super) fn is_rest(&self) -> bool {
        self.kind == FrontDoorKind::RestApi
    }
}

/// Returns a member of a map; its capitals do not matter.
pub(super) fn setting<'a>(map: &'a TemplateValue, name: &str) -> Option<&'a TemplateValue> {
    let is_it = |key: &TemplateValue| key.text().is_some_and(|key| key.eq_ignore_ascii_case(name));
    map.entries().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}
