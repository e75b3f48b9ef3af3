//! Projects for tests.

use super::mend::Mended;
use super::{SyncError, Texts, mend};
use crate::agreement::fixture::project;

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
