//! A file of a template: from its text to what it says, with the nested stacks that it names.

use std::path::Path;

use super::callers::{Caller, Callers};
use super::decide::Scope;
use super::definition::{self, Definition};
use super::files::{File, Files};
use super::function::{self, TemplateFunction};
use super::inputs::Inputs;
use super::load::{self, LoadError, Loaded};
use super::nested::{self, NestedStack};
use super::node::Node;
use super::reader::Reader;
use super::resource::Resource;
use super::tree::Tree;
use super::{
    Code, Complaint, Examined, Fault, Place, Template, api, authorization, code, domain, include,
    load_balancer, not_emulated, stack,
};
use crate::text::yaml::{self, MAX_DEPTH, SyntaxError};
use crate::workspace::RoutePackage;

/// Reads what can be read of a file, and its mistakes.
pub(super) fn examine(
    text: &str,
    file: File,
    packages: &[RoutePackage],
    inputs: &Inputs,
    files: &mut Files<'_>,
) -> Examined {
    let name = files.name(file);
    let refused = |complaint| Examined { template: None, errors: vec![complaint] };
    let loaded = match tree(text, file, &name) {
        Ok(loaded) => loaded,
        Err(complaint) => return refused(complaint),
    };
    let mut reader = Reader::new(&name);
    let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
    let source = Source { number: file, folder, packages, inputs };
    let (mut template, stacks) = source.read(&loaded, files, &mut reader);
    let mut errors = Vec::new();
    for stack in &stacks {
        errors.extend(stack.join(&mut template, file, packages, files, &mut reader));
    }
    let (own, warnings) = reader.finish();
    template.warnings.splice(0..0, warnings);
    Examined { template: Some(template), errors: own.into_iter().chain(errors).collect() }
}

/// Loads a file of a template.
pub(super) fn tree(text: &str, file: File, name: &str) -> Result<Loaded, Complaint> {
    let document = yaml::parse(text).map_err(|error| not_yaml(&error, file, name))?;
    load::load(&document, file).map_err(|error| not_loaded(error, name))
}

fn not_yaml(error: &SyntaxError, number: File, file: &str) -> Complaint {
    let place = Place { file: number, line: error.line, column: error.column };
    if error.is_too_deep {
        return nested_too_deeply(place, file);
    }
    let message = format!("not YAML: {}; check the indentation, and quote values with braces", error.problem);
    Complaint { file: file.to_owned(), place, message, fault: Fault::NotYaml }
}

fn not_loaded(error: LoadError, file: &str) -> Complaint {
    let (place, message) = match error {
        LoadError::TooDeep(place) => return nested_too_deeply(place, file),
        LoadError::TooLarge(place) => {
            (place, "aliases repeat too much: write out what this one stands for".to_owned())
        }
        LoadError::Key(place) => {
            (place, "a key must be text, not a map or a list: quote values with braces".to_owned())
        }
        LoadError::Merge(place) => (place, "`<<` takes a map, or a list of maps".to_owned()),
        LoadError::SelfAlias(place) => (place, "an alias cannot repeat what it stands in".to_owned()),
        LoadError::Word(place, word) => {
            (place, format!("SAM cannot read `{word}` without quotes: write `'{word}'`"))
        }
        LoadError::SecondDocument(place) => {
            (place, "a template is one document: remove the second one".to_owned())
        }
    };
    Complaint { file: file.to_owned(), place, message, fault: Fault::NotYaml }
}

fn nested_too_deeply(place: Place, file: &str) -> Complaint {
    let message = format!(
        "more than {MAX_DEPTH} levels, the limit of this tool: check the indentation, or use fewer levels"
    );
    Complaint { file: file.to_owned(), place, message, fault: Fault::NotYaml }
}

/// A file, and what it is read with.
struct Source<'a> {
    number: File,
    folder: &'a Path,
    packages: &'a [RoutePackage],
    inputs: &'a Inputs,
}

impl Source<'_> {
    fn read(
        &self,
        loaded: &Loaded,
        files: &mut Files<'_>,
        reader: &mut Reader,
    ) -> (Template, Vec<NestedStack>) {
        let Loaded { root, repeated, tab } = loaded;
        for key in repeated {
            reader.repeated(key);
        }
        if let Some(tab) = tab {
            reader.caution(*tab, Fault::NotYaml, "SAM cannot read a tab outside of quotes: write spaces");
        }
        let Some((key, resources)) = Node(root).entry("Resources") else {
            reader.error(Node(root), "no `Resources`: a SAM template lists its functions there");
            return (Template::default(), Vec::new());
        };
        let scope = Scope::new(root, self.inputs, reader);
        reader.with_open_parameters(scope.open_parameters());
        let globals = root.get("Globals").and_then(|globals| scope.decide(globals));
        let expanded = include::expand(resources.0, &scope, self.number, files, reader);
        let decided = scope.decide(&expanded).unwrap_or_else(|| Tree::null(resources.place()));
        let globals = globals.as_ref().map(Node);
        let sections =
            Sections { place: key.place(), folder: self.folder, globals, resources: Node(&decided) };
        let resources = sections.resources(&scope);
        let template = sections.template(&resources, self.packages, reader);
        (template, nested::stacks(&resources, self.inputs, reader))
    }
}

/// The sections with functions, with everything decided that the file decides.
struct Sections<'a> {
    place: Place,
    folder: &'a Path,
    globals: Option<Node<'a>>,
    resources: Node<'a>,
}

impl<'a> Sections<'a> {
    fn resources(&self, scope: &Scope<'_>) -> Vec<Resource<'a>> {
        let read = |(key, resource)| {
            Resource::new(key, resource, self.globals, scope.condition(resource), self.folder)
        };
        self.resources.entries().filter_map(read).collect()
    }

    fn template(
        &self,
        resources: &[Resource<'_>],
        packages: &[RoutePackage],
        reader: &mut Reader,
    ) -> Template {
        let mut definitions = definition::read(resources, reader);
        let accesses = authorization::read(resources, self.globals, &mut definitions, reader);
        let asked: Vec<_> = authorization::functions_asked(&accesses).collect();
        let (mut functions, mut others) = functions(resources, packages, &definitions, &asked, reader);
        definition::merge(&mut definitions, [&mut functions, &mut others], reader);
        authorization::apply(&accesses, [&mut functions, &mut others], reader);
        not_emulated::warn(resources, &functions, reader);
        Template {
            files: Vec::new(),
            place: self.place,
            has_hidden_functions: self.resources.entries().any(|(key, value)| brings_functions(key, value)),
            apis: api::read(resources, self.globals, [&functions, &others], &definitions, &accesses, reader),
            multi_value_headers: resources.iter().any(load_balancer::has_multi_value_headers),
            domain_names: domain::names(resources),
            stack_resources: stack::resources(resources, functions.iter().chain(&others)),
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

/// The functions that this machine can run, then the others.
fn functions(
    resources: &[Resource<'_>],
    packages: &[RoutePackage],
    definitions: &[Definition],
    asked: &[&str],
    reader: &mut Reader,
) -> (Vec<TemplateFunction>, Vec<TemplateFunction>) {
    let callers = Callers::of(resources);
    let binaries = code::binaries(resources, packages);
    let mut functions: Vec<TemplateFunction> = Vec::new();
    let mut others = Vec::new();
    for resource in resources {
        let is_asked = asked.contains(&resource.logical_id.as_str());
        let read = function::read(resource, resources, &binaries, definitions, is_asked, reader);
        let Some(mut function) = read else { continue };
        function.called_by = match callers.who_calls(&function.logical_id) {
            // The API that asks it names it too.
            None | Some(Caller::Other) if is_asked => Some(Caller::Authorizer),
            caller => caller,
        };
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
    (functions, others)
}
