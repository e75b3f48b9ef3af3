//! What a function runs.

use std::path::{Component, Path, PathBuf};

use super::node::Node;
use super::reader::Reader;
use super::resource::Resource;

/// How `sam build` builds a binary of this workspace.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-rust.html>
pub(crate) const BUILD_METHOD: &str = "rust-cargolambda";

/// The code of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// `Metadata.BuildProperties.Binary`: a binary of this workspace.
    Binary(String),
    /// `CodeUri`: a folder, relative to the template, that is deployed as it is. Its `bootstrap` is what Lambda
    /// runs, whatever it is written in.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>
    Bootstrap(PathBuf),
    /// What is not on this machine as it runs on Lambda.
    Elsewhere,
}

impl Code {
    /// The name of the binary, if it is one.
    pub fn binary(&self) -> Option<&str> {
        match self {
            Self::Binary(binary) => Some(binary),
            Self::Bootstrap(_) | Self::Elsewhere => None,
        }
    }
}

/// Where code that is elsewhere leaves a route without its function, the developer is told.
pub(super) fn read(resource: &Resource<'_>, is_called: bool, reader: &mut Reader) -> Code {
    let build = resource.metadata("BuildProperties");
    if let Some(binary) = build.and_then(|build| build.get("Binary")).and_then(Node::text) {
        return Code::Binary(binary);
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

/// With a `BuildMethod`, `sam build` makes something else of the folder; other runtimes bring a `bootstrap` of
/// their own.
fn bootstrap(resource: &Resource<'_>) -> Option<Code> {
    let text = |name| resource.property(name).node().and_then(Node::text);
    let brings_its_runtime = text("Runtime").is_none_or(|runtime| runtime.starts_with("provided"));
    let is_built = resource.metadata("BuildMethod").is_some();
    let folder = text("CodeUri").filter(|_| brings_its_runtime && !is_built)?;
    is_folder(&folder).then(|| Code::Bootstrap(normal(Path::new(&folder))))
}

/// Neither an object of S3 nor an archive.
fn is_folder(uri: &str) -> bool {
    let is_archive =
        Path::new(uri).extension().is_some_and(|extension| extension == "zip" || extension == "jar");
    !uri.contains("://") && !is_archive
}

/// Without `.`, so that file events name the same path.
fn normal(folder: &Path) -> PathBuf {
    folder.components().filter(|component| *component != Component::CurDir).collect()
}
