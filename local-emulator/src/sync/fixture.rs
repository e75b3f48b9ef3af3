//! Projects for tests.

use std::path::PathBuf;

use super::mend::Mended;
use super::{SyncError, Texts, mend};
use crate::project::{Function, Project, Unlisted};

/// A package's name: the words of its folder.
pub(super) fn package(folder: &str) -> String {
    let words = folder.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A project with functions in `folders`, those with a `-` before them no members.
pub(super) fn project(folders: &[&str]) -> Project {
    let members = folders.iter().filter(|folder| !folder.starts_with('-'));
    let functions: Vec<_> = members.map(|folder| function(folder)).collect();
    let unlisted = folders.iter().filter_map(|folder| folder.strip_prefix('-'));
    let unlisted =
        unlisted.map(|folder| Unlisted { route_folder: folder.to_owned(), binary: Some(package(folder)) });
    let worker = "worker".to_owned();
    Project {
        root: PathBuf::from("/project"),
        target_directory: PathBuf::from("/project/target"),
        binaries: functions.iter().map(|function| function.binary.clone()).chain([worker]).collect(),
        unlisted: unlisted.collect(),
        without_manifest: Vec::new(),
        functions,
    }
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

pub(super) fn texts(template: Option<&str>, manifest: &str) -> Texts {
    Texts { manifest: manifest.to_owned(), template: ("template.yaml", template.map(str::to_owned)) }
}

pub(super) fn mend_template(folders: &[&str], template: &str, prune: bool) -> Result<Mended, SyncError> {
    mend(&project(folders), &texts(Some(template), "[workspace]\n"), prune)
}

/// The template of a project, with all that its folders say.
pub(super) fn template(folders: &[&str], template: &str) -> String {
    let mended =
        mend_template(folders, template, false).unwrap_or_else(|error| panic!("{error}\n{template}"));
    mended.texts.template.1.unwrap_or_default()
}
