//! The contents of a template, assembled from its parts.

use super::api::Api;
use super::complaint::{Complaint, SourcePosition, TemplateError};
use super::function::TemplateFunction;

/// The functions of a template, their callers, and the other parts that the emulator needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Template {
    /// The files of the template, from the root of the project. The first is the topmost template.
    pub files: Vec<String>,
    /// The position of `Resources`.
    pub place: SourcePosition,
    /// The `AWS::Serverless::Function` resources whose code is a binary of this workspace, or a folder.
    pub functions: Vec<TemplateFunction>,
    /// The other functions, and those whose binary an earlier function has.
    pub others: Vec<TemplateFunction>,
    /// The HTTP and REST APIs, including the implicit APIs of SAM.
    pub apis: Vec<Api>,
    /// Whether there may be more functions, in a loop (`Fn::ForEach`) or in another file.
    pub has_hidden_functions: bool,
    /// Whether a load balancer sends and takes lists of values: `lambda.multi_value_headers.enabled`.
    pub multi_value_headers: bool,
    /// The custom domain names of APIs, as `api.example.com` or `*.example.com`.
    pub domain_names: Vec<String>,
    /// The minimum number of resources that CloudFormation gets from SAM.
    pub stack_resources: usize,
    /// The parts of the template that the emulator ignores, or that you should mend.
    pub warnings: Vec<Complaint>,
}

/// A template and its mistakes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Examination {
    /// The readable part of the template; `None` if the file is not YAML.
    pub template: Option<Template>,
    /// The mistakes that AWS refuses.
    pub errors: Vec<Complaint>,
}

impl Template {
    /// Returns all functions: those that this machine can run, then the others.
    pub fn all_functions(&self) -> impl Iterator<Item = &TemplateFunction> {
        self.functions.iter().chain(&self.others)
    }

    /// Returns the function of a binary.
    pub fn function(&self, binary: &str) -> Option<&TemplateFunction> {
        self.functions.iter().find(|function| function.code.binary() == Some(binary))
    }
}

impl Examination {
    /// Returns the template, if it has no mistakes.
    pub(super) fn template(self) -> Result<Template, TemplateError> {
        match self {
            Self { template: Some(template), errors } if errors.is_empty() => Ok(template),
            Self { errors, .. } => Err(TemplateError::Invalid(errors)),
        }
    }
}
