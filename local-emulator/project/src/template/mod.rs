//! `template.yaml`, the file that `sam deploy` uses: the APIs, and each function with its settings and events.

use std::io::ErrorKind;
use std::path::Path;

mod api;
mod api_keys;
mod authorization;
mod callers;
mod code;
mod complaint;
mod cors;
mod decide;
mod definition;
mod domain;
mod event;
mod file;
mod files;
mod function;
mod function_url;
mod include;
mod inputs;
mod load;
mod load_balancer;
mod logging;
mod nested;
mod node;
mod not_emulated;
mod openapi;
mod plain_api;
mod preflight;
mod property;
mod reader;
mod resource;
mod samconfig;
mod stack;
mod stack_name;
mod start;
mod tree;
mod variables;

pub use api::{Api, Mock};
pub use api_keys::{ApiKeySource, TemplateApiKey};
pub use authorization::DeclaredAuthorizer;
pub use callers::Caller;
pub(crate) use code::BUILD_METHOD;
pub use code::{Code, NamedBy};
pub use complaint::{Complaint, Fault, Place, TemplateError};
pub use event::{Event, Origin};
pub use function::{Condition, TemplateFunction};
pub use function_url::FunctionUrl;
pub use inputs::{Inputs, InvalidOverride, Override, OverrideList, Overrides, configured_region};
pub use logging::{Logging, SystemLogLevel};
pub use preflight::Preflight;
pub use samconfig::{SAM_CONFIG, SamConfigError};
pub use stack_name::{InvalidStackName, StackName};
pub use start::{InitializationType, PackageType};
pub use variables::Variable;

use files::Files;

use crate::pipe::{self, PipeWait, SilentWait};
use crate::workspace::RoutePackage;

/// The names that SAM looks for, in its order.
pub const FILES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// The files that decide how the template is read, each in the root of the project.
pub const DECISIVE_FILES: [&str; 4] = [FILES[0], FILES[1], FILES[2], SAM_CONFIG];

/// What the template says of functions that this machine can run, and of what calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Template {
    /// The files that it is read from, from the root of the project. The first is the topmost template.
    pub files: Vec<String>,
    /// Where `Resources` stands.
    pub place: Place,
    /// Each `AWS::Serverless::Function` whose code is a binary of this workspace, or a folder.
    pub functions: Vec<TemplateFunction>,
    /// The other ones, and those whose binary another one has already.
    pub others: Vec<TemplateFunction>,
    /// The HTTP and REST APIs, those that SAM makes by itself included.
    pub apis: Vec<Api>,
    /// Whether there may be more functions: those of a loop (`Fn::ForEach`), or of another file.
    pub has_hidden_functions: bool,
    /// Whether a load balancer sends and takes lists of values: `lambda.multi_value_headers.enabled`.
    pub multi_value_headers: bool,
    /// The custom domain names of APIs, as `api.example.com` or `*.example.com`.
    pub domain_names: Vec<String>,
    /// How many resources CloudFormation gets from SAM, at least.
    pub stack_resources: usize,
    /// What the emulator cannot take from the template, or should be mended.
    pub warnings: Vec<Complaint>,
}

/// A template and its mistakes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Examined {
    /// What can be read of it; `None` if it is not YAML.
    pub template: Option<Template>,
    /// What AWS refuses.
    pub errors: Vec<Complaint>,
}

/// The surroundings that a template is read with.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// The routes of the workspace: their functions are known without a `Binary` too, by their `CodeUri` or their
    /// events.
    pub packages: &'a [RoutePackage],
    /// The values that intrinsic functions refer to.
    pub inputs: Inputs,
    /// The folder of the template, where the files are that it names. Without one, they are not read.
    pub root: Option<&'a Path>,
}

impl Template {
    /// Reads `template.yaml`, `template.yml` or `template.json` of `root`. `None` if there is none of them. Asks `wait`
    /// while the template is a named pipe without a writer.
    ///
    /// # Errors
    /// A [`TemplateError`] with every mistake found, each with its place.
    pub fn read(
        root: &Path,
        context: &Context<'_>,
        wait: &dyn PipeWait,
    ) -> Result<Option<Self>, TemplateError> {
        let Some((name, text)) = find_with(root, wait)? else { return Ok(None) };
        Self::examine(&text, name, context).template().map(Some)
    }

    /// Reads the text of a template, for a workspace without routes, with what is given where nothing is; `file` is its
    /// name in complaints.
    ///
    /// # Errors
    /// [`TemplateError::Invalid`].
    pub fn parse(text: &str, file: &str) -> Result<Self, TemplateError> {
        Self::examine(text, file, &Context::default()).template()
    }

    /// Reads what can be read of a text, and its mistakes.
    pub fn examine(text: &str, file: &str, context: &Context<'_>) -> Examined {
        let mut files = Files::new(file, context.root);
        let Context { packages, inputs, .. } = context;
        let examined = file::examine(text, files::FIRST, packages, inputs, &mut files);
        let template = examined.template.map(|template| Self { files: files.names(), ..template });
        Examined { template, ..examined }
    }

    /// All functions: those that this machine can run, then the others.
    pub fn all_functions(&self) -> impl Iterator<Item = &TemplateFunction> {
        self.functions.iter().chain(&self.others)
    }

    /// The function that a binary is.
    pub fn function(&self, binary: &str) -> Option<&TemplateFunction> {
        self.functions.iter().find(|function| function.code.binary() == Some(binary))
    }
}

impl Examined {
    /// The template, if it has no mistakes.
    fn template(self) -> Result<Template, TemplateError> {
        match self {
            Self { template: Some(template), errors } if errors.is_empty() => Ok(template),
            Self { errors, .. } => Err(TemplateError::Invalid(errors)),
        }
    }
}

/// The name and the text of the template of `root`. `None` if there is none.
///
/// # Errors
/// [`TemplateError::Unreadable`].
pub fn find(root: &Path) -> Result<Option<(&'static str, String)>, TemplateError> {
    find_with(root, &SilentWait)
}

fn find_with(root: &Path, wait: &dyn PipeWait) -> Result<Option<(&'static str, String)>, TemplateError> {
    for name in FILES {
        let file = root.join(name);
        match pipe::read_to_string(&file, wait) {
            Ok(text) => return Ok(Some((name, text))),
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(TemplateError::Unreadable { file, cause }),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
