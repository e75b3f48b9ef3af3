//! Plans the port of a Next.js `pages/api` tree: one function for each file that is a route.
//!
//! [`plan`] reads and never writes. A file is either planned completely, as a [`PortedFunction`], or
//! [`Refused`] with a reason; no file is left out silently. The steps, each in a file of its own:
//!
//! 1. `pages` finds the `pages` folder, `tree` lists the files below `pages/api`, `file_name` sorts out files
//!    that are not routes. `project` lists other parts that affect the routes, such as middleware.
//! 2. `routes` gives each file its route and its folder, and refuses files that exclude each other.
//! 3. `file_text` reads the file, `token` and `script` make its text searchable, without comments.
//! 4. `handler`, `methods`, `settings`, `request_uses`, `calls` and `imports` search the tokens; `findings`
//!    collects the results as a to-do list.
//! 5. `package` names the package, `main_rs` writes the stub.
//!
//! The search uses no JavaScript parser. All findings are marked as not verified, and only settings whose
//! meaning is certain become code.

mod calls;
mod error;
mod file_name;
mod file_text;
mod findings;
mod handler;
mod http_method;
mod imports;
mod main_rs;
mod methods;
mod pages;
mod project;
mod refused;
mod request_uses;
mod routes;
mod script;
mod settings;
mod size;
mod to_do;
mod token;
mod tree;

use std::path::{Path, PathBuf};

use api_routes_routing::Pattern;

pub(crate) use self::error::FromNextError;
pub(crate) use self::refused::{RefusalReason, Refused};
pub(crate) use self::to_do::ToDo;

use self::findings::Findings;
use self::pages::Pages;
use self::routes::RoutedFile;
use self::script::Script;
use self::tree::Tree;
use super::package::{self, PackageNames};

/// The functions to write, and the files that do not become functions.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The functions, in the order of their routes.
    pub(crate) functions: Vec<PortedFunction>,
    /// The files and folders without a function, in the order of their paths.
    pub(crate) refused: Vec<Refused>,
}

/// A function to write: the stub of one Next.js API route.
#[derive(Debug)]
pub(crate) struct PortedFunction {
    /// The route that the Next.js file serves.
    pub(crate) route: Pattern,
    /// The name of the package, unique in the plan: `api-posts-id`.
    pub(crate) package: String,
    /// Lines that `[package]` of the manifest needs, such as `autotests = false`.
    ///
    /// Cargo would otherwise build the function in `functions/api/exam/tests` a second time, as a test of
    /// `functions/api/exam`, with that package's route and dependencies.
    pub(crate) manifest_lines: Vec<&'static str>,
    /// The Next.js file, relative to the Next.js project: `pages/api/posts/[id].ts`.
    pub(crate) source: PathBuf,
    /// The text of `src/main.rs`.
    pub(crate) main_rs: String,
    /// The findings in the file, in the order of its lines.
    pub(crate) to_do: Vec<ToDo>,
}

/// Plans the port of the API routes in `dir`: a Next.js project, its `pages` folder, or `pages/api` itself. Packages get
/// names that are not among `names`.
///
/// # Errors
/// [`FromNextError`] if there are no API routes to read. Problems of single files are in [`Plan::refused`].
pub(crate) fn plan(dir: &Path, mut names: PackageNames) -> Result<Plan, FromNextError> {
    let pages = Pages::find(dir)?;
    let Tree { files, mut refused } = Tree::read(&pages)?;
    let (routed, unroutable) = routes::routed(files);
    refused.extend(unroutable);
    refused.extend(project::not_ported(&pages));
    let mut files = Vec::new();
    for file in routed {
        match SearchedFile::read(file) {
            Ok(file) => files.push(file),
            Err(refusal) => refused.push(refusal),
        }
    }
    refused.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(Plan { functions: functions(files, &mut names), refused })
}

/// A file that was read and searched, and has no package name yet.
struct SearchedFile {
    file: RoutedFile,
    findings: Findings,
}

impl SearchedFile {
    fn read(file: RoutedFile) -> Result<Self, Refused> {
        let findings = file_text::read(&file.path).and_then(|text| {
            let script = Script::new(&text);
            if !handler::is_exported(&script) {
                return Err(RefusalReason::NoDefaultExport);
            }
            Ok(Findings::search(&script, &file.route, &file.source))
        });
        match findings {
            Ok(findings) => Ok(Self { file, findings }),
            Err(reason) => Err(Refused { file: file.source, reason }),
        }
    }

    fn into_function(self, names: &mut PackageNames, folders: &[String]) -> PortedFunction {
        let Self { file, findings } = self;
        PortedFunction {
            package: names.assign(&file.route),
            manifest_lines: package::manifest_lines(&file.folder, folders),
            main_rs: main_rs::write(&file, &findings),
            route: file.route,
            source: file.source,
            to_do: findings.to_do,
        }
    }
}

fn functions(mut files: Vec<SearchedFile>, names: &mut PackageNames) -> Vec<PortedFunction> {
    files.sort_by_key(|file| file.file.route.to_string());
    let folders: Vec<_> = files.iter().map(|file| file.file.folder.clone()).collect();
    files.into_iter().map(|file| file.into_function(names, &folders)).collect()
}

#[cfg(test)]
mod tests;
