//! The code that a function runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use api_routes_routing::PathTemplate;

use super::event;
use super::files::normal;
use super::reader::Reader;
use super::resource::{FUNCTION, Resource};
use super::value::TemplateValue;
use crate::routes::{FUNCTIONS, RoutePackage};

/// The method by which `sam build` builds a binary of this workspace.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-rust.html>
pub(crate) const BUILD_METHOD: &str = "rust-cargolambda";

/// The file that cargo-lambda makes with `--output-format zip`, in a binary's folder.
const ARCHIVE: &str = "bootstrap.zip";

/// The code of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A binary of this workspace.
    Binary(String),
    /// `CodeUri`: a folder, relative to the template, that is deployed as it is. Lambda runs its `bootstrap`, in
    /// whatever language.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>
    Bootstrap(PathBuf),
    /// Code that this machine does not have in the form in which Lambda runs it.
    Elsewhere,
}

/// The property that names a function's binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedBy {
    /// `Metadata.BuildProperties.Binary`.
    Binary,
    /// `CodeUri` is the folder of the package: `functions/api/user`.
    PackageFolder,
    /// `CodeUri` is the output of cargo-lambda: `target/lambda/api-user/`.
    Output,
    /// No property names it. The function has the events of the route.
    Events,
}

/// The binary of each function, by logical id.
pub(super) type Binaries = BTreeMap<String, (String, NamedBy)>;

impl Code {
    /// Returns the name of the binary, if the code is one.
    pub fn binary(&self) -> Option<&str> {
        match self {
            Self::Binary(binary) => Some(binary),
            Self::Bootstrap(_) | Self::Elsewhere => None,
        }
    }
}

/// Returns the binary of each function. A function without `Binary` has the binary of a route if its `CodeUri` or else
/// its events say so, and if no other function has that binary.
pub(super) fn binaries(resources: &[Resource<'_>], packages: &[RoutePackage]) -> Binaries {
    let functions: Vec<_> = resources.iter().filter(|resource| resource.kind == FUNCTION).collect();
    let mut binaries = Binaries::new();
    for resource in &functions {
        if let Some(binary) = property(resource) {
            binaries.insert(resource.logical_id.clone(), (binary, NamedBy::Binary));
        }
    }
    let others: Vec<_> =
        functions.iter().filter(|it| property(it).is_none() && brings_its_runtime(it)).collect();
    for resource in &others {
        // A name that no package has belongs to a package that is gone.
        if let Some(binary) = output(resource).filter(|binary| packages.iter().all(|it| it.binary != *binary))
        {
            binaries.insert(resource.logical_id.clone(), (binary, NamedBy::Output));
        }
    }
    for package in packages {
        if binaries.values().any(|(binary, _)| *binary == package.binary) {
            continue;
        }
        let free = || others.iter().filter(|resource| !binaries.contains_key(&resource.logical_id));
        let named = free().filter_map(|resource| Some((*resource, named_by_code_uri(resource, package)?)));
        let named: Vec<_> = named.collect();
        let reached = named.iter().find(|(resource, _)| package.is_reached_by(&paths(resource)));
        let found = reached.or(named.first()).map(|(resource, by)| (resource.logical_id.clone(), *by));
        let found = found.or_else(|| {
            let is_its_own = |resource: &&&&Resource<'_>| {
                !packages.iter().any(|it| named_by_code_uri(resource, it).is_some())
            };
            let mut own = free().filter(is_its_own);
            own.find(|resource| package.is_reached_by(&paths(resource)))
                .map(|resource| (resource.logical_id.clone(), NamedBy::Events))
        });
        if let Some((logical_id, by)) = found {
            binaries.insert(logical_id, (package.binary.clone(), by));
        }
    }
    binaries
}

fn property(resource: &Resource<'_>) -> Option<String> {
    resource.metadata("BuildProperties")?.get("Binary")?.text()
}

fn named_by_code_uri(resource: &Resource<'_>, package: &RoutePackage) -> Option<NamedBy> {
    let code_uri = code_uri(resource)?;
    if code_uri == Path::new(&package.folder) {
        return Some(NamedBy::PackageFolder);
    }
    (output(resource)? == package.binary).then_some(NamedBy::Output)
}

/// Returns the binary whose folder in cargo-lambda's output is the `CodeUri`.
fn output(resource: &Resource<'_>) -> Option<String> {
    let code_uri = code_uri(resource)?;
    let folder = if code_uri.ends_with(ARCHIVE) { code_uri.parent()? } else { &code_uri };
    let is_output = folder.parent()?.ends_with("target/lambda");
    folder.file_name().filter(|_| is_output)?.to_str().map(str::to_owned)
}

/// Returns `CodeUri` from the root of the project, without `.`, so that file events have the same path.
fn code_uri(resource: &Resource<'_>) -> Option<PathBuf> {
    let uri = resource.property("CodeUri").node().and_then(TemplateValue::text)?;
    Some(normal(&resource.folder.join(uri)))
}

/// Returns the paths of its events.
fn paths(resource: &Resource<'_>) -> Vec<PathTemplate> {
    event::read(resource, &mut Reader::new("")).iter().filter_map(event::Event::path).collect()
}

/// Whether the function runs on an OS-only runtime. Other runtimes have their own `bootstrap`, and code that is not a
/// binary.
fn brings_its_runtime(resource: &Resource<'_>) -> bool {
    let text = |name| resource.property(name).node().and_then(TemplateValue::text);
    let method = resource.metadata("BuildMethod").and_then(TemplateValue::text);
    let is_image = text("PackageType").is_some_and(|kind| kind == "Image");
    text("Runtime").is_none_or(|runtime| runtime.starts_with("provided"))
        && method.is_none_or(|method| method == BUILD_METHOD || method == "makefile")
        && resource.property("InlineCode").node().is_none()
        && !is_image
}

/// Returns the code of a function, and warns if a route loses its function because its code is elsewhere.
pub(super) fn read(
    resource: &Resource<'_>,
    binaries: &Binaries,
    is_called: bool,
    reader: &mut Reader,
) -> Code {
    if let Some((binary, _)) = binaries.get(&resource.logical_id) {
        return Code::Binary(binary.clone());
    }
    let code = bootstrap(resource).unwrap_or(Code::Elsewhere);
    if code == Code::Elsewhere && is_called {
        reader.warning(
            resource.key,
            format!(
                "`{}` is not served: the emulator runs binaries of this workspace (`Metadata.BuildProperties.Binary`), \
                 and a `CodeUri` with a `bootstrap` for the runtime `provided.al2023`",
                resource.logical_id
            ),
        );
    }
    code
}

/// Returns the folder below `functions/` that a function is built from, if no property names its binary.
pub(super) fn package_folder(resource: &Resource<'_>) -> Option<String> {
    let folder = code_uri(resource).filter(|_| brings_its_runtime(resource))?;
    folder.starts_with(FUNCTIONS).then(|| folder.to_string_lossy().into_owned())
}

/// Returns the folder of a `bootstrap`. With a `BuildMethod`, `sam build` makes something else of the folder, and other
/// runtimes have their own `bootstrap`.
fn bootstrap(resource: &Resource<'_>) -> Option<Code> {
    let text = |name| resource.property(name).node().and_then(TemplateValue::text);
    let brings_its_runtime = text("Runtime").is_none_or(|runtime| runtime.starts_with("provided"));
    let is_built = resource.metadata("BuildMethod").is_some();
    let folder = text("CodeUri").filter(|_| brings_its_runtime && !is_built)?;
    is_folder(&folder).then(|| Code::Bootstrap(normal(&resource.folder.join(folder))))
}

/// Whether a `CodeUri` is neither an object of S3 nor an archive.
fn is_folder(uri: &str) -> bool {
    let is_archive =
        Path::new(uri).extension().is_some_and(|extension| extension == "zip" || extension == "jar");
    !uri.contains("://") && !is_archive
}
