//! Turns differences into new texts.

use super::error::SyncError;
use super::outcome::{MendedDifference, UnmendedDifference};
use super::rename::{self, Options, UnclearRenames};
use super::{manifest, template};
use crate::agreement::{Decisions, Drift, Finding, Manifest, StrayEvent, StrayRoute, Survey, SurveyError};
use crate::template::Template;
use crate::workspace::Project;

/// The texts that `sync` writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The text of the workspace's `Cargo.toml`.
    pub manifest: String,
    /// The template by its name; the text is `None` if there is no template.
    pub template: (&'static str, Option<String>),
}

/// New texts, with the outcome of each difference.
#[derive(Debug)]
#[non_exhaustive]
pub struct MendedTexts {
    /// The new texts.
    pub texts: Texts,
    /// The differences that are mended in the texts.
    pub done: Vec<MendedDifference>,
    /// The differences that are left.
    pub left: Vec<UnmendedDifference>,
    /// The folders that are left out, since they cannot be routes as they are.
    pub refused: Vec<Finding>,
}

/// Returns the texts of a project with their differences mended.
///
/// # Errors
/// A [`SyncError`] if a text cannot be read or edited, or if a function without a folder may be a route without a
/// function.
pub fn mend(project: &Project, texts: &Texts, options: &Options) -> Result<MendedTexts, SyncError> {
    let survey = survey(project, texts)?;
    if let (None, [error, ..]) = (&survey.examined.template, &survey.examined.errors[..]) {
        return Err(SyncError::NotYaml(error.to_string()));
    }
    let decisions = rename::decide(&survey, options)?;
    let possible = survey.possible_renames(&decisions);
    if !possible.is_empty() {
        return Err(SyncError::Unclear(UnclearRenames { possible, prune: options.prune }));
    }
    let removed = removed(&survey, &decisions);
    let stays = |drift: &Drift| {
        !options.prune && UnmendedDifference::stale(drift).is_some() && !removed.contains(&drift.code())
    };
    let (stale, drifts): (Vec<_>, Vec<_>) = survey.drifts_with(&decisions).into_iter().partition(stays);
    if drifts.is_empty() {
        let unclear = strays(&survey, &drifts);
        let left = stale.iter().filter_map(UnmendedDifference::stale).chain(unclear).collect();
        return Ok(MendedTexts { texts: texts.clone(), done: Vec::new(), left, refused: survey.refused() });
    }
    let manifest = manifest::mended(&texts.manifest, &drifts)?;
    let template = template::mended(&texts.template, &survey, &drifts)?;
    let mut mended = MendedTexts {
        texts: Texts { manifest, template: (texts.template.0, template.text) },
        done: done(&drifts, template.added, &template.left),
        left: stale.iter().filter_map(UnmendedDifference::stale).chain(template.left).collect(),
        refused: survey.refused(),
    };
    let after = hold(project, &mended)?;
    mended.left.extend(after);
    Ok(mended)
}

/// Returns the code of removed functions, which the router may lead to as well.
fn removed<'a>(survey: &'a Survey, decisions: &Decisions) -> Vec<&'a str> {
    let functions = survey.examined.template.iter().flat_map(Template::all_functions);
    let removed = functions.filter(|function| decisions.removed.contains(&function.logical_id));
    removed.filter_map(|function| survey.gone_code(function)).collect()
}

fn strays(survey: &Survey, drifts: &[Drift]) -> Vec<UnmendedDifference> {
    let events = survey.stray_events(drifts).into_iter();
    let events = events.map(|StrayEvent { logical_id, event, path, .. }| UnmendedDifference::Stray {
        place: format!("`{event}` of `{logical_id}` in the template"),
        path,
    });
    let routes = survey.stray_routes(drifts).into_iter();
    let routes = routes.map(|StrayRoute { path, binary, .. }| UnmendedDifference::Stray {
        place: format!("a line of the router for `{binary}`"),
        path,
    });
    events.chain(routes).collect()
}

fn survey(project: &Project, texts: &Texts) -> Result<Survey, SurveyError> {
    let (file, template) = &texts.template;
    let template = template.as_deref().map(|text| (*file, text));
    Ok(Survey::from_texts(project, template, Manifest::parse(&texts.manifest)?))
}

/// Verifies that the new texts agree with the folders, except for the differences that are left on purpose. Only Cargo
/// could verify the members. Returns the paths without a folder.
fn hold(project: &Project, mended: &MendedTexts) -> Result<Vec<UnmendedDifference>, SyncError> {
    let survey = survey(project, &mended.texts)?;
    let mut drifts = survey.drifts();
    drifts.retain(|drift| !matches!(drift, Drift::Unlisted { .. }) && !is_left(drift, &mended.left));
    if drifts.is_empty() { Ok(strays(&survey, &[])) } else { Err(SyncError::Unmended(drifts)) }
}

fn is_left(drift: &Drift, left: &[UnmendedDifference]) -> bool {
    left.iter().any(|left| match (left, drift) {
        (UnmendedDifference::Stale { drift: stale, .. }, _) => stale == drift,
        (UnmendedDifference::Needed { logical_id: needed, .. }, Drift::Stale { logical_id, .. }) => {
            needed == logical_id
        }
        (
            UnmendedDifference::Needed { .. }
            | UnmendedDifference::Stray { .. }
            | UnmendedDifference::Refused(_),
            _,
        ) => false,
    })
}

fn done(
    drifts: &[Drift],
    added: Vec<MendedDifference>,
    left: &[UnmendedDifference],
) -> Vec<MendedDifference> {
    let is_done = |drift: &&Drift| !matches!(drift, Drift::Undeployed { .. }) && !is_left(drift, left);
    drifts.iter().filter(is_done).cloned().map(MendedDifference::Mended).chain(added).collect()
}
