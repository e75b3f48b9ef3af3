//! The environment of a function: the variables that Lambda sets and that the developer declares, without the rest of
//! the shell, so that a function cannot depend on the developer's machine.

mod assignment;
mod dotenv;
mod file;
mod open;
mod origin;
mod shell;
mod variables;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::aws::{ACCOUNT, REGION_NAMES, is_ignored};
use crate::template::{TemplateFunction, Variable};

use assignment::Layers;

pub use assignment::Assignment;
pub use dotenv::{
    Dotenv, DotenvComplaint, DotenvContext, DotenvError, DotenvProblem, Mode, ModeError, UnreadFile,
};
pub use file::as_file;
pub use origin::{Origin, Source};
pub use shell::shell;
pub use variables::Variables;

/// The variables of `.env` and of the shell that are settings of the emulator. A function never gets them.
pub(crate) const OF_EMULATOR: [&str; 2] = [API_KEYS, "API_ROUTES_CLAIMS"];

/// The variable with the values of API keys that only AWS or the developer knows, with commas between them.
pub const API_KEYS: &str = "API_ROUTES_API_KEYS";

/// The variables that have another value in each sandbox.
pub const OF_SANDBOX: [&str; 2] = ["AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API"];

/// The sources of a function's variables.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The emulator's own environment.
    pub shell: &'a BTreeMap<String, String>,
    /// The variables of the `.env` files.
    pub dotenv: &'a Dotenv,
    /// The function's name, memory and declared variables.
    pub function: &'a TemplateFunction,
    /// The default region, for a shell and `.env` files without a region.
    pub region: &'a str,
    /// The variables of the deployed function, if a stack was queried for them.
    pub stack: Option<&'a Variables>,
    /// The folder that replaces `/var/task`.
    pub task_root: &'a Path,
}

/// A function's environment, complete except for the variables [`OF_SANDBOX`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Environment {
    /// The variables that the process gets, by name.
    pub assignments: BTreeMap<String, Assignment>,
    /// The variables of the template whose value only AWS knows and no source sets, by name: the intrinsic function or
    /// the text of the template.
    pub unset: BTreeMap<String, String>,
    /// The variables that the function does not get, with the reason.
    pub warnings: Vec<String>,
}

impl Environment {
    /// Removes the values of a deployed stack, which are not written to the disk.
    #[must_use]
    pub fn without_stack(mut self) -> Self {
        self.assignments.retain(|_, assignment| assignment.origin.source != Source::Stack);
        self
    }

    /// Returns the variables for a process, without their origins.
    pub fn into_variables(self) -> Variables {
        let assignments = self.assignments.into_iter();
        assignments.map(|(name, assignment)| (name, assignment.value)).collect()
    }
}

/// Hides the values of the shell, which may be secrets.
impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shell, dotenv, function, region, stack, task_root } = self;
        f.debug_struct("Sources")
            .field("shell", &shell.keys())
            .field("dotenv", dotenv)
            .field("function", function)
            .field("region", region)
            .field("stack", stack)
            .field("task_root", task_root)
            .finish()
    }
}

impl Sources<'_> {
    /// Puts the environment together. Lambda's own names win; then, for a declared name, the shell, the `.env` files
    /// and the template, in this order. The deployed function has the values that the template leaves open.
    pub fn environment(&self) -> Environment {
        let mut layers = Layers::default();
        add_defaults(&mut layers);
        self.add_logging(&mut layers);
        self.add_template(&mut layers);
        self.add_stack(&mut layers);
        self.add_profile_files(&mut layers);
        self.add_dotenv(&mut layers);
        self.add_shell(&mut layers);
        self.add_lambda(&mut layers);
        let unset = self.unset();
        let unknown = unset.iter().map(|(name, intrinsic)| self.unknown(name, intrinsic));
        let warnings = unknown.chain(self.ignored()).collect();
        Environment { assignments: layers.assignments(), unset, warnings }
    }

    /// Returns the region of the function: `AWS_REGION`, `AWS_DEFAULT_REGION`, else the region of the deployment.
    pub fn region(&self) -> &str {
        self.region_of(REGION_NAMES[0]).1
    }

    /// Returns the region as the value of the variable `name`, with its origin.
    fn region_of(&self, name: &str) -> (Origin, &str) {
        let named = REGION_NAMES.into_iter().find_map(|from| {
            let (source, region) = self.developers(from)?;
            Some((Origin::new(source, name, from), region))
        });
        named.unwrap_or((Source::Lambda.into(), self.region))
    }

    /// Adds the format and the level of a JSON log. Both may be overridden, so that a terminal can have text where
    /// CloudWatch has JSON.
    fn add_logging(&self, layers: &mut Layers) {
        if let Some(level) = self.function.logging.json {
            layers.add("AWS_LAMBDA_LOG_FORMAT", Source::Lambda, "JSON");
            layers.add("AWS_LAMBDA_LOG_LEVEL", Source::Lambda, level);
        }
    }

    fn add_template(&self, layers: &mut Layers) {
        for (name, variable) in &self.function.variables {
            match variable {
                Variable::Value(value) => layers.add(name, Source::Template, value),
                Variable::Intrinsic(_) => layers.add_unknown(name, Source::Template),
            }
        }
    }

    /// Adds the files of a profile, which SDKs look for below `HOME`, a variable that functions lack.
    fn add_profile_files(&self, layers: &mut Layers) {
        let Some(home) = self.developers("AWS_PROFILE").and(self.shell.get("HOME")) else { return };
        for (name, file) in [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")] {
            layers.add(name, Origin::new(Source::Shell, name, "HOME"), format!("{home}/.aws/{file}"));
        }
    }

    fn add_dotenv(&self, layers: &mut Layers) {
        for (name, value, file) in
            self.dotenv.all().filter(|(name, ..)| !is_ignored(name) && !OF_EMULATOR.contains(name))
        {
            layers.add(name, Source::File(file.clone()), value);
        }
    }

    /// Warnings of the names in `.env` that have no effect.
    fn ignored(&self) -> impl Iterator<Item = String> {
        let ignored = self.dotenv.iter().filter(|(name, ..)| is_ignored(name));
        ignored.map(|(name, _, file)| format!("`{name}` in `{file}` is ignored: Lambda sets it itself"))
    }

    fn add_shell(&self, layers: &mut Layers) {
        for (name, value) in self.shell.iter().filter(|(name, _)| self.is_taken_from_the_shell(name)) {
            layers.add(name, Source::Shell, value);
        }
    }

    /// Whether a function gets a variable of the shell: a declared name, a name that finds the developer's account, or
    /// `RUST_LOG`, `RUST_BACKTRACE` and similar names, without the counter of rustup.
    fn is_taken_from_the_shell(&self, name: &str) -> bool {
        let is_declared = || {
            self.function.variables.contains_key(name)
                || self.deployed(name).is_some()
                || (self.dotenv.get(name).is_some() && !is_ignored(name))
        };
        let is_rusts = || name.starts_with("RUST_") && name != "RUST_RECURSION_COUNT";
        let is_accounts = || ACCOUNT.contains(&name) || name.starts_with("AWS_ENDPOINT_URL");
        !OF_EMULATOR.contains(&name) && (is_declared() || is_rusts() || is_accounts())
    }

    /// Adds the variables that nobody can override, as on `provided.al2023`: without `AWS_EXECUTION_ENV`, and without
    /// `_X_AMZN_TRACE_ID`, which the function's runtime sets for each invocation.
    fn add_lambda(&self, layers: &mut Layers) {
        let TemplateFunction { name, handler, memory_mb, logging, initialization, .. } = self.function;
        let log_group = logging.group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"));
        let variables = [
            ("_HANDLER", handler.clone()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory_mb.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", initialization.name().to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", log_group),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
            ("LAMBDA_TASK_ROOT", self.task_root.display().to_string()),
        ];
        for (name, value) in variables {
            layers.add(name, Source::Lambda, value);
        }
        for name in REGION_NAMES {
            let (origin, region) = self.region_of(name);
            layers.add(name, origin, region);
        }
    }

    /// Returns the developer's value of a name: from the shell, else from the strongest `.env` file that has it.
    fn developers(&self, name: &str) -> Option<(Source, &str)> {
        let shell = self.shell.get(name).map(|value| (Source::Shell, value.as_str()));
        shell.or_else(|| self.dotenv.get(name).map(|(value, file)| (Source::File(file.clone()), value)))
    }
}

/// Returns the region of the shell, or else of a `.env` file.
pub(crate) fn named_region<'a>(shell: &'a BTreeMap<String, String>, dotenv: &'a Dotenv) -> Option<&'a str> {
    REGION_NAMES.into_iter().find_map(|name| {
        let of_shell = shell.get(name).map(String::as_str);
        of_shell.or_else(|| dotenv.get(name).map(|(value, _)| value))
    })
}

/// Adds the variables that Lambda sets and that a function's configuration may override. `LD_LIBRARY_PATH` is left out:
/// its value on Lambda names folders of Amazon Linux, and would change the order of the loader on this machine.
fn add_defaults(layers: &mut Layers) {
    for (name, value) in [
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", ":UTC"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ] {
        layers.add(name, Source::Lambda, value);
    }
}

#[cfg(test)]
mod tests;
