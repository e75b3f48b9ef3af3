//! The part of the workspace's `Cargo.toml` that must agree with the folders.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::routes::FUNCTIONS;
use crate::template::SourcePosition;
use crate::workspace::ReleaseProfile;

/// The name of each manifest.
pub(super) const MANIFEST: &str = "Cargo.toml";

/// The part of the workspace's `Cargo.toml` that must agree with the folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Whether the manifest is a workspace's.
    pub is_workspace: bool,
    /// The position of `members`.
    pub members: SourcePosition,
    /// The folders that `members` names, without those that a pattern matches.
    pub listed: Vec<Listed>,
    /// `exclude`: folders that must not become members.
    pub excluded: Vec<String>,
    /// The router of `cargo lambda watch`; `None` if the manifest has none.
    pub router: Option<Router>,
    /// The profile of deployed functions.
    pub profile: ReleaseProfile,
    /// The position of `[profile.release]`.
    pub profile_place: SourcePosition,
}

/// A line of `members`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The folder of the member: `functions/api/posts/[id]`.
    pub folder: String,
    /// The position of the line.
    pub place: SourcePosition,
}

/// `[workspace.metadata.lambda.watch.router]`.
/// <https://www.cargo-lambda.info/commands/watch.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Router {
    /// The position of the table.
    pub place: SourcePosition,
    /// Its lines, in the order of their paths.
    pub lines: Vec<RouterLine>,
}

/// A path and the binaries that answer its requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouterLine {
    /// The path in the syntax of cargo-lambda: `/api/docs/{*slug}`.
    pub path: String,
    /// The binaries for the path: one, or one for each method.
    pub binaries: Vec<String>,
    /// The position of the line.
    pub place: SourcePosition,
}

/// The error of a file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Cargo.toml:{}:{}: {message}", .place.line, .place.column)]
#[non_exhaustive]
pub struct ManifestError {
    /// The position of the error.
    pub place: SourcePosition,
    /// The message of the parser.
    pub message: String,
}

impl Manifest {
    /// Reads the text of a `Cargo.toml`.
    ///
    /// # Errors
    /// A [`ManifestError`].
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let document = DeTable::parse(text).map_err(|error| ManifestError {
            place: place(text, &error.span().unwrap_or_default()),
            message: error.message().to_owned(),
        })?;
        let workspace = document.get_ref().get("workspace").and_then(|it| it.get_ref().as_table());
        let members = workspace.and_then(|workspace| workspace.get_key_value("members"));
        let excluded = workspace.and_then(|workspace| workspace.get("exclude")?.get_ref().as_array());
        Ok(Self {
            is_workspace: workspace.is_some(),
            members: members.map_or(SourcePosition::START, |(key, _)| place(text, &key.span())),
            listed: members.map(|(_, members)| listed(members, text)).unwrap_or_default(),
            excluded: excluded.into_iter().flatten().filter_map(text_of).collect(),
            router: workspace.and_then(|workspace| router(workspace, text)),
            profile: ReleaseProfile::from_manifest(document.get_ref()),
            profile_place: profile_place(document.get_ref(), text),
        })
    }

    /// Whether `exclude` names a folder below `functions/`, or a folder around it.
    pub(crate) fn excludes(&self, route_folder: &str) -> bool {
        let folder = Path::new(FUNCTIONS).join(route_folder);
        self.excluded.iter().any(|excluded| folder.starts_with(excluded))
    }
}

fn profile_place(document: &DeTable<'_>, text: &str) -> SourcePosition {
    let profile = document.get("profile").and_then(|profile| profile.get_ref().as_table());
    let release = profile.and_then(|profile| profile.get_key_value("release"));
    release.map_or(SourcePosition::START, |(key, _)| place(text, &key.span()))
}

fn listed(members: &Spanned<DeValue<'_>>, text: &str) -> Vec<Listed> {
    let members = members.get_ref().as_array().into_iter().flatten();
    let listed = |member: &Spanned<DeValue<'_>>| {
        let folder = literal(member.get_ref().as_str()?)?;
        Some(Listed { folder, place: place(text, &member.span()) })
    };
    members.filter_map(listed).collect()
}

/// Returns the folder that a glob matches, if it matches one folder alone: Cargo reads `[[]` as a bracket.
fn literal(glob: &str) -> Option<String> {
    let parts: Vec<_> = glob.split("[[]").collect();
    parts.iter().all(|part| !part.contains(['*', '?', '['])).then(|| parts.join("["))
}

fn router(workspace: &DeTable<'_>, text: &str) -> Option<Router> {
    let mut table = workspace;
    for name in ["metadata", "lambda", "watch"] {
        table = table.get(name)?.get_ref().as_table()?;
    }
    let (key, router) = table.get_key_value("router")?;
    let place_of = |span: Range<usize>| place(text, &span);
    let lines = match router.get_ref() {
        DeValue::Table(lines) => lines
            .iter()
            .map(|(path, function)| RouterLine {
                path: path.get_ref().to_string(),
                binaries: binaries(function),
                place: place_of(path.span()),
            })
            .collect(),
        DeValue::Array(list) => list
            .iter()
            .filter_map(|route| {
                Some(RouterLine {
                    path: text_of(route.get_ref().as_table()?.get("path")?)?,
                    binaries: binaries(route),
                    place: place_of(route.span()),
                })
            })
            .collect(),
        _ => Vec::new(),
    };
    Some(Router { place: place_of(key.span()), lines })
}

/// Reads `"api-user"`, or `{ method = "GET", function = "api-user" }` for each of several methods.
fn binaries(value: &Spanned<DeValue<'_>>) -> Vec<String> {
    match value.get_ref() {
        DeValue::Array(routes) => routes.iter().flat_map(binaries).collect(),
        DeValue::Table(route) => route.get("function").and_then(text_of).into_iter().collect(),
        _ => text_of(value).into_iter().collect(),
    }
}

fn text_of(value: &Spanned<DeValue<'_>>) -> Option<String> {
    value.get_ref().as_str().map(str::to_owned)
}

fn place(text: &str, span: &Range<usize>) -> SourcePosition {
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    SourcePosition::new(before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::{Manifest, RouterLine, SourcePosition};

    #[test]
    fn router_is_read_with_its_places() {
        let text = "[workspace]\nmembers = []\nexclude = [\"fuzz\"]\n\n[workspace.metadata.lambda.watch.router]\n\
                    \"/é\" = \"a\"\n  \"/b/{*slug}\" = [\n  { function = \"b\", methods = [\"GET\"] },\n  { function = \"c\" },\n]\n";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.members, SourcePosition::new(2, 1));
        assert_eq!(manifest.excluded, ["fuzz"]);
        let router = manifest.router.unwrap();
        let line = |path: &str, binaries: &[&str], line, column| RouterLine {
            path: path.to_owned(),
            binaries: binaries.iter().map(ToString::to_string).collect(),
            place: SourcePosition::new(line, column),
        };
        let mut lines = router.lines;
        lines.sort_by_key(|line| line.place);
        assert_eq!(lines, [line("/é", &["a"], 6, 1), line("/b/{*slug}", &["b", "c"], 7, 3)]);
        assert_eq!(router.place, SourcePosition::new(5, 34));
    }

    #[test]
    fn members_are_folders_unless_they_are_patterns() {
        let text = "[workspace]\nmembers = [\n  \"shared\",\n  \"functions/*\", \"a/[[]id]\", \"a/[id]\"]\n";
        let listed = Manifest::parse(text).unwrap().listed;
        let found: Vec<_> =
            listed.iter().map(|it| (it.folder.as_str(), it.place.line, it.place.column)).collect();
        assert_eq!(found, [("shared", 3, 3), ("a/[id]", 4, 18)]);
    }

    #[test]
    fn router_may_be_a_list() {
        let text = "[workspace.metadata.lambda.watch]\nrouter = [{ path = \"/a\", function = \"a\" }]\n";
        let lines = Manifest::parse(text).unwrap().router.unwrap().lines;
        let expected = RouterLine {
            path: "/a".to_owned(),
            binaries: vec!["a".to_owned()],
            place: SourcePosition::new(2, 11),
        };
        assert_eq!(lines, [expected]);
    }

    #[test]
    fn without_one_nothing_is_said() {
        let manifest = Manifest::parse("[package]\nname = \"a\"\n").unwrap();
        assert_eq!((manifest.router, manifest.members), (None, SourcePosition::START));
    }

    #[test]
    fn toml_error_has_its_place() {
        let error = Manifest::parse("[workspace]\nmembers = \n").unwrap_err();
        assert_eq!(error.place.line, 2, "{error}");
    }
}
