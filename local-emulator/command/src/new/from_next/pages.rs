//! Finds the `pages` folder that holds the API routes.

use std::path::{Path, PathBuf};

use super::error::FromNextError;
use super::file_name;

/// The `pages` folder of a Next.js project.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pages {
    /// The folder itself, without symbolic links.
    pub(super) folder: PathBuf,
    /// The folder as messages name it, relative to the project: `pages` or `src/pages`.
    pub(super) label: &'static str,
}

const IN_ROOT: &str = "pages";
const IN_SRC: &str = "src/pages";

impl Pages {
    /// Finds the `pages` folder of a project, of a `pages` folder, or of `pages/api`.
    pub(super) fn find(dir: &Path) -> Result<Self, FromNextError> {
        let real = dir.canonicalize().map_err(|cause| FromNextError::Open { dir: dir.to_owned(), cause })?;
        if !real.is_dir() {
            return Err(FromNextError::NotAFolder(dir.to_owned()));
        }
        let pages = Self::named(&real).or_else(|| Self::of_project(&real)).filter(Self::has_api);
        pages.ok_or_else(|| missing(dir))
    }

    /// `dir` is a folder `pages`, or `pages/api`.
    fn named(dir: &Path) -> Option<Self> {
        let folder = if dir.ends_with("pages/api") { dir.parent()? } else { dir };
        let pages = Self { folder: folder.to_owned(), label: label(folder)? };
        pages.has_api().then_some(pages)
    }

    /// `dir` is a project. Next.js ignores `src/pages` if there is a `pages` as well:
    /// <https://github.com/vercel/next.js/blob/canary/packages/next/src/lib/find-pages-dir.ts>.
    fn of_project(dir: &Path) -> Option<Self> {
        let mut candidates =
            [IN_ROOT, IN_SRC].map(|label| Self { folder: dir.join(label), label }).into_iter();
        candidates.find(|pages| pages.folder.is_dir())
    }

    /// `pages/api.ts` alone is an API route too.
    fn has_api(&self) -> bool {
        self.folder.join("api").is_dir() || single_files().any(|name| self.folder.join(name).is_file())
    }

    /// The folder that Next.js was started in.
    pub(super) fn project(&self) -> Option<&Path> {
        self.folder.ancestors().nth(if self.label == IN_SRC { 2 } else { 1 })
    }
}

/// The names of files that are the route `/api` without a folder `api`.
pub(super) fn single_files() -> impl Iterator<Item = String> {
    file_name::EXTENSIONS.into_iter().map(|extension| format!("api{extension}"))
}

fn label(pages: &Path) -> Option<&'static str> {
    if pages.ends_with(IN_SRC) { Some(IN_SRC) } else { pages.ends_with(IN_ROOT).then_some(IN_ROOT) }
}

fn missing(dir: &Path) -> FromNextError {
    let app =
        ["app/api", "src/app/api"].map(|folder| dir.join(folder)).into_iter().find(|folder| folder.is_dir());
    if let Some(found) = app {
        return FromNextError::AppRouter { dir: dir.to_owned(), found };
    }
    let looked_for = if dir.join(IN_ROOT).is_dir() {
        vec![dir.join("pages/api")]
    } else if dir.ends_with(IN_ROOT) {
        vec![dir.join("api")]
    } else {
        vec![dir.join("pages/api"), dir.join("src/pages/api")]
    };
    FromNextError::NoApiRoutes { dir: dir.to_owned(), looked_for }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let project = tempfile::tempdir().unwrap();
        for file in files {
            let path = project.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        project
    }

    #[test]
    fn each_folder_of_a_project_leads_to_its_pages() {
        for (files, dir, folder, label) in [
            (&["pages/api/a.ts"][..], "", "pages", "pages"),
            (&["pages/api/a.ts"], "pages", "pages", "pages"),
            (&["pages/api/a.ts"], "pages/api", "pages", "pages"),
            (&["src/pages/api/a.ts"], "", "src/pages", "src/pages"),
            (&["src/pages/api/a.ts"], "src", "src/pages", "pages"),
            (&["src/pages/api/a.ts"], "src/pages", "src/pages", "src/pages"),
            (&["src/pages/api/a.ts"], "src/pages/api", "src/pages", "src/pages"),
            (&["pages/api/a.ts", "src/pages/api/b.ts"], "", "pages", "pages"),
            (&["pages/api.ts"], "", "pages", "pages"),
            (&["pages/pages/api/a.ts"], "pages", "pages/pages", "pages"),
        ] {
            let project = project(files);
            let found = Pages::find(&project.path().join(dir)).unwrap();
            let root = project.path().canonicalize().unwrap();
            assert_eq!(found, Pages { folder: root.join(folder), label }, "{files:?} {dir:?}");
        }
    }

    #[test]
    fn missing_routes_name_what_was_looked_for() {
        for (files, dir, message) in [
            (
                &["package.json"][..],
                "",
                "`DIR` has no API routes: there is no `DIR/pages/api`, and no `DIR/src/pages/api`. Pass the \
                 folder of a Next.js project, its `pages` folder, or `pages/api`",
            ),
            (
                &["pages/index.tsx", "src/pages/api/a.ts"],
                "",
                "`DIR` has no API routes: there is no `DIR/pages/api`. Pass the folder of a Next.js \
                 project, its `pages` folder, or `pages/api`",
            ),
            (
                &["pages/index.tsx", "pages/api.test.ts"],
                "pages",
                "`DIR/pages` has no API routes: there is no `DIR/pages/api`. Pass the folder of a Next.js \
                 project, its `pages` folder, or `pages/api`",
            ),
            (
                &["src/app/api/a/route.ts"],
                "",
                "`DIR` has no `pages/api`, and the App Router's `DIR/src/app/api` cannot be ported: its \
                 route handlers have another form. Pass the folder of a Next.js project, its `pages` \
                 folder, or `pages/api`",
            ),
            (
                &["a.ts"],
                "a.ts",
                "`DIR/a.ts` is not a folder. Pass the folder of a Next.js project, its `pages` folder, or \
                 `pages/api`",
            ),
            (
                &[],
                "gone",
                "cannot open `DIR/gone`. Pass the folder of a Next.js project, its `pages` folder, or `pages/api`",
            ),
        ] {
            let project = project(files);
            let dir = if dir.is_empty() { project.path().to_owned() } else { project.path().join(dir) };
            let error = Pages::find(&dir).unwrap_err().to_string();
            assert_eq!(error.replace(&project.path().display().to_string(), "DIR"), message);
        }
    }
}
