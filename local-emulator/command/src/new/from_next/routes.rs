//! Gives each file its route, and refuses files that exclude each other.

use std::path::{Path, PathBuf};

use api_routes_routing::{Pattern, PatternError, Reason, Segment, conflicts};

use super::refused::{RefusalReason, Refused};
use super::tree::PageFile;

/// Paths that Cargo reads in the folder of a function. The folder of another function must not be in their
/// place.
const CARGO_PATHS: [&str; 4] = ["Cargo.toml", "build.rs", "src/main.rs", "src/bin"];

/// A file with its route.
#[derive(Debug)]
pub(super) struct RoutedFile {
    /// The path to read.
    pub(super) path: PathBuf,
    /// The path relative to the project: `pages/api/posts/[id].ts`.
    pub(super) source: PathBuf,
    /// The route: `/api/posts/[id]`.
    pub(super) route: Pattern,
    /// The folder of the function: `functions/api/posts/[id]`.
    pub(super) folder: String,
}

/// Splits files into those with a route and those without.
///
/// If files exclude each other, none is kept. You choose the right one: a stub with the to-do list of the wrong file
/// would hide the choice.
pub(super) fn routed(files: Vec<PageFile>) -> (Vec<RoutedFile>, Vec<Refused>) {
    let mut routed = Vec::new();
    let mut refused = Vec::new();
    for PageFile { path, source, page } in files {
        match route(&page) {
            Ok(route) => routed.push(RoutedFile { path, source, folder: folder(&route), route }),
            Err(reason) => refused.push(Refused { file: source, reason }),
        }
    }
    let obstacles = obstacles(&routed);
    let mut kept = Vec::new();
    for (file, obstacle) in routed.into_iter().zip(obstacles) {
        match obstacle {
            Some(reason) => refused.push(Refused { file: file.source, reason }),
            None => kept.push(file),
        }
    }
    (kept, refused)
}

fn route(page: &str) -> Result<Pattern, RefusalReason> {
    let route = Pattern::from_folder(page).map_err(RefusalReason::Route)?;
    route.deployable().map_err(|error| match error {
        PatternError::UnsupportedLiteral(text) => RefusalReason::UnsupportedSegment(text),
        other => RefusalReason::Route(other),
    })?;
    let contains = |path: &str| format!("{route}/").contains(&format!("/{path}/"));
    if let Some(path) = CARGO_PATHS.into_iter().find(|path| contains(path)) {
        return Err(RefusalReason::CargoPath(path));
    }
    // `route!` begins to read the route of a crate at the last `/functions/api` in its path.
    if contains("functions/api") {
        return Err(RefusalReason::InnerFunctions);
    }
    Ok(route)
}

/// The folder of a route, from which [`Pattern::from_folder`] reads it back.
fn folder(route: &Pattern) -> String {
    let is_index = matches!(route.segments().last(), Some(Segment::Literal(text)) if text == "index");
    let index = if is_index || route.segments().len() == 1 { "/index" } else { "" };
    format!("functions{route}{index}")
}

/// Returns for each file the reason why another file excludes it.
fn obstacles(files: &[RoutedFile]) -> Vec<Option<RefusalReason>> {
    let routes: Vec<_> = files.iter().map(|file| (&file.folder, file.route.clone())).collect();
    if conflicts(&routes).is_empty() {
        return files.iter().map(|_| None).collect();
    }
    let obstacle = |file: &RoutedFile| files.iter().find_map(|other| between(file, other));
    files.iter().map(obstacle).collect()
}

fn between(file: &RoutedFile, other: &RoutedFile) -> Option<RefusalReason> {
    if file.source == other.source || differ_in_a_literal(&file.route, &other.route) {
        return None;
    }
    // The files are in the order of their names, so that both get the same message.
    let (first, second) = if file.source < other.source { (file, other) } else { (other, file) };
    let pair = [first, second].map(|file| (file.folder.as_str(), file.route.clone()));
    let conflict = conflicts(&pair).pop()?;
    Some(reason(conflict.reason, &other.source))
}

/// Returns whether a literal separates two routes, which then cannot exclude each other. This avoids the full
/// comparison for most pairs of a large tree.
fn differ_in_a_literal(one: &Pattern, other: &Pattern) -> bool {
    let mut pairs = one.segments().iter().zip(other.segments()).skip_while(|(one, other)| one == other);
    pairs.next().is_some_and(|(one, other)| one.name().is_none() || other.name().is_none())
}

fn reason(reason: Reason, other: &Path) -> RefusalReason {
    let other = other.to_owned();
    match reason {
        Reason::SameRoute(route) => RefusalReason::SameRoute { route, other },
        reason => RefusalReason::Conflict { reason: Box::new(reason), other },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: &str) -> PageFile {
        PageFile { path: PathBuf::new(), source: format!("pages/{page}.ts").into(), page: page.into() }
    }

    #[test]
    fn page_has_a_route_and_a_folder() {
        for (page, route, folder) in [
            ("api", "/api", "functions/api/index"),
            ("api/index", "/api", "functions/api/index"),
            ("api/index/index", "/api/index", "functions/api/index/index"),
            ("api/posts", "/api/posts", "functions/api/posts"),
            ("api/posts/index", "/api/posts", "functions/api/posts"),
            ("api/posts/[id]", "/api/posts/[id]", "functions/api/posts/[id]"),
            ("api/posts/[id]/index", "/api/posts/[id]", "functions/api/posts/[id]"),
            ("api/docs/[...slug]", "/api/docs/[...slug]", "functions/api/docs/[...slug]"),
            ("api/shop/[[...slug]]", "/api/shop/[[...slug]]", "functions/api/shop/[[...slug]]"),
            ("api/data.json", "/api/data.json", "functions/api/data.json"),
            ("api/cards/bin", "/api/cards/bin", "functions/api/cards/bin"),
        ] {
            let (files, refused) = routed(vec![self::page(page)]);
            assert!(refused.is_empty(), "{}", refused[0]);
            assert_eq!(
                (files[0].route.to_string().as_str(), files[0].folder.as_str()),
                (route, folder),
                "{page}"
            );
            let below = folder.strip_prefix("functions/").unwrap();
            assert_eq!(Pattern::from_folder(below).as_ref(), Ok(&files[0].route), "{folder}");
        }
    }

    #[test]
    fn page_without_a_route_is_refused() {
        for (page, reason) in [
            ("api/[...slug]/more", "Catch-all must be the last part of the URL."),
            ("api/[[id]]", "Optional route parameters are not yet supported (\"[[id]]\")."),
            (
                "api/[id]/[id]",
                "You cannot have the same slug name \"id\" repeat within a single dynamic path",
            ),
            ("api/[]", "`[]` names no parameter: write a name between the brackets, as in `[id]`"),
            (
                "api/caf\u{e9}",
                "API Gateway does not take `caf\u{e9}` in a path: rename the file or folder, with only \
                 letters, digits, `.`, `_`, `:` and `-` of ASCII",
            ),
            (
                "api/v[version]",
                "API Gateway does not take `v[version]` in a path: rename the file or folder, with only \
                 letters, digits, `.`, `_`, `:` and `-` of ASCII",
            ),
            (
                "api/a\nb",
                "API Gateway does not take `a\\u{a}b` in a path: rename the file or folder, with only \
                 letters, digits, `.`, `_`, `:` and `-` of ASCII",
            ),
            (
                "api/a/build.rs",
                "the route contains `build.rs`, where Cargo looks for a file of another function: rename \
                 the file or folder",
            ),
            (
                "api/functions/api/index",
                "the route contains `/functions/api`, where `route!` would begin to read it: rename one of \
                 the folders",
            ),
        ] {
            let (files, refused) = routed(vec![self::page(page)]);
            assert!(files.is_empty(), "{page}");
            assert_eq!(refused[0].reason.to_string(), reason);
        }
    }

    #[test]
    fn files_that_exclude_each_other_are_all_refused() {
        let pages = ["api/posts", "api/posts/index", "api/users/[id]", "api/users/[user]/posts", "api/shop"];
        let (files, refused) = routed(pages.map(page).into());
        assert_eq!(files.iter().map(|file| file.route.to_string()).collect::<Vec<_>>(), ["/api/shop"]);
        let refused: Vec<_> = refused.iter().map(Refused::to_string).collect();
        let names = "You cannot use different slug names for the same dynamic path ('id' !== 'user').";
        assert_eq!(
            refused,
            [
                "pages/api/posts.ts: has the same route as `pages/api/posts/index.ts`, `/api/posts`, and \
                 Next.js builds only one of them: remove one"
                    .to_owned(),
                "pages/api/posts/index.ts: has the same route as `pages/api/posts.ts`, `/api/posts`, and \
                 Next.js builds only one of them: remove one"
                    .to_owned(),
                format!(
                    "pages/api/users/[id].ts: {names} The other file is `pages/api/users/[user]/posts.ts`: \
                     rename or remove one"
                ),
                format!(
                    "pages/api/users/[user]/posts.ts: {names} The other file is `pages/api/users/[id].ts`: \
                     rename or remove one"
                ),
            ]
        );
    }

    #[test]
    fn required_and_optional_catch_all_exclude_each_other() {
        for pages in [["api/a/[...x]", "api/a/[[...x]]"], ["api/a/index", "api/a/[[...x]]"]] {
            let (files, refused) = routed(pages.map(page).into());
            assert_eq!((files.len(), refused.len()), (0, 2), "{pages:?}");
        }
    }
}
