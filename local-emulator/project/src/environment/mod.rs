//! The environment that a function sees: what Lambda sets and what the developer declares, and
//! nothing else of the shell, so that a function cannot come to lean on the laptop it grew up on.

mod dotenv;
mod shell;
mod undeployed;
mod variables;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::template::{TemplateFunction, Variable};

pub use dotenv::{Dotenv, DotenvError, FILES};
pub use shell::shell;
pub use undeployed::UndeployedVariable;
pub use variables::Variables;

/// What the developer may not set, since Lambda does:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>.
const RESERVED: [&str; 18] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What AWS SDKs read to find the developer's account, or an emulated one. On AWS a function has its
/// role's credentials in the first three; here they come from the shell, or from `.env`.
const ACCOUNT: [&str; 15] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_EC2_METADATA_DISABLED",
];

/// The region where neither the shell nor `.env` names one.
const REGION: &str = "us-east-1";

/// Whether Lambda keeps a name for itself.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Where a function's variables come from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The emulator's own environment.
    pub shell: &'a BTreeMap<String, String>,
    /// `.env` and `.env.local`.
    pub dotenv: &'a Dotenv,
    /// The function's name, memory and declared variables.
    pub function: &'a TemplateFunction,
    /// The folder that stands for `/var/task`.
    pub task_root: &'a Path,
}

/// A function's environment, complete but for `AWS_LAMBDA_RUNTIME_API` and
/// `AWS_LAMBDA_LOG_STREAM_NAME`, which each sandbox has of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Environment {
    /// What the process gets.
    pub variables: Variables,
    /// What the function does not get, and why.
    pub warnings: Vec<String>,
}

/// Without the values of the shell, which may be secrets.
impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shell, dotenv, function, task_root } = self;
        f.debug_struct("Sources")
            .field("shell", &shell.keys())
            .field("dotenv", dotenv)
            .field("function", function)
            .field("task_root", task_root)
            .finish()
    }
}

impl Sources<'_> {
    /// Puts the environment together. Lambda's own names win; then, for a declared name, the shell,
    /// `.env.local`, `.env` and the template, in this order.
    pub fn environment(&self) -> Environment {
        let mut warnings = Vec::new();
        let mut variables = overridable();
        variables.extend(self.logging());
        variables.extend(self.declared(&mut warnings));
        variables.extend(self.rust());
        variables.extend(self.account());
        variables.extend(self.lambda());
        let variables = variables.into_iter().collect();
        Environment { variables, warnings }
    }

    /// The region that the function runs in: `AWS_REGION`, `AWS_DEFAULT_REGION`, else `us-east-1`.
    pub fn region(&self) -> &str {
        let named = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| self.developers(name));
        named.unwrap_or(REGION)
    }

    fn declared(&self, warnings: &mut Vec<String>) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        for (name, variable) in &self.function.variables {
            match self.value(name, variable) {
                Ok(value) => drop(variables.insert(name.clone(), value.to_owned())),
                Err(intrinsic) => warnings.push(unknown(name, intrinsic)),
            }
        }
        for (name, value, file) in self.dotenv.iter() {
            if is_reserved(name) && !ACCOUNT.contains(&name) {
                warnings.push(format!("`{name}` in `{file}` is ignored: Lambda sets it itself"));
            } else {
                variables.insert(name.to_owned(), self.developers(name).unwrap_or(value).to_owned());
            }
        }
        variables
    }

    /// How the function logs, if not in text. Both may be overridden, so that a terminal can have text where
    /// CloudWatch has JSON.
    fn logging(&self) -> BTreeMap<String, String> {
        let Some(level) = self.function.logging.json else { return BTreeMap::new() };
        let variables = [("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("AWS_LAMBDA_LOG_LEVEL", level)];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// `RUST_LOG`, `RUST_BACKTRACE` and their kind; not the count that rustup keeps for itself.
    fn rust(&self) -> impl Iterator<Item = (String, String)> {
        let rust = self.shell.range("RUST_".to_owned()..).take_while(|(name, _)| name.starts_with("RUST_"));
        rust.filter(|(name, _)| *name != "RUST_RECURSION_COUNT")
            .map(|(name, value)| (name.clone(), value.clone()))
    }

    fn account(&self) -> BTreeMap<String, String> {
        let endpoints =
            self.shell.keys().map(String::as_str).filter(|name| name.starts_with("AWS_ENDPOINT_URL"));
        let names = ACCOUNT.into_iter().chain(endpoints);
        let mut account = self.profile_files();
        account.extend(names.filter_map(|name| Some((name.to_owned(), self.developers(name)?.to_owned()))));
        account
    }

    /// SDKs look for a profile's files below `HOME`, which a function does not have.
    fn profile_files(&self) -> BTreeMap<String, String> {
        let Some(home) = self.developers("AWS_PROFILE").and(self.shell.get("HOME")) else {
            return BTreeMap::new();
        };
        let files = [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
        files.map(|(name, file)| (name.to_owned(), format!("{home}/.aws/{file}"))).into()
    }

    /// What nobody can override, as on `provided.al2023`: without `AWS_EXECUTION_ENV`, and without
    /// `_X_AMZN_TRACE_ID`, which the function's runtime sets for each invocation.
    fn lambda(&self) -> BTreeMap<String, String> {
        let TemplateFunction { name, handler, memory_mb, logging, .. } = self.function;
        let log_group = logging.group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"));
        let variables = [
            ("_HANDLER", handler.clone()),
            ("AWS_DEFAULT_REGION", self.region().to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory_mb.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", log_group),
            ("AWS_REGION", self.region().to_owned()),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
            ("LAMBDA_TASK_ROOT", self.task_root.display().to_string()),
        ];
        variables.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// The value of a variable of the template, or the intrinsic that stands in for one.
    fn value<'a>(&'a self, name: &str, variable: &'a Variable) -> Result<&'a str, &'a str> {
        match (self.developers(name), variable) {
            (Some(value), _) => Ok(value),
            (None, Variable::Value(value)) => Ok(value),
            (None, Variable::Intrinsic(intrinsic)) => Err(intrinsic),
        }
    }

    /// What the developer says for a name: in the shell, else in `.env.local`, else in `.env`.
    fn developers(&self, name: &str) -> Option<&str> {
        self.shell.get(name).map(String::as_str).or_else(|| self.dotenv.get(name))
    }
}

/// What Lambda sets and lets a function's configuration override. Not `LD_LIBRARY_PATH`: its value
/// there names folders of Amazon Linux, and would put this machine's before the loader's own order.
fn overridable() -> BTreeMap<String, String> {
    let variables = [
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", ":UTC"),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn unknown(name: &str, intrinsic: &str) -> String {
    format!("`{name}` is not set: its value is `{intrinsic}`, which only AWS can tell; set it in `.env`")
}

#[cfg(test)]
mod tests;
