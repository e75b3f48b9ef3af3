//! Projects for tests.

use super::mend::MendedTexts;
use super::{Options, SyncError, Texts, mend};
use crate::agreement::PossibleRename;
use crate::agreement::fixture::project;
use crate::workspace::Project;

pub(super) fn texts(template: Option<&str>, manifest: &str) -> Texts {
    Texts { manifest: manifest.to_owned(), template: ("template.yaml", template.map(str::to_owned)) }
}

/// Runs [`mend`] with an answer to each question whether a function was renamed.
pub(super) fn mend_answered(
    project: &Project,
    texts: &Texts,
    mut options: Options,
    mut answer: impl FnMut(&PossibleRename) -> bool,
) -> Result<MendedTexts, SyncError> {
    loop {
        match mend(project, texts, &options) {
            Err(SyncError::Unclear(unclear)) => {
                let PossibleRename { function, route } = &unclear.possible[0];
                let (old, new) = (function.logical_id.clone(), route.binary.clone());
                if answer(&unclear.possible[0]) {
                    options.renamed.push((old, new));
                } else {
                    options.declined.insert((old, new));
                }
            }
            mended => return mended,
        }
    }
}

/// Runs [`mend`] on a template, where no folder was renamed together with its package.
pub(super) fn mend_template(folders: &[&str], template: &str, prune: bool) -> Result<MendedTexts, SyncError> {
    let texts = texts(Some(template), "[workspace]\n");
    mend_answered(&project(folders), &texts, Options { prune, ..Options::default() }, |_| false)
}

/// Returns the template of a project after all differences are mended.
pub(super) fn template(folders: &[&str], template: &str) -> String {
    let mended =
        mend_template(folders, template, false).unwrap_or_else(|error| panic!("{error}\n{template}"));
    mended.texts.template.1.unwrap_or_default()
}
