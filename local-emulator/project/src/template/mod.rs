//! `template.yaml`, the file that `sam deploy` uses: the APIs, and each function with its settings and events.

use std::io::ErrorKind;
use std::path::Path;

mod api;
mod callers;
mod code;
mod complaint;
mod cors;
mod decide;
mod domain;
mod event;
mod function;
mod function_url;
mod inputs;
mod load;
mod load_balancer;
mod logging;
mod node;
mod property;
mod reader;
mod resource;
mod samconfig;
mod stack;
mod tree;
mod variables;

pub use api::Api;
pub use callers::Caller;
pub(crate) use code::BUILD_METHOD;
pub use code::{Code, NamedBy};
pub use complaint::{Complaint, Fault, Place, TemplateError};
pub use event::Event;
pub use function::{Condition, TemplateFunction};
pub use function_url::FunctionUrl;
pub use inputs::{Inputs, InvalidOverride, Override, OverrideList, Overrides};
pub use logging::Logging;
pub use samconfig::{SAM_CONFIG, SamConfigError};
pub use variables::Variable;

use callers::Callers;
use decide::Scope;
use load::{LoadError, Loaded};
use node::Node;
use reader::Reader;
use resource::Resource;
use tree::Tree;

use crate::pipe::{self, PipeWait, SilentWait};
use crate::text::yaml::{self, MAX_DEPTH, SyntaxError};
use crate::workspace::RoutePackage;

/// The names that SAM looks for, in its order.
pub const FILES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// The files that decide how the template is read, each in the root of the project.
pub const DECISIVE_FILES: [&str; 4] = [FILES[0], FILES[1], FILES[2], SAM_CONFIG];

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

/// What a template is read with.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// The routes of the workspace: their functions are known without a `Binary` too, by their `CodeUri` or their
    /// events.
    pub packages: &'a [RoutePackage],
    /// The values that intrinsic functions refer to.
    pub inputs: Inputs,
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
    pub fn parse(text: &str, file: &'static str) -> Result<Self, TemplateError> {
        Self::examine(text, file, &Context::default()).template()
    }

    /// Reads what can be read of a text, and its mistakes.
    pub fn examine(text: &str, file: &'static str, context: &Context<'_>) -> Examined {
        let refused = |complaint| Examined { template: None, errors: vec![complaint] };
        let document = match yaml::parse(text) {
            Ok(document) => document,
            Err(error) => return refused(not_yaml(&error, file)),
        };
        let loaded = match load::load(&document) {
            Ok(loaded) => loaded,
            Err(error) => return refused(not_loaded(error, file)),
        };
        let mut reader = Reader::new(file);
        let template = read(&loaded, context, &mut reader);
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

fn not_yaml(error: &SyntaxError, file: &'static str) -> Complaint {
    let place = Place { line: error.line, column: error.column };
    if error.is_too_deep {
        return nested_too_deeply(place, file);
    }
    let message = format!("not YAML: {}; check the indentation, and quote values with braces", error.problem);
    Complaint { file, place, message, fault: Fault::NotYaml, functions: Vec::new() }
}

fn not_loaded(error: LoadError, file: &'static str) -> Complaint {
    match error {
        LoadError::TooDeep(place) => nested_too_deeply(place, file),
        LoadError::TooLarge(place) => {
            let message = "aliases repeat too much: write out what this one stands for".to_owned();
            Complaint { file, place, message, fault: Fault::NotYaml, functions: Vec::new() }
        }
    }
}

fn nested_too_deeply(place: Place, file: &'static str) -> Complaint {
    let message = format!(
        "more than {MAX_DEPTH} levels, the limit of this tool: check the indentation, or use fewer levels"
    );
    Complaint { file, place, message, fault: Fault::NotYaml, functions: Vec::new() }
}

fn read(loaded: &Loaded, context: &Context<'_>, reader: &mut Reader) -> Template {
    let Loaded { root, repeated } = loaded;
    for key in repeated {
        reader.repeated(key);
    }
    let Some((key, resources)) = Node(root).entry("Resources") else {
        reader.error(Node(root), "no `Resources`: a SAM template lists its functions there");
        return Template::default();
    };
    let scope = Scope::new(root, &context.inputs, reader);
    reader.with_open_parameters(scope.open_parameters());
    let globals = root.get("Globals").and_then(|globals| scope.decide(globals));
    let decided = scope.decide(resources.0).unwrap_or_else(|| Tree::null(resources.place()));
    let read =
        Sections { place: key.place(), globals: globals.as_ref().map(Node), resources: Node(&decided) };
    read.template(&scope, context.packages, reader)
}

/// The sections with functions, with everything decided that the file decides.
struct Sections<'a> {
    place: Place,
    globals: Option<Node<'a>>,
    resources: Node<'a>,
}

impl Sections<'_> {
    fn template(&self, scope: &Scope<'_>, packages: &[RoutePackage], reader: &mut Reader) -> Template {
        let entries = || self.resources.entries();
        let resources = entries().filter_map(|(key, resource)| {
            Resource::new(key, resource, self.globals, scope.condition(resource))
        });
        let resources: Vec<_> = resources.collect();
        let (functions, others) = functions(&resources, packages, reader);
        Template {
            place: self.place,
            has_hidden_functions: entries().any(|(key, value)| brings_functions(key, value)),
            apis: api::read(&resources, self.globals, &functions, reader),
            multi_value_headers: resources.iter().any(load_balancer::has_multi_value_headers),
            domain_names: domain::names(&resources),
            stack_resources: stack::resources(&resources, functions.iter().chain(&others)),
            functions,
            others,
            warnings: Vec::new(),
        }
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
        match functions.iter_mut().find(|other| other.has_the_binary_of(&function)) {
            _ if function.code == Code::Elsewhere => others.push(function),
            None => functions.push(function),
            // Of two that exclude each other, the one counts that is deployed.
            Some(first) if !first.is_deployed() => others.push(std::mem::replace(first, function)),
            Some(_) if !function.is_deployed() => others.push(function),
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
