//! `template.yaml`, the file that `sam deploy` uses: the APIs, and each function with its settings and events.

use std::path::Path;

mod access;
mod api;
mod apis;
mod authorization;
mod callers;
mod code;
mod complaint;
mod contents;
mod cors;
mod decide;
mod definition;
mod event;
mod file;
mod files;
mod function;
mod function_index;
mod function_url;
mod functions;
mod include;
mod inputs;
mod load;
mod logging;
mod nested;
mod not_emulated;
mod openapi;
mod overrides;
mod plain_api;
mod preflight;
mod property;
mod reader;
mod resource;
mod route_key;
mod samconfig;
mod stack;
mod stack_name;
mod start;
mod usage_plans;
mod value;
mod variables;

pub use api::{Api, ApiKeySource, DeclaredAuthorizer, DeclaredMock, TemplateApiKey};
pub use callers::Caller;
pub(crate) use code::BUILD_METHOD;
pub use code::{Code, NamedBy};
pub use complaint::{Complaint, Fault, SourcePosition, TemplateError};
pub use contents::{Examination, Template};
pub use event::{Event, EventOrigin};
pub use files::{DECISIVE_FILES, FILES, find};
pub use function::TemplateFunction;
pub use function_url::FunctionUrl;
pub use inputs::{Inputs, configured_region};
pub use logging::{Logging, SystemLogLevel};
pub use overrides::{InvalidOverride, Override, OverrideList, Overrides};
pub use preflight::Preflight;
pub use resource::Condition;
pub use samconfig::{SAM_CONFIG, SamConfigError};
pub use stack_name::{InvalidStackName, StackName};
pub use start::{InitializationType, PackageType};
pub use variables::Variable;

use files::{Files, find_with};

use crate::pipe::PipeWait;
use crate::routes::RoutePackage;

/// The surroundings that a template is read with.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// The routes of the workspace: their functions are known without a `Binary` too, by their `CodeUri` or their
    /// events.
    pub packages: &'a [RoutePackage],
    /// The values that intrinsic functions refer to.
    pub inputs: Inputs,
    /// The folder of the template, for the files that it names. `None` reads no further files.
    pub root: Option<&'a Path>,
}

impl Template {
    /// Reads `template.yaml`, `template.yml` or `template.json` of `root`. `None` if there is none of them. Calls
    /// `wait` while the template is a named pipe without a writer.
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

    /// Reads the text of a template, with default inputs and without routes; `file` is its name in complaints.
    ///
    /// # Errors
    /// [`TemplateError::Invalid`].
    pub fn parse(text: &str, file: &str) -> Result<Self, TemplateError> {
        Self::examine(text, file, &Context::default()).template()
    }

    /// Reads the valid parts of a text, and its mistakes.
    pub fn examine(text: &str, file: &str, context: &Context<'_>) -> Examination {
        let mut files = Files::new(file, context.root);
        let Context { packages, inputs, .. } = context;
        let examined = file::examine(text, files::FIRST, packages, inputs, &mut files);
        let template = examined.template.map(|template| Self { files: files.names(), ..template });
        Examination { template, ..examined }
    }
}

#[cfg(test)]
mod tests;
