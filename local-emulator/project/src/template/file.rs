//! Reads a file of a template, with the nested stacks that it names.

use std::path::Path;

use super::complaint::{Complaint, Fault, SourcePosition};
use super::contents::{Examination, Template};
use super::decide::Scope;
use super::files::{FileNumber, Files};
use super::inputs::Inputs;
use super::load::{self, LoadedDocument};
use super::nested::{self, NestedStack};
use super::reader::Reader;
use super::resource::Resource;
use super::value::TemplateValue;
use super::{access, apis, callers, definition, functions, include, not_emulated, stack};
use crate::routes::RoutePackage;

/// Reads the valid parts of a file, and its mistakes.
pub(super) fn examine(
    text: &str,
    file: FileNumber,
    packages: &[RoutePackage],
    inputs: &Inputs,
    files: &mut Files<'_>,
) -> Examination {
    let name = files.name(file);
    let refused = |complaint| Examination { template: None, errors: vec![complaint] };
    let loaded = match load::read(text, file, &name) {
        Ok(loaded) => loaded,
        Err(complaint) => return refused(complaint),
    };
    let mut reader = Reader::new(&name);
    let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
    let source = TemplateFile { number: file, folder, packages, inputs };
    let (mut template, stacks) = source.read(&loaded, files, &mut reader);
    let mut errors = Vec::new();
    for stack in &stacks {
        errors.extend(join(stack, &mut template, file, packages, files, &mut reader));
    }
    let (own, warnings) = reader.finish();
    template.warnings.splice(0..0, warnings);
    Examination { template: Some(template), errors: own.into_iter().chain(errors).collect() }
}

/// Adds the template of a nested stack to the template around it, and returns the mistakes of the nested one.
fn join(
    stack: &NestedStack,
    outer: &mut Template,
    from: FileNumber,
    packages: &[RoutePackage],
    files: &mut Files<'_>,
    reader: &mut Reader,
) -> Vec<Complaint> {
    let (number, text) = match files.open(from, &stack.location) {
        Ok(Some(read)) => read,
        Ok(None) => return Vec::new(),
        Err(error) => {
            let message = format!("the functions of `{}` are not served: {error}", stack.logical_id);
            reader.caution(stack.place, Fault::Emulator, message);
            return Vec::new();
        }
    };
    let is_free = |package: &&RoutePackage| outer.function(&package.binary).is_none();
    let free: Vec<_> = packages.iter().filter(is_free).cloned().collect();
    let examined = examine(&text, number, &free, &stack.inputs, files);
    if let Some(inner) = examined.template {
        stack.add_to(outer, inner, reader);
    }
    examined.errors
}

/// A file, with the inputs of its reading.
struct TemplateFile<'a> {
    number: FileNumber,
    folder: &'a Path,
    packages: &'a [RoutePackage],
    inputs: &'a Inputs,
}

impl TemplateFile<'_> {
    fn read(
        &self,
        loaded: &LoadedDocument,
        files: &mut Files<'_>,
        reader: &mut Reader,
    ) -> (Template, Vec<NestedStack>) {
        let LoadedDocument { root, repeated, tab } = loaded;
        for key in repeated {
            reader.repeated(key);
        }
        if let Some(tab) = tab {
            reader.caution(*tab, Fault::NotYaml, "SAM cannot read a tab outside of quotes: write spaces");
        }
        let Some((key, resources)) = root.entry("Resources") else {
            reader.error(root, "no `Resources`: a SAM template lists its functions there");
            return (Template::default(), Vec::new());
        };
        let scope = Scope::new(root, self.inputs, reader);
        reader.with_open_parameters(scope.open_parameters());
        let globals = root.get("Globals").and_then(|globals| scope.decide(globals));
        let expanded = include::expand(resources, &scope, self.number, files, reader);
        let decided = scope.decide(&expanded).unwrap_or_else(|| TemplateValue::null(resources.place()));
        let globals = globals.as_ref();
        let sections = Sections { place: key.place(), folder: self.folder, globals, resources: &decided };
        let resources = sections.resources(&scope);
        let template = sections.template(&resources, self.packages, reader);
        (template, nested::stacks(&resources, self.inputs, reader))
    }
}

/// The sections with functions, with everything decided that the file decides.
struct Sections<'a> {
    place: SourcePosition,
    folder: &'a Path,
    globals: Option<&'a TemplateValue>,
    resources: &'a TemplateValue,
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
        let accesses = access::read(resources, self.globals, &mut definitions, reader);
        let asked: Vec<_> = access::functions_asked(&accesses).collect();
        let (mut functions, mut others) = functions::read(resources, packages, &definitions, &asked, reader);
        functions::merge(&mut definitions, [&mut functions, &mut others], reader);
        access::apply(&accesses, [&mut functions, &mut others], reader);
        not_emulated::warn(resources, &functions, reader);
        Template {
            files: Vec::new(),
            place: self.place,
            has_hidden_functions: self
                .resources
                .entries()
                .any(|(key, value)| functions::brings_functions(key, value)),
            apis: apis::read(resources, self.globals, [&functions, &others], &definitions, &accesses, reader),
            multi_value_headers: resources.iter().any(callers::has_multi_value_headers),
            domain_names: apis::domain_names(resources),
            stack_resources: stack::resources(resources, functions.iter().chain(&others)),
            functions,
            others,
            warnings: Vec::new(),
        }
    }
}
