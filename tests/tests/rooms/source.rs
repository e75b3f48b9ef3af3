//! The source of a package: its modules, what each defines and imports, and the paths that its code names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, UseTree, Visibility};

/// The texts of a package, by their paths below the folder of its root module.
pub(super) type Texts = BTreeMap<String, String>;

/// A module, in its own file or in its parent's.
#[derive(Default)]
pub(super) struct Module {
    pub(super) file: String,
    pub(super) parent: Option<usize>,
    pub(super) children: BTreeMap<String, usize>,
    /// The names of the items that the module defines.
    pub(super) items: BTreeSet<String>,
    /// Each imported name with the path that it is short for.
    pub(super) imports: BTreeMap<String, Import>,
    pub(super) globs: Vec<Vec<String>>,
    /// The paths in code, of one name or several.
    pub(super) paths: BTreeSet<Vec<String>>,
}

pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// Whether other modules can import the name from this module.
    pub(super) is_reexport: bool,
}

/// The modules of a package, without the modules of its tests. The first is the root.
pub(super) struct Source {
    pub(super) modules: Vec<Module>,
}

impl Source {
    /// Reads a package from its texts, which include `lib.rs`.
    pub(super) fn read(texts: &Texts) -> Self {
        let mut source = Self { modules: Vec::new() };
        source.read_file(texts, "lib.rs", None);
        source
    }

    fn read_file(&mut self, texts: &Texts, file: &str, parent: Option<usize>) -> usize {
        let parsed = syn::parse_file(&texts[file]).unwrap_or_else(|error| panic!("{file}: {error}"));
        let children = match file.rsplit_once('/') {
            _ if file == "lib.rs" => String::new(),
            Some((folder, "mod.rs")) => format!("{folder}/"),
            _ => file.replace(".rs", "/"),
        };
        self.add(texts, &parsed.items, file, &children, parent)
    }

    fn add(
        &mut self,
        texts: &Texts,
        items: &[Item],
        file: &str,
        folder: &str,
        parent: Option<usize>,
    ) -> usize {
        let at = self.modules.len();
        self.modules.push(Module { file: file.to_owned(), parent, ..Module::default() });
        for item in items {
            if attributes(item).iter().any(is_test_only) {
                continue;
            }
            let Item::Mod(child) = item else {
                let module = &mut self.modules[at];
                module.items.extend(defined_name(item));
                module.visit_item(item);
                continue;
            };
            let name = child.ident.to_string();
            let index = if let Some((_, items)) = &child.content {
                self.add(texts, items, file, &format!("{folder}{name}/"), Some(at))
            } else {
                let names = [format!("{folder}{name}.rs"), format!("{folder}{name}/mod.rs")];
                let found = names.iter().find(|file| texts.contains_key(*file));
                let found = found.unwrap_or_else(|| panic!("{file}: no file for the module `{name}`"));
                self.read_file(texts, found, Some(at))
            };
            self.modules[at].children.insert(name, index);
        }
        at
    }
}

impl Module {
    fn add_imports(&mut self, tree: &UseTree, mut path: Vec<String>, is_reexport: bool) {
        let (name, step) = match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                return self.add_imports(&step.tree, path, is_reexport);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_imports(tree, path.clone(), is_reexport);
                }
                return;
            }
            UseTree::Glob(_) => return self.globs.push(path),
            UseTree::Name(name) if name.ident == "self" => (path.last().cloned().unwrap(), None),
            UseTree::Name(name) => (name.ident.to_string(), Some(&name.ident)),
            UseTree::Rename(renamed) => {
                let step = Some(&renamed.ident).filter(|step| *step != "self");
                (renamed.rename.to_string(), step)
            }
        };
        path.extend(step.map(ToString::to_string));
        // Several traits can be imported as `_`.
        let name = if name == "_" { format!("_ {}", path.join("::")) } else { name };
        self.imports.insert(name, Import { path, is_reexport });
    }

    /// Adds the paths in tokens that Rust does not parse: the tokens of a macro or an attribute.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut last = ' ';
        for token in tokens {
            let mut next = ' ';
            match token {
                TokenTree::Ident(name) => {
                    if last != ':' {
                        self.paths.insert(std::mem::take(&mut path));
                    }
                    // A member after a dot is not a path.
                    if last != '.' {
                        path.push(name.to_string());
                    }
                }
                TokenTree::Punct(mark) => {
                    next = mark.as_char();
                    if next != ':' {
                        self.paths.insert(std::mem::take(&mut path));
                    }
                }
                TokenTree::Group(group) => {
                    self.paths.insert(std::mem::take(&mut path));
                    self.add_tokens(group.stream());
                }
                TokenTree::Literal(_) => {
                    self.paths.insert(std::mem::take(&mut path));
                }
            }
            last = next;
        }
        self.paths.insert(path);
        self.paths.remove(&Vec::new());
    }
}

impl Visit<'_> for Module {
    fn visit_item(&mut self, item: &Item) {
        if !attributes(item).iter().any(is_test_only) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        if !function.attrs.iter().any(is_test_only) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, import: &syn::ItemUse) {
        if import.leading_colon.is_none() {
            let is_reexport = !matches!(import.vis, Visibility::Inherited);
            self.add_imports(&import.tree, Vec::new(), is_reexport);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() {
            self.paths.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        visit::visit_macro(self, call);
        self.add_tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.add_tokens(list.tokens.clone());
        }
    }
}

/// Reads the source files below a folder.
pub(super) fn read_texts(folder: &Path) -> Texts {
    let mut texts = Texts::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                texts.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item with this attribute exists only in tests.
fn is_test_only(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    let condition = list.tokens.to_string();
    list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all (test"))
}
