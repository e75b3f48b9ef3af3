//! Packages that are about to become members, and those that Cargo would refuse as members.

use std::collections::BTreeSet;
use std::io;

use super::Manifest;
use crate::routes::FUNCTIONS;
use crate::text::Place;
use crate::text::toml::{Change, edit};
use crate::workspace::{Preview, Project, UnlistedPackage};

const MEMBERS: &[&str] = &["workspace", "members"];

/// A package below `functions/` that is not a member, and that Cargo refuses as a member.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedPackage {
    /// Its folder from the root of the project: `functions/api/posts/[id]`.
    pub folder: String,
    /// Cargo's message, with files relative to the project.
    pub words: String,
}

/// Separates the unlisted packages that Cargo refuses from those that can become members, which stay in the project.
/// `text` is the workspace's `Cargo.toml`, which Cargo accepts as it is. Blocks while `cargo metadata` runs, if there
/// are such packages.
///
/// # Errors
/// If the preview of the workspace cannot be made.
pub(crate) fn refuse(project: &mut Project, text: &str) -> io::Result<Vec<RefusedPackage>> {
    let Ok(manifest) = Manifest::parse(text) else { return Ok(Vec::new()) };
    let candidates = candidates(project, &manifest);
    let mut refused = Vec::new();
    if candidates.is_empty()
        || load(project, text, &candidates)?.is_ok()
        || load(project, text, &[])?.is_err()
    {
        return Ok(refused);
    }
    // Each candidate is tried together with the accepted ones, since Cargo refuses two packages of one name.
    let mut taken = Vec::new();
    for candidate in candidates {
        taken.push(candidate);
        if let Err(words) = load(project, text, &taken)? {
            refused.extend(taken.pop().map(|candidate| RefusedPackage { folder: folder(&candidate), words }));
        }
    }
    project.unlisted.retain(|unlisted| !refused.iter().any(|refused| refused.folder == folder(unlisted)));
    Ok(refused)
}

fn folder(unlisted: &UnlistedPackage) -> String {
    format!("{FUNCTIONS}/{}", unlisted.route_folder)
}

/// Returns the packages that `sync` would list, and those that only Cargo can judge. A copied folder, whose binary
/// another package builds, is left out.
fn candidates(project: &Project, manifest: &Manifest) -> Vec<UnlistedPackage> {
    let mut known: BTreeSet<_> = project.binaries.iter().map(String::as_str).collect();
    let mut candidates = Vec::new();
    for unlisted in project.unlisted.iter().filter(|unlisted| !manifest.excludes(&unlisted.route_folder)) {
        let is_candidate = match &unlisted.binary {
            Some(binary) => known.insert(binary),
            None => unlisted.package.is_none(),
        };
        candidates.extend(is_candidate.then(|| unlisted.clone()));
    }
    candidates
}

/// Loads the workspace with further members. The inner error is Cargo's message.
fn load(project: &Project, text: &str, members: &[UnlistedPackage]) -> io::Result<Result<(), String>> {
    let insert = |member: &UnlistedPackage| Change::InsertItem {
        at: MEMBERS,
        item: member.member(),
        place: Place::Last,
    };
    // A file that cannot be edited is not written either.
    let Ok(text) = edit(text, &members.iter().map(insert).collect::<Vec<_>>()) else { return Ok(Ok(())) };
    let root = format!("{}/", project.root.display());
    Ok(Preview::new(&project.root, &text)?.load().map_err(|words| words.replace(&root, "")))
}
