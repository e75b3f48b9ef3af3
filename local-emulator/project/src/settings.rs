//! The settings that a developer can change without a build: the template and the environment files.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::deployed::DeployedStack;
use crate::environment::{Dotenv, DotenvContext, DotenvError, Sources, named_region};
use crate::pipe::{PipeWait, SilentWait};
use crate::template::{Code, Context, Inputs, SamConfigError, Template, TemplateError, TemplateFunction};
use crate::tool::command;
use crate::workspace::Project;

mod api_keys;
mod undeployed;

pub(crate) use undeployed::UndeployedVariable;

/// The number of `.env` problems that are printed. A file of another format has a problem in each line.
const COMPLAINTS: usize = 10;

/// The settings of all functions, read together, so that a broken file changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    template: Template,
    has_template: bool,
    dotenv: Dotenv,
    /// The region of the deployment, unless a developer's environment names another.
    region: String,
    /// The problems to print, in this order.
    pub warnings: Vec<String>,
    /// The warnings about folders of code.
    of_code: Vec<String>,
    deployed: Option<Arc<DeployedStack>>,
}

/// The paths that are watched for the settings, in addition to the template itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedPaths {
    /// The folders that are a function's code as they are.
    pub code: Vec<PathBuf>,
    /// The further files of the template: files of nested stacks, and included files.
    pub templates: Vec<PathBuf>,
    /// The `.env` files of the mode, whether they exist or not.
    pub environment: Vec<PathBuf>,
}

/// The reasons why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// `template.yaml`.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// `samconfig.toml`.
    #[error(transparent)]
    SamConfig(#[from] SamConfigError),
    /// A `.env` file.
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
}

impl Settings {
    /// Reads the files of `project`, the `.env` files in mode `development`. Without a template every function gets
    /// Lambda's defaults.
    ///
    /// # Errors
    /// A [`SettingsError`] for a file that exists and is broken. After start, print it and keep the old settings.
    pub fn read(project: &Project) -> Result<Self, SettingsError> {
        Self::read_with(project, &DotenvContext::default(), &SilentWait)
    }

    /// Reads the settings like [`read`](Self::read), with the `.env` files of `context`. Calls `wait` while a file is a
    /// named pipe without a writer.
    ///
    /// # Errors
    /// The same errors as [`read`](Self::read).
    pub fn read_with(
        project: &Project,
        context: &DotenvContext,
        wait: &dyn PipeWait,
    ) -> Result<Self, SettingsError> {
        let root = &project.root;
        let packages = project.packages();
        let dotenv = Dotenv::read(root, context, wait)?;
        let mut inputs = Inputs::read(root, &project.overrides)?;
        let region = inputs.region.clone();
        // The template gets the region that functions get.
        if let Some(named) = named_region(&context.shell, &dotenv) {
            named.clone_into(&mut inputs.region);
        }
        let of_template = Context { packages: &packages, inputs, root: Some(root) };
        let template = Template::read(root, &of_template, wait)?;
        let mut warnings = match &template {
            Some(template) => {
                let undeployed = UndeployedVariable::find(&dotenv, template, &project.exceptions);
                let undeployed = undeployed.iter().map(|variable| {
                    format!("{}: {}", variable.message(), variable.help(&project.exceptions))
                });
                template.warnings.iter().map(ToString::to_string).chain(undeployed).collect()
            }
            None => vec![
                "no `template.yaml`: every function has 3 seconds, 128 MB and no variables of its own"
                    .to_owned(),
            ],
        };
        warnings.extend(complaints(&dotenv));
        let has_template = template.is_some();
        let template = template.unwrap_or_default();
        let deployed = project.deployed.clone();
        let of_code = Vec::new();
        let mut settings = Self { template, has_template, dotenv, region, warnings, of_code, deployed };
        settings.tell_missing_keys(&context.shell);
        settings.examine_code(root);
        Ok(settings)
    }

    /// Checks the folders of code again for code that Lambda could not start, and replaces the warnings about it.
    pub fn examine_code(&mut self, root: &Path) {
        let Self { template, warnings, of_code, .. } = self;
        warnings.retain(|warning| !of_code.contains(warning));
        *of_code = template.functions.iter().filter_map(|function| cannot_start(function, root)).collect();
        warnings.extend(of_code.iter().cloned());
    }

    /// Gives each variable that the template leaves open its value in a deployed stack.
    pub fn fill_in(&mut self, stack: Arc<DeployedStack>) {
        self.deployed = Some(stack);
    }

    /// Returns the folders and files that the template and the mode name.
    pub fn named_paths(&self, root: &Path) -> NamedPaths {
        let folder = |function: &TemplateFunction| match &function.code {
            Code::Bootstrap(folder) => Some(root.join(folder)),
            Code::Binary(_) | Code::Elsewhere => None,
        };
        NamedPaths {
            code: self.template.functions.iter().filter_map(folder).collect(),
            templates: self.template.files.iter().skip(1).map(|file| root.join(file)).collect(),
            environment: self.dotenv.mode.files().iter().map(|file| root.join(file)).collect(),
        }
    }

    /// Whether there is a template.
    pub fn has_template(&self) -> bool {
        self.has_template
    }

    /// Returns the variables of `.env` files.
    pub fn dotenv(&self) -> &Dotenv {
        &self.dotenv
    }

    /// Returns a variable that the emulator itself reads: from `shell`, else from the `.env` files.
    pub fn own_variable<'a>(&'a self, name: &str, shell: &'a BTreeMap<String, String>) -> Option<&'a str> {
        let of_shell = shell.get(name).map(String::as_str);
        of_shell.or_else(|| self.dotenv.get(name).map(|(value, _)| value))
    }

    /// Lists the `.env` files that exist and are not read, each with the command that reads it. `None` if there is
    /// none.
    pub fn unread_files(&self) -> Option<String> {
        let Dotenv { mode, unread, .. } = &self.dotenv;
        let files: Vec<_> = unread.iter().map(ToString::to_string).collect();
        (!files.is_empty()).then(|| format!("not read in mode `{mode}`: {}", files.join(", ")))
    }

    /// Returns the template, with functions that are not members of this workspace.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Returns the settings of a binary's function; Lambda's defaults if the template has none.
    pub fn function(&self, binary: &str) -> TemplateFunction {
        self.template.function(binary).cloned().unwrap_or_else(|| TemplateFunction::unlisted(binary))
    }

    /// Returns the sources of a function's environment; `function` comes from [`Self::function`].
    pub fn sources<'a>(
        &'a self,
        function: &'a TemplateFunction,
        shell: &'a BTreeMap<String, String>,
        task_root: &'a Path,
    ) -> Sources<'a> {
        let stack = self.deployed.as_ref().and_then(|stack| stack.variables(&function.logical_id));
        Sources { shell, dotenv: &self.dotenv, function, region: &self.region, stack, task_root }
    }
}

/// Returns the first problems of `.env` files, and the number of the others.
fn complaints(dotenv: &Dotenv) -> impl Iterator<Item = String> {
    let more = dotenv.complaints.len().saturating_sub(COMPLAINTS);
    let more = (more > 0).then(|| {
        format!(
            "{more} more places in `.env` files are not read as they seem: see them with `{}`",
            command("check")
        )
    });
    dotenv.complaints.iter().take(COMPLAINTS).map(ToString::to_string).chain(more)
}

fn cannot_start(function: &TemplateFunction, root: &Path) -> Option<String> {
    let Code::Bootstrap(folder) = &function.code else { return None };
    let bootstrap = folder.join("bootstrap");
    let problem = match fs::metadata(root.join(&bootstrap)) {
        Ok(file) if file.is_file() && file.permissions().mode() & 0o111 != 0 => return None,
        Ok(file) if file.is_file() => "may not be run: `chmod +x` it",
        _ => "is not there: put a program of this name into the folder that `CodeUri` names",
    };
    Some(format!("`{}` cannot start: `{}` {problem}", function.logical_id, bootstrap.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use tempfile::tempdir;

    use super::{Settings, SettingsError, TemplateFunction};
    use crate::fixture::project;

    #[test]
    fn without_a_template_functions_have_lambdas_defaults() {
        let settings = Settings::read(&project(tempdir().unwrap().path(), &[])).unwrap();
        assert_eq!(settings.function("api-user"), TemplateFunction::unlisted("api-user"));
        assert_eq!(settings.warnings.len(), 1);
    }

    #[test]
    fn broken_file_is_an_error() {
        let root = tempdir().unwrap();
        fs::write(root.path().join("template.yaml"), "Resources: {").unwrap();
        assert!(matches!(Settings::read(&project(root.path(), &[])), Err(SettingsError::Template(_))));
        fs::write(root.path().join("template.yaml"), "Resources: {}").unwrap();
        assert_eq!(Settings::read(&project(root.path(), &[])).unwrap().warnings, [""; 0]);
        // A link to itself cannot be read by any user.
        symlink(".env", root.path().join(".env")).unwrap();
        assert!(matches!(Settings::read(&project(root.path(), &[])), Err(SettingsError::Dotenv(_))));
    }

    #[test]
    fn bad_line_is_a_warning_and_the_rest_is_read() {
        let root = tempdir().unwrap();
        fs::write(root.path().join("template.yaml"), "Resources: {}").unwrap();
        fs::write(root.path().join(".env"), "not a variable\nA=1\n").unwrap();
        let settings = Settings::read(&project(root.path(), &[])).unwrap();
        let expected = ".env:1:1: this line sets no variable and is skipped; write `NAME=value`, or `#` before a comment";
        assert_eq!(settings.warnings, [expected]);
        assert_eq!(settings.dotenv.get("A").map(|(value, _)| value), Some("1"));
    }

    #[test]
    fn many_bad_lines_are_counted() {
        let root = tempdir().unwrap();
        fs::write(root.path().join("template.yaml"), "Resources: {}").unwrap();
        fs::write(root.path().join(".env"), "not a variable\n".repeat(1000)).unwrap();
        let warnings = Settings::read(&project(root.path(), &[])).unwrap().warnings;
        assert_eq!(warnings.len(), 11);
        assert!(warnings[10].starts_with("990 more places in `.env` files"), "{warnings:?}");
    }
}
