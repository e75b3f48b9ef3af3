//! From what differs to new texts.

use super::{Done, Left, SyncError, manifest, template};
use crate::agreement::{Drift, Finding, Manifest, StrayEvent, StrayRoute, Survey, SurveyError};
use crate::workspace::Project;

/// The texts that `sync` writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The workspace's `Cargo.toml`.
    pub manifest: String,
    /// The template by its name; without a text if there is none.
    pub template: (&'static str, Option<String>),
}

/// New texts, and what came of each difference.
#[derive(Debug)]
#[non_exhaustive]
pub struct Mended {
    /// The texts.
    pub texts: Texts,
    /// What is mended in them.
    pub done: Vec<Done>,
    /// What is not.
    pub left: Vec<Left>,
    /// The folders that are left out, since they cannot be routes as they are.
    pub refused: Vec<Finding>,
}

/// The texts of a project with what differs mended; with `prune`, without what is there of folders that are gone.
///
/// # Errors
/// A [`SyncError`], if a text cannot be read, or leaves no place for what is missing.
pub fn mend(project: &Project, texts: &Texts, prune: bool) -> Result<Mended, SyncError> {
    let survey = survey(project, texts)?;
    if let (None, [error, ..]) = (&survey.examined.template, &survey.examined.errors[..]) {
        return Err(SyncError::NotYaml(error.to_string()));
    }
    let stays = |drift: &Drift| !prune && Left::stale(drift).is_some();
    let (stale, drifts): (Vec<_>, Vec<_>) = survey.drifts().into_iter().partition(stays);
    let unclear = strays(&survey, &drifts);
    if drifts.is_empty() {
        let left = stale.iter().filter_map(Left::stale).chain(unclear).collect();
        return Ok(Mended { texts: texts.clone(), done: Vec::new(), left, refused: survey.refused() });
    }
    let manifest = manifest::mended(&texts.manifest, &drifts)?;
    let template = template::mended(&texts.template, &survey, &drifts)?;
    let mended = Mended {
        texts: Texts { manifest, template: (texts.template.0, template.text) },
        done: done(&drifts, template.added, &template.left),
        left: stale.iter().filter_map(Left::stale).chain(unclear).chain(template.left).collect(),
        refused: survey.refused(),
    };
    hold(project, &mended)?;
    Ok(mended)
}

fn strays(survey: &Survey, drifts: &[Drift]) -> Vec<Left> {
    let events = survey.stray_events(drifts).into_iter();
    let events = events.map(|StrayEvent { logical_id, event, path, .. }| Left::Stray {
        place: format!("`{event}` of `{logical_id}` in the template"),
        path,
    });
    let routes = survey.stray_routes(drifts).into_iter();
    let routes = routes.map(|StrayRoute { path, binary, .. }| Left::Stray {
        place: format!("a line of the router for `{binary}`"),
        path,
    });
    events.chain(routes).collect()
}

fn survey(project: &Project, texts: &Texts) -> Result<Survey, SurveyError> {
    let (file, template) = &texts.template;
    let template = template.as_deref().map(|text| (*file, text));
    Ok(Survey::of(project, template, Manifest::parse(&texts.manifest)?))
}

/// Nothing may differ any more but what is left on purpose. That members are there, only Cargo could tell.
fn hold(project: &Project, mended: &Mended) -> Result<(), SyncError> {
    let mut drifts = survey(project, &mended.texts)?.drifts();
    drifts.retain(|drift| !matches!(drift, Drift::Unlisted { .. }) && !is_left(drift, &mended.left));
    if drifts.is_empty() { Ok(()) } else { Err(SyncError::Unmended(drifts)) }
}

fn is_left(drift: &Drift, left: &[Left]) -> bool {
    left.iter().any(|left| match (left, drift) {
        (Left::Stale { drift: stale, .. }, _) => stale == drift,
        (Left::Needed { logical_id: needed, .. }, Drift::Stale { logical_id, .. }) => needed == logical_id,
        (Left::Needed { .. } | Left::Stray { .. } | Left::Refused(_), _) => false,
    })
}

fn done(drifts: &[Drift], added: Vec<Done>, left: &[Left]) -> Vec<Done> {
    let is_done = |drift: &&Drift| !matches!(drift, Drift::Undeployed { .. }) && !is_left(drift, left);
    drifts.iter().filter(is_done).cloned().map(Done::Mended).chain(added).collect()
}
