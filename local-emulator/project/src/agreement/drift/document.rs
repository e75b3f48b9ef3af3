//! Paths of OpenAPI documents that name a variable differently from the folder. Only the developer can change them.

use super::paths::PathShape;
use crate::agreement::Survey;
use crate::template::SourcePosition;

/// A path of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::agreement) struct RenamedInDocument {
    pub(in crate::agreement) logical_id: String,
    pub(in crate::agreement) place: SourcePosition,
    pub(in crate::agreement) from: String,
    pub(in crate::agreement) to: String,
}

impl Survey {
    pub(in crate::agreement) fn renamed_in_documents(&self) -> Vec<RenamedInDocument> {
        let Some(template) = &self.examined.template else { return Vec::new() };
        let mut renamed = Vec::new();
        for package in &self.packages {
            let Some(function) = template.function(&package.binary) else { continue };
            let own = package.paths();
            for event in function.events.iter().filter(|event| event.is_of_document()) {
                let Some(path) = PathShape::of_event(event).filter(|path| !own.contains(path)) else {
                    continue;
                };
                renamed.extend(own.iter().find(|own| own.is_like(&path)).map(|own| RenamedInDocument {
                    logical_id: function.logical_id.clone(),
                    place: event.place,
                    from: path.to_string(),
                    to: own.to_string(),
                }));
            }
        }
        renamed
    }
}
