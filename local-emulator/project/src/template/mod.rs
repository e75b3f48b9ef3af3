//! `template.yaml`, the file that `sam deploy` uses: the APIs, and each function with its settings and events.

use std::io::ErrorKind;
use std::path::Path;

use saphyr::{LoadableYamlNode, MarkedYaml, ScanError};

mod api;
mod callers;
mod code;
mod complaint;
mod cors;
mod depth;
mod domain;
mod event;
mod function;
mod function_url;
mod load_balancer;
mod logging;
mod node;
mod property;
mod reader;
mod resource;
mod stack;
mod variables;

pub use api::Api;
pub use callers::Caller;
pub(crate) use code::BUILD_METHOD;
pub use code::{Code, NamedBy};
pub use complaint::{Complaint, Fault, Place, TemplateError};
pub use event::Event;
pub use function::TemplateFunction;
pub use function_url::FunctionUrl;
pub use logging::Logging;
pub use variables::Variable;

use callers::Callers;
use node::Node;
use reader::Reader;
use resource::Resource;

use crate::pipe::{self, PipeWait, SilentWait};
use crate::text::yaml::MAX_DEPTH;
use crate::workspace::RoutePackage;

/// The names that SAM looks for, in its order.
pub const FILES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// What the template says of functions that this machine can run, and of what calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Template {
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

impl Template {
    /// Reads `template.yaml`, `template.yml` or `template.json` of `root`. `None` if there is none of them.
    ///
    /// # Errors
    /// A [`TemplateError`] with every mistake found, each with its place.
    pub fn read(root: &Path) -> Result<Option<Self>, TemplateError> {
        Self::read_with(root, &[], &SilentWait)
    }

    /// Does the same as [`read`](Self::read) for a workspace with these routes, and asks `wait` while the template is a
    /// named pipe without a writer.
    ///
    /// # Errors
    /// The same errors as [`read`](Self::read).
    pub fn read_with(
        root: &Path,
        packages: &[RoutePackage],
        wait: &dyn PipeWait,
    ) -> Result<Option<Self>, TemplateError> {
        let Some((name, text)) = find_with(root, wait)? else { return Ok(None) };
        Self::examine_with(&text, name, packages).template().map(Some)
    }

    /// Reads the text of a template; `file` is its name in complaints.
    ///
    /// # Errors
    /// [`TemplateError::Invalid`].
    pub fn parse(text: &str, file: &'static str) -> Result<Self, TemplateError> {
        Self::examine(text, file).template()
    }

    /// As [`parse`](Self::parse), and what can be read beside mistakes.
    pub fn examine(text: &str, file: &'static str) -> Examined {
        Self::examine_with(text, file, &[])
    }

    /// As [`examine`](Self::examine), for a workspace with these routes: their functions are known without a `Binary`
    /// too, by their `CodeUri` or their events.
    pub fn examine_with(text: &str, file: &'static str, packages: &[RoutePackage]) -> Examined {
        if let Some(place) = depth::too_deep(text) {
            return Examined { template: None, errors: vec![nested_too_deeply(place, file)] };
        }
        let documents = match MarkedYaml::load_from_str(text) {
            Ok(documents) => documents,
            Err(error) => return Examined { template: None, errors: vec![not_yaml(&error, file)] },
        };
        let nothing = MarkedYaml::value_from_str("");
        let mut reader = Reader::new(file);
        let template = read(Node(documents.first().unwrap_or(&nothing)), packages, &mut reader);
        let (errors, warnings) = reader.finish();
        Examined { template: Some(Self { warnings, ..template }), errors }
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

fn not_yaml(error: &ScanError, file: &'static str) -> Complaint {
    let place = Place { line: error.marker().line().max(1), column: error.marker().col() + 1 };
    let message = format!("not YAML: {}; check the indentation, and quote values with braces", error.info());
    Complaint { file, place, message, fault: Fault::NotYaml, functions: Vec::new() }
}

fn nested_too_deeply(place: Place, file: &'static str) -> Complaint {
    let message = format!(
        "more than {MAX_DEPTH} levels, the limit of this tool: check the indentation, or use fewer levels"
    );
    Complaint { file, place, message, fault: Fault::NotYaml, functions: Vec::new() }
}

fn read(document: Node<'_>, packages: &[RoutePackage], reader: &mut Reader) -> Template {
    let Some((key, resources)) = document.entry("Resources") else {
        reader.error(document, "no `Resources`: a SAM template lists its functions there");
        return Template::default();
    };
    let globals = document.get("Globals");
    let has_hidden_functions =
        resources.entries().into_iter().any(|(key, value)| brings_functions(key, value));
    let resources: Vec<_> = resources
        .entries()
        .into_iter()
        .filter_map(|(key, resource)| Resource::new(key, resource, globals))
        .collect();
    let (functions, others) = functions(&resources, packages, reader);
    Template {
        place: key.place(),
        has_hidden_functions,
        apis: api::read(&resources, globals, &functions, reader),
        multi_value_headers: resources.iter().any(load_balancer::has_multi_value_headers),
        domain_names: domain::names(&resources),
        stack_resources: stack::resources(&resources, functions.iter().chain(&others)),
        functions,
        others,
        warnings: Vec::new(),
    }
}

/// A loop with functions in it, or a macro, which may make anything.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>
fn brings_functions(key: Node<'_>, value: Node<'_>) -> bool {
    let name = key.text().unwrap_or_default();
    name == "Fn::Transform" || (name.starts_with("Fn::ForEach::") && value.has_text(function::KIND))
}

/// Those that this machine can run, then the others.
fn functions(
    resources: &[Resource<'_>],
    packages: &[RoutePackage],
    reader: &mut Reader,
) -> (Vec<TemplateFunction>, Vec<TemplateFunction>) {
    let callers = Callers::of(resources);
    let binaries = code::binaries(resources, packages);
    let mut functions: Vec<TemplateFunction> = Vec::new();
    let mut others = Vec::new();
    for resource in resources {
        reader.turn_to(Some(&resource.logical_id));
        let Some(mut function) = function::read(resource, &binaries, reader) else { continue };
        function.called_by = callers.who_calls(&function.logical_id);
        match functions.iter().find(|other| other.has_the_binary_of(&function)) {
            _ if function.code == Code::Elsewhere => others.push(function),
            None => functions.push(function),
            Some(first) => {
                reader.warning(
                    resource.key,
                    format!(
                        "`{}` has the binary of `{}`: the emulator takes the first",
                        function.logical_id, first.logical_id
                    ),
                );
                others.push(function);
            }
        }
    }
    reader.turn_to(None);
    (functions, others)
}

#[cfg(test)]
mod tests;
