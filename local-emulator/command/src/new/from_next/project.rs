//! Finds the parts of a Next.js project that affect its API and are not ported.

use std::path::Path;

use super::file_text;
use super::pages::Pages;
use super::refused::{RefusalReason, Refused};
use super::script::Script;

/// The files that Next.js reads its settings from.
const SETTINGS: [&str; 4] = ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs"];

/// The files whose code runs before each route; `proxy` is the name since Next.js 16.
const MIDDLEWARE: [&str; 4] = ["middleware.ts", "middleware.js", "proxy.ts", "proxy.js"];

/// Lists the files and folders beside `pages/api` that matter for its routes.
pub(super) fn not_ported(pages: &Pages) -> Vec<Refused> {
    let beside = pages.folder.parent().into_iter();
    let beside = beside.flat_map(|folder| middleware(folder).chain(app_router(folder)));
    // `src/pages` is beside `src/middleware.ts` and `src/app`.
    let src = pages.label.strip_suffix("pages").unwrap_or_default();
    let beside = beside.map(|(name, reason)| Refused { file: format!("{src}{name}").into(), reason });
    beside.chain(pages.project().and_then(page_extensions)).collect()
}

fn middleware(folder: &Path) -> impl Iterator<Item = (&'static str, RefusalReason)> {
    let found = MIDDLEWARE.into_iter().filter(move |name| folder.join(name).is_file());
    found.map(|name| (name, RefusalReason::MiddlewareOfAll))
}

fn app_router(folder: &Path) -> Option<(&'static str, RefusalReason)> {
    folder.join("app/api").is_dir().then_some(("app/api", RefusalReason::AppRouter))
}

/// The settings file, if it changes which files are routes.
fn page_extensions(project: &Path) -> Option<Refused> {
    let file = SETTINGS.into_iter().find(|name| project.join(name).is_file())?;
    let text = file_text::read(&project.join(file)).ok()?;
    let script = Script::new(&text);
    let at = script.positions().find(|&at| script.is_word(at, "pageExtensions"))?;
    Some(Refused { file: file.into(), reason: RefusalReason::PageExtensions { line: script.line(at) } })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_beside_the_routes_are_listed() {
        for (files, expected) in [
            (&[("pages/api/a.ts", "")][..], &[][..]),
            (
                &[
                    ("pages/api/a.ts", ""),
                    ("next.config.js", "module.exports = {\n  pageExtensions: ['api.ts'],\n}"),
                ],
                &["next.config.js: line 2 sets"],
            ),
            (&[("pages/api/a.ts", ""), ("next.config.mjs", "// pageExtensions\nexport default {}")], &[]),
            (
                &[("src/pages/api/a.ts", ""), ("src/middleware.ts", ""), ("src/app/api/b/route.ts", "")],
                &["src/middleware.ts: middleware", "src/app/api: route handlers"],
            ),
            (
                &[("src/pages/api/a.ts", ""), ("next.config.ts", "pageExtensions")],
                &["next.config.ts: line 1 sets"],
            ),
            (&[("pages/api/a.ts", ""), ("proxy.js", "")], &["proxy.js: middleware"]),
        ] {
            let project = tempfile::tempdir().unwrap();
            for (file, text) in files {
                let path = project.path().join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            let found = not_ported(&Pages::find(project.path()).unwrap());
            assert_eq!(found.len(), expected.len(), "{files:?}");
            for (refused, begin) in found.iter().zip(expected) {
                assert!(refused.to_string().starts_with(begin), "{refused}");
            }
        }
    }
}
