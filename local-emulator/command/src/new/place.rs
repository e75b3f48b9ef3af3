//! The place of a new function: its route, its folder and its package, checked before anything is written.

use std::fmt;
use std::path::{Path, PathBuf};

use api_routes_project::routes::FUNCTIONS;
use api_routes_project::tool::{command, quoted};
use api_routes_project::workspace::{Project, ProjectError, UnlistedPackage};
use api_routes_routing::{Pattern, PatternError, Segment, conflicts};

use super::package;
use crate::create::NewFile;

/// The place of a new function in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionPlace {
    pub(crate) pattern: Pattern,
    /// Relative to the project: `functions/api/orders/[id]`.
    pub(crate) folder: PathBuf,
    pub(crate) package: String,
}

/// The reason why a function cannot be created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    #[error("`{route}` is not a route: {cause}")]
    Route { route: String, cause: PatternError },
    #[error("`{route}` is not below `/api`: run `{}`", new(&below_api(.route)))]
    NotBelowApi { route: Pattern },
    #[error("`{segment}` cannot be a part of a route: {reason}; name another route")]
    Segment { segment: String, reason: &'static str },
    #[error("`{}` exists: {} answers there; change that function, or name another route", .folder.display(), .pattern)]
    Exists { folder: PathBuf, pattern: Pattern },
    #[error("{0}")]
    Conflict(String),
    #[error("the package `{package}` exists already: run `{}`", new_with_package(.route, .package))]
    PackageExists { package: String, route: Pattern },
    #[error("Cargo keeps the name `{package}` for itself: run `{}`", new_with_package(.route, .package))]
    ReservedName { package: String, route: Pattern },
    #[error(
        "`{0}` is not a name for a package: use letters, digits, `-` and `_` of ASCII, and begin with a letter"
    )]
    PackageName(String),
    #[error(
        "Cargo would build `{}` as a part of the function above it: write `{line}` below `[package]` of `{}` first",
        .folder.display(), .manifest.display()
    )]
    TakenForTarget { folder: PathBuf, manifest: PathBuf, line: &'static str },
    #[error(transparent)]
    Project(#[from] ProjectError),
}

fn new(route: &str) -> String {
    command(&format!("new {}", quoted(route)))
}

fn below_api(route: &Pattern) -> String {
    format!("/api{}", route.to_string().trim_end_matches('/'))
}

fn new_with_package(route: &Pattern, package: &str) -> String {
    command(&format!("new {} --package {package}-2", quoted(&route.to_string())))
}

/// The routes and packages that a new function must not collide with.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) root: PathBuf,
    /// Each route with its folder, relative to the project.
    routes: Vec<(String, Pattern)>,
    packages: Vec<String>,
}

impl Site {
    /// Reads the project of `folder`. A workspace without functions can become a project.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub(crate) fn survey(folder: &Path) -> Result<Self, PlaceError> {
        let project = match Project::examine(folder) {
            Ok((project, _)) if !project.has_workspace() => {
                return Err(ProjectError::NoWorkspace { folder: project.root }.into());
            }
            Ok((project, _)) => project,
            Err(ProjectError::NoFunctions { root }) => {
                let packages = locked_packages(&root);
                return Ok(Self { root, routes: Vec::new(), packages });
            }
            Err(error) => return Err(error.into()),
        };
        let members = project.functions.iter().map(|function| function.route_folder.as_str());
        let unlisted = project.unlisted.iter().map(|unlisted| unlisted.route_folder.as_str());
        let routes = members
            .chain(unlisted)
            .filter_map(|folder| Some((format!("{FUNCTIONS}/{folder}"), Pattern::from_folder(folder).ok()?)));
        let locked = locked_packages(&project.root);
        let binaries = project.binaries.iter().cloned().chain(locked);
        let packages = project.functions.iter().map(|function| function.package.clone());
        Ok(Self {
            routes: routes.collect(),
            packages: packages.chain(binaries).collect(),
            root: project.root,
        })
    }

    /// Returns the names of the existing packages and programs.
    pub(crate) fn package_names(&self) -> impl Iterator<Item = String> {
        self.packages.iter().cloned()
    }

    /// Returns the folders of the existing functions, and one more.
    pub(crate) fn folders_with(&self, folder: &Path) -> Vec<String> {
        let folders = self.routes.iter().map(|(folder, _)| folder.clone());
        folders.chain([folder.display().to_string()]).collect()
    }

    /// Returns a file for the folder of all functions, if that folder does not exist: Git and `sync` ignore empty
    /// folders.
    pub(crate) fn functions_folder(&self) -> Vec<NewFile> {
        let is_there = self.root.join(FUNCTIONS).is_dir();
        let text = "One crate for each route: `api/orders/[id]` answers `/api/orders/7`.\n";
        if is_there { Vec::new() } else { vec![NewFile::new(Path::new(FUNCTIONS).join("README.md"), text)] }
    }

    /// Finds the place of a function for `route`.
    ///
    /// # Errors
    /// Any [`PlaceError`].
    pub(crate) fn place(&self, route: &str, package: Option<&str>) -> Result<FunctionPlace, PlaceError> {
        let route = if route.starts_with('/') { route.to_owned() } else { format!("/{route}") };
        let invalid = |cause| PlaceError::Route { route: route.clone(), cause };
        let pattern = Pattern::parse(&route).map_err(invalid)?;
        pattern.deployable().map_err(invalid)?;
        if pattern.segments().first().is_none_or(|first| first.to_string() != "api") {
            return Err(PlaceError::NotBelowApi { route: pattern });
        }
        has_folders(&pattern)?;
        let folder = folder(&pattern);
        self.is_free(&folder, &pattern)?;
        self.is_apart(&folder)?;
        let package = package.map_or_else(|| package::name(&pattern), str::to_owned);
        if !is_package_name(&package) {
            return Err(PlaceError::PackageName(package));
        }
        if package::is_reserved(&package) {
            return Err(PlaceError::ReservedName { package, route: pattern });
        }
        if self.packages.contains(&package) {
            return Err(PlaceError::PackageExists { package, route: pattern });
        }
        Ok(FunctionPlace { pattern, folder, package })
    }

    /// Checks that Cargo does not build the function as a part of the package above: without a line in its manifest,
    /// Cargo takes `tests/src/main.rs` for a test of that package.
    fn is_apart(&self, folder: &Path) -> Result<(), PlaceError> {
        let Some(above) = folder.parent() else { return Ok(()) };
        let above_name = above.display().to_string();
        let lines = package::manifest_lines(&above_name, &self.folders_with(folder));
        let manifest = above.join("Cargo.toml");
        let text = std::fs::read_to_string(self.root.join(&manifest)).unwrap_or_default();
        let missing = lines.into_iter().find(|line| !text.lines().any(|written| written.trim() == *line));
        match missing {
            Some(line) if !text.is_empty() => {
                Err(PlaceError::TakenForTarget { folder: folder.to_owned(), manifest, line })
            }
            _ => Ok(()),
        }
    }

    fn is_free(&self, folder: &Path, pattern: &Pattern) -> Result<(), PlaceError> {
        if let Some((taken, _)) = self.routes.iter().find(|(_, other)| other == pattern) {
            return Err(PlaceError::Exists { folder: taken.into(), pattern: pattern.clone() });
        }
        if self.root.join(folder).join("Cargo.toml").exists() || self.root.join(folder).join("src").exists() {
            return Err(PlaceError::Exists { folder: folder.to_owned(), pattern: pattern.clone() });
        }
        let mut all = self.routes.clone();
        all.push((folder.display().to_string(), pattern.clone()));
        let found = conflicts(&all);
        let is_of_new = |name: &str| Path::new(name) == folder;
        match found.iter().find(|it| is_of_new(&it.first) || is_of_new(&it.second)) {
            Some(conflict) => Err(PlaceError::Conflict(conflict.to_string())),
            None => Ok(()),
        }
    }
}

/// Checks that `sync` and the emulator look into the folders of a route. Without a folder, as behind other front doors,
/// a literal may begin with a dot.
fn has_folders(pattern: &Pattern) -> Result<(), PlaceError> {
    for segment in pattern.segments() {
        let Segment::Literal(name) = segment else { continue };
        let reason = match name.as_str() {
            "target" => "Cargo keeps what it builds in such a folder",
            "src" => "a crate keeps its sources in such a folder",
            name if name.starts_with('.') => "a folder whose name begins with a dot is not read",
            _ => continue,
        };
        return Err(PlaceError::Segment { segment: name.clone(), reason });
    }
    Ok(())
}

/// Returns the folder of a route. `/api` itself is `api/index`, so that other functions can be beside it, and
/// `/api/index` is `api/index/index`, since a last segment `index` means the folder above it.
pub(super) fn folder(pattern: &Pattern) -> PathBuf {
    let route = pattern.to_string();
    let is_index = pattern.segments().len() == 1 || route.ends_with("/index");
    let below = if is_index { format!("{route}/index") } else { route };
    Path::new(FUNCTIONS).join(below.trim_start_matches('/'))
}

/// Returns the packages that the workspace depends on: a package of the same name would be mistaken for the new one.
fn locked_packages(root: &Path) -> Vec<String> {
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    let lock: toml::Table = toml::from_str(&lock).unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    // Members, and former members, have no source.
    let packages = packages.filter(|package| package.get("source").is_some());
    packages.filter_map(|package| package.get("name")?.as_str().map(str::to_owned)).collect()
}

/// Returns whether Cargo accepts a name for a package with a program.
fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

impl FunctionPlace {
    /// Returns the package as `sync` sees it after its files are written.
    pub(crate) fn unlisted(&self) -> UnlistedPackage {
        let route_folder = self.folder.strip_prefix(FUNCTIONS).unwrap_or(&self.folder);
        let package = Some(self.package.clone());
        UnlistedPackage { route_folder: route_folder.display().to_string(), binary: package.clone(), package }
    }
}

impl fmt::Display for FunctionPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` in `{}`, package `{}`", self.pattern, self.folder.display(), self.package)
    }
}

#[cfg(test)]
mod tests {
    use super::{Site, locked_packages};
    use api_routes_routing::Pattern;

    fn site(folders: &[&str]) -> Site {
        let routes = folders
            .iter()
            .map(|folder| (format!("functions/{folder}"), Pattern::from_folder(folder).unwrap()))
            .collect();
        Site { root: "/nowhere".into(), routes, packages: vec!["api-user".to_owned()] }
    }

    #[test]
    fn free_route_has_a_place() {
        let site = site(&["api/orders"]);
        for (route, place) in [
            (
                "/api/orders/[id]",
                "`/api/orders/[id]` in `functions/api/orders/[id]`, package `api-orders-id`",
            ),
            ("api/a", "`/api/a` in `functions/api/a`, package `api-a`"),
            ("/api", "`/api` in `functions/api/index`, package `api-index`"),
            ("/api/index", "`/api/index` in `functions/api/index/index`, package `api-index`"),
        ] {
            assert_eq!(site.place(route, None).unwrap().to_string(), place);
        }
        assert_eq!(site.place("/api/a", Some("mine")).unwrap().package, "mine");
    }

    #[test]
    fn invalid_route_is_refused_with_the_next_step() {
        let site = site(&["api/orders", "api/posts/[id]", "api/user"]);
        for (route, package, words) in [
            ("/orders", None, "`/orders` is not below `/api`: run `cargo api-routes new /api/orders`"),
            ("/api/orders/", None, "has an empty segment"),
            ("/", None, "run `cargo api-routes new /api`"),
            ("/api/../../x", None, "`..` cannot be a part of a route"),
            ("/api/.", None, "`.` cannot be a part of a route"),
            ("/api/.hidden", None, "a folder whose name begins with a dot is not read"),
            ("/api/target", None, "`target` cannot be a part of a route"),
            ("/api/hello/src", None, "`src` cannot be a part of a route"),
            ("/api/x", Some("build"), "run `cargo api-routes new /api/x --package build-2`"),
            ("/api/x", Some("fn"), "Cargo keeps the name `fn` for itself"),
            ("/api/[...a]/b", None, "Catch-all must be the last part of the URL."),
            ("/api/v[ver]", None, "API Gateway does not take `v[ver]` in a path"),
            ("/api/orders", None, "`functions/api/orders` exists: /api/orders answers there"),
            ("/api/posts/[slug]", None, "different"),
            ("/api/User", Some("api-user"), "run `cargo api-routes new /api/User --package api-user-2`"),
            ("/api/x", Some("1x"), "`1x` is not a name for a package"),
            ("/api/x", Some("a b"), "`a b` is not a name for a package"),
        ] {
            let error = site.place(route, package).unwrap_err().to_string();
            assert!(error.contains(words), "{route}: {error}");
        }
    }

    #[test]
    fn locked_package_is_known_unless_it_was_a_member() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(locked_packages(folder.path()), [""; 0]);
        let lock = "version = 4\n\n[[package]]\nname = \"api-user\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
        std::fs::write(folder.path().join("Cargo.lock"), lock).unwrap();
        assert_eq!(locked_packages(folder.path()), ["serde"]);
    }
}
