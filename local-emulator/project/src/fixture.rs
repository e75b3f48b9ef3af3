//! Projects for tests.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::tempdir;

use crate::Settings;
use crate::aws::FrontDoorKind;
use crate::front_doors::FrontDoors;
use crate::template::Overrides;
use crate::workspace::{Exceptions, Function, Project};

/// Returns the front doors of functions in `folders`, with `resources` in the template if there is one.
pub(super) fn front_doors(folders: &[&str], resources: Option<&str>, chosen: &[FrontDoorKind]) -> FrontDoors {
    let root = tempdir().unwrap();
    if let Some(resources) = resources {
        fs::write(root.path().join("template.yaml"), format!("Resources:\n{resources}")).unwrap();
    }
    let project = project(root.path(), folders);
    project.front_doors(&Settings::read(&project).unwrap(), chosen)
}

/// Makes a project in `root` with functions in `folders`, each with a package of the same name.
pub(super) fn project(root: &Path, folders: &[&str]) -> Project {
    let function = |folder: &&str| Function {
        route_folder: (*folder).to_owned(),
        package: folder.replace('/', "-"),
        binary: folder.replace('/', "-"),
        folder: PathBuf::new(),
        sources: Vec::new(),
    };
    Project {
        root: root.to_owned(),
        target_directory: root.join("target"),
        functions: folders.iter().map(function).collect(),
        binaries: folders.iter().map(|folder| folder.replace('/', "-")).collect(),
        unlisted: Vec::new(),
        without_manifest: Vec::new(),
        exceptions: Exceptions::default(),
        overrides: Overrides::default(),
        deployed: None,
    }
}

/// Writes a function of the template that is a binary.
pub(super) fn binary(name: &str, properties: &str) -> String {
    let logical_id = name.replace('-', "");
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {name}}}}}\n    \
         Properties: {{{properties}}}\n"
    )
}

/// Writes a function of the template whose code is a folder.
pub(super) fn folder(logical_id: &str, properties: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    \
         Properties: {{CodeUri: {}, {properties}}}\n",
        logical_id.to_lowercase()
    )
}

/// Writes `Events` with an event of each of `kinds`.
pub(super) fn events(kinds: &[(&str, &str)]) -> String {
    let event = |(number, (kind, properties)): (usize, &(&str, &str))| {
        format!("E{number}: {{Type: {kind}, Properties: {{{properties}}}}}")
    };
    format!("Events: {{{}}}", kinds.iter().enumerate().map(event).collect::<Vec<_>>().join(", "))
}
