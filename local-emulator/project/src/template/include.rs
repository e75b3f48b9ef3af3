//! Files that replace the OpenAPI document of an API, or a part of it: `AWS::Include`, and `DefinitionUri`.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>

use std::borrow::Cow;

use super::decide::Scope;
use super::files::{FileNumber, Files};
use super::load;
use super::reader::Reader;
use super::resource::{HTTP_API, PLAIN_HTTP_API, PLAIN_REST_API, REST_API};
use super::value::{TemplateValue, ValueKind};
use super::{Fault, SourcePosition};

/// Puts the files of the project that the APIs of `resources` name into their place. Files of S3 stay where they are.
pub(super) fn expand<'t>(
    resources: &'t TemplateValue,
    scope: &Scope<'_>,
    from: FileNumber,
    files: &mut Files<'_>,
    reader: &mut Reader,
) -> Cow<'t, TemplateValue> {
    let mut expansion = Inclusion { scope, from, files, reader };
    if !resources.pairs().iter().any(|(_, resource)| is_api(resource)) {
        return Cow::Borrowed(resources);
    }
    let entries = resources.pairs().iter().map(|(key, resource)| {
        let resource = if is_api(resource) { expansion.resource(resource) } else { resource.clone() };
        (key.clone(), resource)
    });
    Cow::Owned(TemplateValue { place: resources.place, data: ValueKind::Map(entries.collect()) })
}

fn is_api(resource: &TemplateValue) -> bool {
    let kind = resource.get("Type").and_then(TemplateValue::as_text);
    kind.is_some_and(|kind| [HTTP_API, REST_API, PLAIN_HTTP_API, PLAIN_REST_API].contains(&kind))
}

struct Inclusion<'s, 'f, 'r> {
    scope: &'s Scope<'s>,
    from: FileNumber,
    files: &'s mut Files<'f>,
    reader: &'r mut Reader,
}

impl Inclusion<'_, '_, '_> {
    fn resource(&mut self, resource: &TemplateValue) -> TemplateValue {
        self.entries(resource, |this, name, value| match name {
            "Properties" => this.entries(value, |this, name, value| match name {
                "DefinitionBody" | "Body" => this.document(value),
                "DefinitionUri" => this.uri(value),
                _ => value.clone(),
            }),
            _ => value.clone(),
        })
    }

    fn entries(
        &mut self,
        tree: &TemplateValue,
        mut value_of: impl FnMut(&mut Self, &str, &TemplateValue) -> TemplateValue,
    ) -> TemplateValue {
        if tree.pairs().is_empty() {
            return tree.clone();
        }
        let entries = tree.pairs().iter();
        let entries = entries.map(|(key, value)| {
            let value = value_of(self, key.as_text().unwrap_or_default(), value);
            (key.clone(), value)
        });
        TemplateValue { place: tree.place, data: ValueKind::Map(entries.collect()) }
    }

    fn uri(&mut self, uri: &TemplateValue) -> TemplateValue {
        self.read(uri).unwrap_or_else(|| uri.clone())
    }

    /// Includes the files of a document. The entries of a file are added to the map that includes the file.
    fn document(&mut self, tree: &TemplateValue) -> TemplateValue {
        let data = match &tree.data {
            ValueKind::Map(entries) => {
                ValueKind::Map(entries.iter().flat_map(|entry| self.entry(entry)).collect())
            }
            ValueKind::List(items) => ValueKind::List(items.iter().map(|item| self.document(item)).collect()),
            ValueKind::Null | ValueKind::Scalar(_) => tree.data.clone(),
        };
        TemplateValue { place: tree.place, data }
    }

    fn entry(
        &mut self,
        (key, value): &(TemplateValue, TemplateValue),
    ) -> Vec<(TemplateValue, TemplateValue)> {
        let included = location(key, value).and_then(|location| self.read(location));
        match included.map(|tree| tree.data) {
            Some(ValueKind::Map(entries)) => entries,
            _ => vec![(key.clone(), self.document(value))],
        }
    }

    /// Reads a file of the project. `None` for any other location, and for a file that cannot be read, which is
    /// reported.
    fn read(&mut self, location: &TemplateValue) -> Option<TemplateValue> {
        let name = self.scope.decide(location)?.as_text().filter(|name| !name.contains("://"))?.to_owned();
        let (number, text) = match self.files.open(self.from, &name) {
            Ok(read) => read?,
            Err(error) => {
                self.warn(location.place, format!("the routes of this file are not served: {error}"));
                return None;
            }
        };
        let name = self.files.name(number);
        match load::read(&text, number, &name) {
            Ok(loaded) => {
                self.reader.add_file(number, name);
                loaded.repeated.iter().for_each(|key| self.reader.repeated(key));
                Some(loaded.root)
            }
            Err(complaint) => {
                self.reader.refuse(complaint);
                None
            }
        }
    }

    fn warn(&mut self, place: SourcePosition, message: String) {
        self.reader.caution(place, Fault::Emulator, message);
    }
}

/// Returns the location of `Fn::Transform: {Name: AWS::Include, Parameters: {Location: …}}`.
fn location<'t>(key: &TemplateValue, value: &'t TemplateValue) -> Option<&'t TemplateValue> {
    let is_include = key.as_text() == Some("Fn::Transform")
        && value.get("Name").and_then(TemplateValue::as_text) == Some("AWS::Include");
    value.get("Parameters").filter(|_| is_include)?.get("Location")
}
