//! Errors that leave nothing to plan.

use std::io;
use std::path::PathBuf;

/// The reason why a folder has no API routes to plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FromNextError {
    /// The folder does not exist, or you may not open it.
    #[error("cannot open `{}`. {WHAT_TO_PASS}", .dir.display())]
    Open {
        /// The folder, as it was passed.
        dir: PathBuf,
        /// The error of the system.
        #[source]
        cause: io::Error,
    },
    /// The path is a file.
    #[error("`{}` is not a folder. {WHAT_TO_PASS}", .0.display())]
    NotAFolder(PathBuf),
    /// Only the App Router has routes here.
    #[error(
        "`{}` has no `pages/api`, and the App Router's `{}` cannot be ported: its route handlers have \
         another form. {WHAT_TO_PASS}",
        .dir.display(), .found.display()
    )]
    AppRouter {
        /// The folder, as it was passed.
        dir: PathBuf,
        /// The `app/api` folder.
        found: PathBuf,
    },
    /// There is no `pages/api` where Next.js has it.
    #[error("`{}` has no API routes: there is no {}. {WHAT_TO_PASS}", .dir.display(), quoted(.looked_for))]
    NoApiRoutes {
        /// The folder, as it was passed.
        dir: PathBuf,
        /// The folders that were searched for.
        looked_for: Vec<PathBuf>,
    },
    /// The tree is too large to be the API of one project.
    #[error(
        "`{}` has more than {limit} files and folders, which is more than this command reads: move files \
         that are not routes out of it",
        .folder.display()
    )]
    TooManyEntries {
        /// The `pages/api` folder.
        folder: PathBuf,
        /// The maximum number of files and folders.
        limit: usize,
    },
}

const WHAT_TO_PASS: &str = "Pass the folder of a Next.js project, its `pages` folder, or `pages/api`";

fn quoted(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!("`{}`", path.display())).collect::<Vec<_>>().join(", and no ")
}
