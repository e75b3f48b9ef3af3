//! The source code of a package as a tree of modules, and which dependency a path in it leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::{Item, UseTree, Visibility};

/// The longest chain of imports that is followed.
const IMPORTS: usize = 10;

/// A module with its items and the names that it imports.
pub(super) struct Module {
    pub(super) path: Vec<String>,
    pub(super) items: Vec<Item>,
    /// Each imported name with the path that it is short for.
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// All modules of a package, without the modules of its tests.
pub(super) struct Source {
    pub(super) modules: Vec<Module>,
    /// The names by which code refers to the dependencies.
    dependencies: BTreeSet<String>,
}

/// The meaning of a path.
pub(super) enum Meaning<'s> {
    /// An item of this dependency.
    Dependency(&'s str),
    /// A type alias of this package, with the module that it is in.
    Alias(&'s Module, &'s syn::ItemType),
    /// Anything else: an item of this package or of the standard library, or a generic parameter.
    Other,
}

impl Source {
    /// Reads the package whose root module is `file`.
    pub(super) fn read(file: &Path, dependencies: BTreeSet<String>) -> Self {
        let mut source = Self { modules: Vec::new(), dependencies };
        source.read_file(file, Vec::new());
        source
    }

    fn read_file(&mut self, file: &Path, path: Vec<String>) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_stem().unwrap().to_str().unwrap();
        let folder = file.parent().unwrap();
        let children = if ["lib", "mod"].contains(&name) { folder.to_owned() } else { folder.join(name) };
        self.add(parsed.items, path, &children);
    }

    fn add(&mut self, items: Vec<Item>, path: Vec<String>, children: &Path) {
        let mut module = Module { path, items: Vec::new(), imports: BTreeMap::new(), globs: Vec::new() };
        for item in items {
            match item {
                Item::Mod(child) => {
                    if !is_of_tests(&child.attrs) {
                        self.add_child(child, &module.path, children);
                    }
                }
                item if is_of_tests(attributes(&item)) => {}
                item => {
                    if let Item::Use(import) = &item {
                        module.import(&import.tree, Vec::new());
                    }
                    module.items.push(item);
                }
            }
        }
        self.modules.push(module);
    }

    fn add_child(&mut self, child: syn::ItemMod, parent: &[String], children: &Path) {
        let name = child.ident.to_string();
        let path = [parent, std::slice::from_ref(&name)].concat();
        if let Some((_, items)) = child.content {
            return self.add(items, path, &children.join(name));
        }
        let file = children.join(&name).with_extension("rs");
        let file = if file.exists() { file } else { children.join(name).join("mod.rs") };
        self.read_file(&file, path);
    }

    fn module(&self, path: &[String]) -> Option<&Module> {
        self.modules.iter().find(|module| module.path == path)
    }

    /// Finds the meaning of a path in `module`.
    pub(super) fn meaning(&self, module: &Module, path: &[String]) -> Meaning<'_> {
        self.meaning_within(module, path, 0)
    }

    fn meaning_within(&self, module: &Module, path: &[String], depth: usize) -> Meaning<'_> {
        let Some((first, rest)) = path.split_first() else { return Meaning::Other };
        // Two modules may import everything of each other.
        if depth > IMPORTS {
            return Meaning::Other;
        }
        let continued = |base: &[String]| [base, rest].concat();
        match first.as_str() {
            "std" | "core" | "alloc" | "Self" => return Meaning::Other,
            "crate" => return self.item(rest, depth),
            "self" => return self.item(&continued(&module.path), depth),
            "super" => {
                return self.item(&continued(module.path.split_last().map_or(&[], |(_, up)| up)), depth);
            }
            _ => {}
        }
        if let Some(import) = module.imports.get(first)
            && import != path
        {
            return self.meaning_within(module, &continued(import), depth + 1);
        }
        let is_local = self.module(&[module.path.as_slice(), std::slice::from_ref(first)].concat()).is_some();
        if !is_local && let Some(dependency) = self.dependencies.get(first) {
            return Meaning::Dependency(dependency);
        }
        self.item(&[module.path.as_slice(), path].concat(), depth)
    }

    /// Finds an item of this package by its path from the root module.
    fn item(&self, path: &[String], depth: usize) -> Meaning<'_> {
        // The longest prefix that is a module. What follows is an item, perhaps with a part of the item.
        let Some((module, rest)) =
            (0..=path.len()).rev().find_map(|at| Some((self.module(&path[..at])?, &path[at..])))
        else {
            return Meaning::Other;
        };
        let Some(name) = rest.first() else { return Meaning::Other };
        let alias = module.items.iter().find_map(|item| match item {
            Item::Type(alias) if alias.ident == name => Some(alias),
            _ => None,
        });
        match (alias, module.imports.get(name)) {
            (Some(alias), _) => Meaning::Alias(module, alias),
            (None, Some(import)) => {
                self.meaning_within(module, &[import.as_slice(), &rest[1..]].concat(), depth + 1)
            }
            (None, None) => {
                let globs = module.globs.iter().map(|glob| [glob.as_slice(), rest].concat());
                let mut found = globs.map(|glob| self.meaning_within(module, &glob, depth + 1));
                found.find(|meaning| !matches!(meaning, Meaning::Other)).unwrap_or(Meaning::Other)
            }
        }
    }

    /// Whether a public type or trait of this package has the name.
    pub(super) fn has_public(&self, name: &str) -> bool {
        let items = self.modules.iter().flat_map(|module| &module.items);
        items
            .filter_map(type_or_trait)
            .any(|(of, visibility)| of == name && matches!(visibility, Visibility::Public(_)))
    }

    /// Whether a type or trait of this package has the name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.modules
            .iter()
            .flat_map(|module| &module.items)
            .filter_map(type_or_trait)
            .any(|(of, _)| of == name)
    }
}

impl Module {
    fn import(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.import(&step.tree, path);
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.imports.insert(path.last().unwrap().clone(), path);
            }
            UseTree::Name(name) => {
                path.push(name.ident.to_string());
                self.imports.insert(name.ident.to_string(), path);
            }
            UseTree::Rename(renamed) => {
                path.push(renamed.ident.to_string());
                self.imports.insert(renamed.rename.to_string(), path);
            }
            UseTree::Glob(_) => self.globs.push(path),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone());
                }
            }
        }
    }
}

fn type_or_trait(item: &Item) -> Option<(&syn::Ident, &Visibility)> {
    match item {
        Item::Enum(item) => Some((&item.ident, &item.vis)),
        Item::Struct(item) => Some((&item.ident, &item.vis)),
        Item::Trait(item) => Some((&item.ident, &item.vis)),
        Item::Union(item) => Some((&item.ident, &item.vis)),
        _ => None,
    }
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item exists only while tests are compiled.
fn is_of_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let condition = attribute.meta.require_list().unwrap().tokens.to_string();
        condition.contains("test") && !condition.contains("not")
    })
}
