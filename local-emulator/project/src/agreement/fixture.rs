//! Projects for tests.

use std::path::PathBuf;

use super::{Manifest, Survey};
use crate::workspace::{Exceptions, Function, Project, UnlistedPackage};

/// A complete profile.
pub(crate) const PROFILE: &str = "\n[profile.release]\nopt-level = \"s\"\nlto = \"fat\"\ncodegen-units = 1\n\
                                  strip = true\npanic = \"unwind\"\n";

/// Returns a package's name: the words of its folder.
pub(crate) fn package(folder: &str) -> String {
    let words = folder.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Returns a project with functions in `folders`, and a package `worker` elsewhere. A folder with a `-` before its name
/// is not a member.
pub(crate) fn project(folders: &[&str]) -> Project {
    let members = folders.iter().filter(|folder| !folder.starts_with('-'));
    let functions: Vec<_> = members.map(|folder| function(folder)).collect();
    let unlisted = folders.iter().filter_map(|folder| folder.strip_prefix('-'));
    let unlisted = unlisted.map(|folder| UnlistedPackage {
        route_folder: folder.to_owned(),
        package: Some(package(folder)),
        binary: Some(package(folder)),
    });
    let worker = "worker".to_owned();
    Project {
        root: PathBuf::from("/project"),
        target_directory: PathBuf::from("/project/target"),
        binaries: functions.iter().map(|function| function.binary.clone()).chain([worker]).collect(),
        unlisted: unlisted.collect(),
        without_manifest: Vec::new(),
        exceptions: Exceptions::default(),
        overrides: crate::template::Overrides::default(),
        deployed: None,
        functions,
    }
}

/// Returns the survey of such a project with `resources` in its template, and with the given lines in its router.
pub(super) fn survey(folders: &[&str], resources: Option<&str>, router: Option<&str>) -> Survey {
    let template = resources.map(|resources| format!("Resources:\n{resources}"));
    let template = template.as_deref().map(|text| ("template.yaml", text));
    let router = router.map(|lines| format!("[workspace.metadata.lambda.watch.router]\n{lines}"));
    let manifest = router.unwrap_or_default() + PROFILE;
    Survey::from_texts(&project(folders), template, Manifest::parse(&manifest).unwrap())
}

fn function(folder: &str) -> Function {
    Function {
        route_folder: folder.to_owned(),
        package: package(folder),
        binary: package(folder),
        folder: PathBuf::from("/project/functions").join(folder),
        sources: Vec::new(),
    }
}

/// Writes a function of the template that is a binary.
pub(super) fn resource(logical_id: &str, binary: &str, properties: &str) -> String {
    format!(
        "  {logical_id}:\n    Type: AWS::Serverless::Function\n    \
         Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: {{Binary: {binary}}}}}\n    \
         Properties: {{{properties}}}\n"
    )
}

/// Writes `Events` of an HTTP API, each with a method and a path.
pub(super) fn http(keys: &[(&str, &str)]) -> String {
    events("HttpApi", keys)
}

/// Writes `Events` of one type, each with a method and a path.
pub(super) fn events(kind: &str, keys: &[(&str, &str)]) -> String {
    let event = |(number, (method, path)): (usize, &(&str, &str))| {
        format!("E{number}: {{Type: {kind}, Properties: {{Method: {method}, Path: '{path}'}}}}")
    };
    format!("Events: {{{}}}", keys.iter().enumerate().map(event).collect::<Vec<_>>().join(", "))
}
