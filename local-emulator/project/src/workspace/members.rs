//! Finds the members of the workspace that are functions, with the folders that each is built from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, Package};

use super::error::ProjectError;
use super::function::Function;

/// Returns the members whose manifest is below `folder`, by folder, and the reasons why others cannot be served.
pub(super) fn functions(metadata: &Metadata, folder: &Path) -> (Vec<Function>, Vec<ProjectError>) {
    let packages = metadata.workspace_packages();
    let mut functions = Vec::new();
    let mut problems = Vec::new();
    for package in &packages {
        let Some(route_folder) = route_folder(package, folder) else { continue };
        match function(package, route_folder, &packages) {
            Ok(function) => functions.push(function),
            Err(problem) => problems.push(problem),
        }
    }
    functions.sort_by(|a, b| a.route_folder.cmp(&b.route_folder));
    problems.extend(same_binaries(&mut functions, &packages));
    (functions, problems)
}

/// Returns the folder of a package. `None` for a package elsewhere, and for a package in `functions/` itself, which is
/// not a route.
fn route_folder(package: &Package, functions: &Path) -> Option<String> {
    let below = manifest_folder(package).strip_prefix(functions).ok()?;
    let segments: Vec<_> = below.iter().map(|segment| segment.to_string_lossy()).collect();
    (!segments.is_empty()).then(|| segments.join("/"))
}

fn function(
    package: &Package,
    route_folder: String,
    packages: &[&Package],
) -> Result<Function, ProjectError> {
    Ok(Function {
        route_folder,
        package: package.name.to_string(),
        binary: binary(package)?,
        folder: manifest_folder(package).to_owned(),
        sources: sources(package, packages),
    })
}

/// Returns the names of all binaries, of functions or not.
pub(super) fn binaries(metadata: &Metadata) -> BTreeSet<String> {
    let targets = metadata.workspace_packages().into_iter().flat_map(|package| &package.targets);
    targets.filter(|target| target.is_bin()).map(|target| target.name.clone()).collect()
}

/// Returns the only binary, else the default binary of `cargo run`, else the binary with the name of the package.
fn binary(package: &Package) -> Result<String, ProjectError> {
    let binaries: Vec<&String> = package.targets.iter().filter(|t| t.is_bin()).map(|t| &t.name).collect();
    let preferred = package.default_run.as_deref().unwrap_or(package.name.as_str());
    match binaries[..] {
        [] => Err(ProjectError::NoBinary {
            package: package.name.to_string(),
            folder: manifest_folder(package).to_owned(),
        }),
        [only] => Ok(only.clone()),
        _ if binaries.iter().any(|name| *name == preferred) => Ok(preferred.to_owned()),
        _ => Err(ProjectError::AmbiguousBinary {
            package: package.name.to_string(),
            binaries: binaries.into_iter().cloned().collect(),
            folder: manifest_folder(package).to_owned(),
        }),
    }
}

/// Returns the package's folder and the folders of its path dependencies. A path outside the workspace counts too, but
/// not its own dependencies: Cargo only reports members here.
fn sources(package: &Package, packages: &[&Package]) -> Vec<PathBuf> {
    let mut folders = vec![manifest_folder(package).to_owned()];
    let mut next = 0;
    while let Some(folder) = folders.get(next) {
        let member = packages.iter().find(|package| manifest_folder(package) == folder);
        for path in member.into_iter().flat_map(|member| path_dependencies(member)) {
            if !folders.contains(&path) {
                folders.push(path);
            }
        }
        next += 1;
    }
    folders
}

/// Returns the path dependencies, without development dependencies, which are not in the binary.
fn path_dependencies(package: &Package) -> Vec<PathBuf> {
    let built = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
    built.filter_map(|dependency| dependency.path.clone()).map(Into::into).collect()
}

fn manifest_folder(package: &Package) -> &Path {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest)
}

/// Removes functions whose binary overwrites another one. The first of them stays, and a package that is not a function
/// has priority. Cargo itself only warns of them, since each is valid alone:
/// <https://github.com/rust-lang/cargo/issues/6313>.
fn same_binaries(functions: &mut Vec<Function>, packages: &[&Package]) -> Vec<ProjectError> {
    let mut seen = binaries_of_others(functions, packages);
    let mut problems = Vec::new();
    functions.retain(|function| match seen.get(&function.binary) {
        None => {
            seen.insert(function.binary.clone(), function.package.clone());
            true
        }
        Some(first) => {
            problems.push(ProjectError::SameBinary {
                binary: function.binary.clone(),
                first: first.clone(),
                second: function.package.clone(),
                folder: function.folder.clone(),
            });
            false
        }
    });
    problems
}

/// Returns the packages that are not functions, by binary.
fn binaries_of_others(functions: &[Function], packages: &[&Package]) -> BTreeMap<String, String> {
    let is_function =
        |package: &Package| functions.iter().any(|function| *function.package == **package.name);
    let others = packages.iter().filter(|package| !is_function(package));
    let targets = others.flat_map(|package| package.targets.iter().map(|target| (target, &package.name)));
    let binaries = targets.filter(|(target, _)| target.is_bin());
    binaries.map(|(target, package)| (target.name.clone(), package.to_string())).collect()
}
