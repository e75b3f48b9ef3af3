//! Files and folders that do not become functions.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use api_routes_routing::{Pattern, PatternError};

use super::to_do::{escaped, printable};

/// The size of the largest file that is read, in KB. A handler is written by hand; a larger file is generated, or holds
/// data.
pub(super) const LARGEST_KB: usize = 512;

/// A file or folder that does not become a function, with the reason.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The path, relative to the Next.js project: `pages/api/posts.d.ts`.
    pub(crate) file: PathBuf,
    /// The reason.
    pub(crate) reason: RefusalReason,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", shown(&self.file), self.reason)
    }
}

/// The reason why a file or folder does not become a function, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum RefusalReason {
    /// `data.json`, `route.mjs`.
    #[error("not a route: Next.js serves files that end in `.tsx`, `.ts`, `.jsx` or `.js`")]
    NotAPage,
    /// `types.d.ts`.
    #[error("type declarations, of which Next.js makes no route")]
    Declarations,
    /// `posts.test.ts`, `__tests__`.
    #[error("a test, or a folder of tests. Next.js would serve it as a route: if you want that, rename it")]
    Test,
    /// `.eslintrc.js`.
    #[error("hidden: names that begin with a dot are not read. If it is a route, rename it")]
    Hidden,
    /// `node_modules`.
    #[error("a folder of npm packages, which is not read")]
    Packages,
    /// `_middleware.ts`, which Next.js had before version 12.2.
    #[error(
        "middleware of one folder, which Next.js itself has dropped: wrap the handlers below it with \
         `handler.wrap(…)`, or put a layer on their routes with `.layer(…)`"
    )]
    Middleware,
    /// `middleware.ts` or `proxy.ts` of the whole project.
    #[error(
        "middleware, which Next.js runs before each route and nothing runs here: if it guards routes, wrap \
         their handlers with `handler.wrap(…)` before you deploy them"
    )]
    MiddlewareOfAll,
    /// `app/api`.
    #[error("route handlers of the App Router, which have another form and are not ported")]
    AppRouter,
    /// A symbolic link.
    #[error(
        "a symbolic link, and links are not followed: put the file itself here, or name the link's target"
    )]
    Link,
    /// A socket, a pipe, a device.
    #[error("not a regular file: move it out of `pages/api`")]
    NotAFile,
    /// A name that is not UTF-8.
    #[error("the name is not UTF-8: rename it")]
    NameNotUtf8,
    /// A text that is not UTF-8.
    #[error("the text is not UTF-8 from byte {0} on: save the file as UTF-8")]
    TextNotUtf8(usize),
    /// A file that is too large to be written by hand.
    #[error("larger than {LARGEST_KB} KB, which is more than this command reads: move data out of the file")]
    TooLarge,
    /// The system refuses to read it.
    #[error("cannot be read: {0}. Check its permissions")]
    Unreadable(io::Error),
    /// A module without a handler.
    #[error(
        "no default export was found, and Next.js answers such a route with 500: export a handler, or move \
         the file out of `pages/api`"
    )]
    NoDefaultExport,
    /// Next.js refuses the route, or API Gateway the name of a parameter.
    #[error("{}", escaped(&.0.to_string()))]
    Route(PatternError),
    /// `v[ver].ts`, `a b.ts`.
    #[error(
        "API Gateway does not take `{}` in a path: rename the file or folder, with only letters, digits, \
         `.`, `_`, `:` and `-` of ASCII",
        printable(.0)
    )]
    UnsupportedSegment(String),
    /// `pages/api/posts/build.rs.ts`: its folder would have the path of a file of `api-posts`.
    #[error(
        "the route contains `{0}`, where Cargo looks for a file of another function: rename the file or \
         folder"
    )]
    CargoPath(&'static str),
    /// `pages/api/functions/api/a.ts`.
    #[error(
        "the route contains `/functions/api`, where `route!` would begin to read it: rename one of the \
         folders"
    )]
    InnerFunctions,
    /// Two files for one route.
    #[error(
        "has the same route as `{}`, `{route}`, and Next.js builds only one of them: remove one",
        shown(.other)
    )]
    SameRoute {
        /// The route of both.
        route: Pattern,
        /// The other file.
        other: PathBuf,
    },
    /// Two files whose routes exclude each other.
    #[error("{reason} The other file is `{}`: rename or remove one", shown(.other))]
    Conflict {
        /// Next.js's own words.
        reason: Box<api_routes_routing::Reason>,
        /// The other file.
        other: PathBuf,
    },
    /// Settings that change which files are routes.
    #[error(
        "line {line} sets `pageExtensions`, which this command does not read: it takes each file that ends \
         in `.tsx`, `.ts`, `.jsx` or `.js` for a route. Check the routes of this plan"
    )]
    PageExtensions {
        /// The line in the settings file.
        line: usize,
    },
}

fn shown(path: &Path) -> String {
    escaped(&path.to_string_lossy())
}
