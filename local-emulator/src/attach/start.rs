//! The variables and the command with which the developer starts a process.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use api_routes_project::environment::{Variables, as_file};
use api_routes_project::front_doors::{FunctionId, ServedFunction};
use api_routes_project::tool::quoted;
use api_routes_project::workspace::{Function, Project};
use tempfile::NamedTempFile;

use super::AttachError;
use crate::compile::{BuildOptions, BuildProfile};
use crate::target_folder;

/// The way to start a process of a function.
#[derive(Debug)]
pub(super) struct StartCommand {
    pub(super) root: PathBuf,
    target_directory: PathBuf,
    /// The file of variables, in a form that both shells and readers of `.env` files understand.
    pub(super) file: PathBuf,
    /// The command for a terminal.
    pub(super) command: String,
    /// How Cargo builds the function, if it is a package.
    pub(super) build: Option<CargoBuild>,
}

/// How Cargo builds a function.
#[derive(Debug)]
pub(super) struct CargoBuild {
    pub(super) binary: String,
    /// The options that `cargo build` and `cargo run` have in common.
    pub(super) arguments: Vec<String>,
}

impl StartCommand {
    pub(super) fn new(project: &Project, function: &ServedFunction, options: &BuildOptions) -> Self {
        let file =
            project.target_directory.join(target_folder::NAME).join(format!("{}.env", function.id.name()));
        let package = match &function.id {
            FunctionId::Package(name) => project.functions.iter().find(|function| function.package == *name),
            FunctionId::Folder(_) => None,
        };
        let build = package.map(|package| CargoBuild::new(package, project, options));
        let (folder, program) = match &build {
            Some(CargoBuild { arguments, .. }) => {
                let words: Vec<_> = arguments.iter().map(|argument| quoted(argument)).collect();
                (project.root.clone(), format!("cargo {} {}", "run", words.join(" ")))
            }
            None => (function.folder.clone(), "./bootstrap".to_owned()),
        };
        let command = command(&folder, &file, &program);
        let (root, target_directory) = (project.root.clone(), project.target_directory.clone());
        Self { root, target_directory, file, command, build }
    }

    /// Writes the variables to a file that only its owner can read, since there are secrets among them.
    pub(super) fn write(&self, variables: &Variables) -> Result<(), AttachError> {
        let failed = |cause| AttachError::Write { file: self.file.clone(), cause };
        // The process starts through Cargo, a shell or an IDE, which need the developer's own `PATH`.
        let variables = variables.iter().filter(|(name, _)| *name != "PATH");
        let text = as_file(variables.map(|(name, value)| (name.as_str(), value.as_str())));
        target_folder::make(&self.target_directory).and_then(|()| replace(&self.file, &text)).map_err(failed)
    }
}

impl CargoBuild {
    fn new(function: &Function, project: &Project, options: &BuildOptions) -> Self {
        let Function { package, binary, .. } = function;
        let mut arguments = vec!["-p".to_owned(), package.clone(), "--bin".to_owned(), binary.clone()];
        let own = format!("{package}/");
        let features = options.features.iter().chain(&project.exceptions.features);
        for feature in features.filter(|feature| feature.starts_with(&own)) {
            arguments.extend(["--features".to_owned(), feature.clone()]);
        }
        if options.profile == BuildProfile::Release {
            arguments.push("--release".to_owned());
        }
        Self { binary: binary.clone(), arguments }
    }
}

/// Returns a command for any shell. The variables of that shell stay as they are.
fn command(folder: &Path, file: &Path, program: &str) -> String {
    let is_here = std::env::current_dir().and_then(fs::canonicalize).is_ok_and(|here| here == folder);
    let file = file.strip_prefix(folder).unwrap_or(file);
    let enter = if is_here { String::new() } else { format!("cd {} && ", quoted(&folder.to_string_lossy())) };
    let script = format!("{enter}set -a && . {} && exec {program}", quoted(&path_of(file)));
    format!("sh -c {}", quoted(&script))
}

/// Returns a path that contains a slash. The shell would look for a name without a slash in `PATH`.
fn path_of(file: &Path) -> String {
    let path = file.to_string_lossy();
    if path.contains('/') { path.into_owned() } else { format!("./{path}") }
}

/// Replaces a file as a whole, so that a process sees either the old one or the new one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Only its owner can read and write such a file.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::command;

    #[test]
    fn command_enters_the_folder_of_the_project() {
        let command = command(Path::new("/my shop"), Path::new("/my shop/target/a.env"), "cargo build");
        assert_eq!(command, r"sh -c 'cd '\''/my shop'\'' && set -a && . target/a.env && exec cargo build'");
    }

    #[test]
    fn command_needs_no_folder_in_the_project() {
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        let command = command(&here, &here.join("a.env"), "cargo build");
        assert_eq!(command, "sh -c 'set -a && . ./a.env && exec cargo build'");
    }
}
