//! Finds the dependencies whose types are a part of a public API, and compares them with `docs/public-dependencies.md`.
//!
//! Rustdoc knows the public API exactly, but prints it as data on nightly only. So this is a scan of the source, which
//! follows imports, re-exports and type aliases. It relies on rustc's lint `unreachable_pub`: users can name each `pub`
//! item. The scan does not see:
//!
//! - types that `impl Trait` hides, such as an auto trait that a change of a dependency takes away;
//! - associated types that are named only through a trait, such as `<S as Service<R>>::Future`;
//! - implementations by derive macros, except those of serde's `Serialize` and `Deserialize`.
//!
//! The scan sees too much in macros of the package itself: each name in an item of a macro counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::meta::ParseNestedMeta;
use syn::visit::{self, Visit};
use syn::{ImplItem, Item, ItemImpl, Type, UseTree, Visibility};

use super::root;
use super::source::{Meaning, Module, Source};

/// Derive macros that write only implementations of traits of the standard library.
const DERIVES: [&str; 1] = ["thiserror"];

/// Dependencies that are public modules of another dependency, which comes first. A re-export of the first includes
/// them.
const SHOWN: [(&str, &str); 1] = [("cookie", "time")];

/// Each dependency that a public API names, with the items that name it.
type Surface = BTreeMap<String, BTreeSet<String>>;

/// Finds the dependencies in the public API of a package.
fn surface(source: &Source) -> Surface {
    let mut surface = Surface::new();
    for module in &source.modules {
        for (item, dependencies) in module.items.iter().flat_map(|item| signatures(source, module, item)) {
            let item = [module.path.as_slice(), &[item]].concat().join("::");
            for dependency in dependencies {
                surface.entry(dependency).or_default().insert(item.clone());
            }
        }
    }
    surface
}

/// Returns the dependencies that the signatures of one item name, with the name of each signature.
fn signatures(source: &Source, module: &Module, item: &Item) -> Vec<(String, BTreeSet<String>)> {
    let signature = |name: &dyn ToString, visit: &dyn Fn(&mut Signature<'_>)| {
        let mut signature = Signature { source, module, dependencies: BTreeSet::new() };
        visit(&mut signature);
        vec![(name.to_string(), signature.dependencies)]
    };
    match item {
        Item::Const(item) if is_public(&item.vis) => signature(&item.ident, &|it| it.visit_type(&item.ty)),
        Item::Enum(item) if is_public(&item.vis) => signature(&item.ident, &|it| {
            it.derives(&item.attrs);
            it.visit_item_enum(item);
        }),
        Item::Fn(item) if is_public(&item.vis) => {
            signature(&item.sig.ident, &|it| it.visit_signature(&item.sig))
        }
        Item::Impl(item) if is_reachable(source, item) => match &item.trait_ {
            None => item.items.iter().filter_map(|member| method(source, module, item, member)).collect(),
            Some((of, _)) => {
                let name = format!("impl {} for {}", last(of), head(&item.self_ty));
                signature(&name, &|it| it.implementation(item, of))
            }
        },
        Item::Macro(item) => {
            let name =
                item.ident.as_ref().map_or_else(|| format!("{}!", last(&item.mac.path)), ToString::to_string);
            signature(&name, &|it| it.tokens(&item.mac.tokens.to_string()))
        }
        Item::Static(item) if is_public(&item.vis) => signature(&item.ident, &|it| it.visit_type(&item.ty)),
        Item::Struct(item) if is_public(&item.vis) => signature(&item.ident, &|it| {
            it.derives(&item.attrs);
            it.visit_item_struct(item);
        }),
        Item::Trait(item) if is_public(&item.vis) => signature(&item.ident, &|it| it.visit_item_trait(item)),
        Item::Type(item) if is_public(&item.vis) => signature(&item.ident, &|it| it.visit_item_type(item)),
        Item::Use(item) if is_public(&item.vis) => signature(&"pub use", &|it| it.import(&item.tree, &[])),
        _ => Vec::new(),
    }
}

/// Returns the same for a method or a constant of a type.
fn method(
    source: &Source,
    module: &Module,
    of: &ItemImpl,
    member: &ImplItem,
) -> Option<(String, BTreeSet<String>)> {
    let mut signature = Signature { source, module, dependencies: BTreeSet::new() };
    let name = match member {
        ImplItem::Const(member) if is_public(&member.vis) => {
            signature.visit_type(&member.ty);
            &member.ident
        }
        ImplItem::Fn(member) if is_public(&member.vis) => {
            signature.visit_signature(&member.sig);
            &member.sig.ident
        }
        _ => return None,
    };
    signature.visit_generics(&of.generics);
    Some((format!("{}::{name}", head(&of.self_ty)), signature.dependencies))
}

/// Whether users can see an implementation: neither its type nor its trait is private to the package.
fn is_reachable(source: &Source, item: &ItemImpl) -> bool {
    let of = item.trait_.iter().map(|(of, _)| last(of));
    of.chain([head(&item.self_ty)]).all(|name| source.has_public(&name) || !source.has(&name))
}

/// Collects the dependencies that a signature names.
struct Signature<'s> {
    source: &'s Source,
    module: &'s Module,
    dependencies: BTreeSet<String>,
}

impl Signature<'_> {
    fn path(&mut self, path: &[String]) {
        match self.source.meaning(self.module, path) {
            Meaning::Dependency(name) => {
                self.dependencies.insert(name.to_owned());
            }
            Meaning::Alias(module, alias) => {
                let mut signature = Signature { source: self.source, module, dependencies: BTreeSet::new() };
                signature.visit_type(&alias.ty);
                self.dependencies.extend(signature.dependencies);
            }
            Meaning::Other => {}
        }
    }

    fn implementation(&mut self, item: &ItemImpl, of: &syn::Path) {
        self.visit_path(of);
        self.visit_type(&item.self_ty);
        self.visit_generics(&item.generics);
        for member in &item.items {
            if let ImplItem::Type(member) = member {
                self.visit_type(&member.ty);
            }
        }
    }

    /// Takes each word of a macro for a path.
    fn tokens(&mut self, tokens: &str) {
        let words = tokens.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.filter(|word| !word.is_empty()).for_each(|word| self.path(&[word.to_owned()]));
    }

    fn import(&mut self, tree: &UseTree, path: &[String]) {
        let below = |name: &dyn ToString| [path, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(step) => self.import(&step.tree, &below(&step.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, path)),
            UseTree::Name(name) if name.ident == "self" => self.re_export(path),
            UseTree::Name(name) => self.re_export(&below(&name.ident)),
            UseTree::Rename(renamed) => self.re_export(&below(&renamed.ident)),
            UseTree::Glob(_) => self.path(path),
        }
    }

    fn re_export(&mut self, path: &[String]) {
        self.path(path);
        if let [name] = path {
            let shown = SHOWN.iter().filter(|(dependency, _)| dependency == name);
            self.dependencies.extend(shown.map(|(_, shown)| (*shown).to_owned()));
        }
    }

    fn derives(&mut self, attributes: &[syn::Attribute]) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            let derive = |derive: ParseNestedMeta<'_>| {
                let path = words(&derive.path);
                let meaning = self.source.meaning(self.module, &path);
                if !matches!(meaning, Meaning::Dependency(name) if DERIVES.contains(&name)) {
                    self.path(&path);
                }
                Ok(())
            };
            attribute.parse_nested_meta(derive).unwrap();
        }
    }
}

impl<'ast> Visit<'ast> for Signature<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(&words(path));
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_block(&mut self, _: &'ast syn::Block) {}

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}

    /// Skips a private field, unless `#[from]` makes a conversion of its type.
    fn visit_field(&mut self, field: &'ast syn::Field) {
        let has_from = field.attrs.iter().any(|attribute| attribute.path().is_ident("from"));
        if has_from || is_public(&field.vis) {
            self.visit_type(&field.ty);
        }
    }

    /// Visits all fields, since the fields of an enum are public.
    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        variant.fields.iter().for_each(|field| self.visit_type(&field.ty));
    }
}

fn words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn last(path: &syn::Path) -> String {
    path.segments.last().unwrap().ident.to_string()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Returns the last name of a type's own path.
fn head(of: &Type) -> String {
    match of {
        Type::Path(of) => last(&of.path),
        Type::Reference(of) => head(&of.elem),
        _ => String::new(),
    }
}

/// Finds the dependencies of a package, without the dependencies of its tests, by the names that its code uses.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect()
}

/// Returns the dependencies that the page lists for a package.
fn listed(page: &str, package: &str) -> BTreeSet<String> {
    let title = format!("## `{package}`");
    let lines = page.lines().skip_while(|line| *line != title).skip(1);
    let section = lines.take_while(|line| !line.starts_with("## "));
    let names = section.filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0));
    names.map(|name| name.replace('-', "_")).collect()
}

#[test]
fn the_page_lists_all_public_dependencies() {
    let page = fs::read_to_string(root().join("docs/public-dependencies.md")).unwrap();
    for (package, folder) in [("api-routes", "shared"), ("api-routes-routing", "shared/routing")] {
        let folder = root().join(folder);
        let source = Source::read(&folder.join("src/lib.rs"), dependencies(&folder.join("Cargo.toml")));
        let found = surface(&source);
        let names: BTreeSet<_> = found.keys().cloned().collect();
        assert_eq!(
            names,
            listed(&page, package),
            "left: the public API of `{package}`, by {found:#?}; right: the page"
        );
    }
}

/// Writes a package of one file, and finds its public dependencies among `cookie`, `http`, `serde` and `tower`.
fn found_in(code: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lib.rs");
    fs::write(&file, code).unwrap();
    let dependencies = ["cookie", "http", "serde", "tower"].map(str::to_owned).into();
    surface(&Source::read(&file, dependencies)).into_keys().collect()
}

#[test]
fn each_way_into_the_public_api_is_found() {
    for code in [
        "pub use http::Method;",
        "pub use http as web;",
        "pub fn method() -> http::Method {}",
        "use http::Method; pub fn with(method: Option<&Method>) {}",
        "use http::Method as Verb; pub const VERB: Verb = Verb::GET;",
        "use http::{header::{self, HeaderName}, Method}; pub fn name() -> HeaderName {}",
        "use http::header; pub fn name() -> header::HeaderName {}",
        "type Verb = http::Method; pub fn verb() -> Verb {}",
        "mod a { pub(crate) use http::Method; } use a::Method; pub fn method() -> Method {}",
        "mod a { pub(crate) use http::*; } pub fn method() -> a::Method {}",
        "mod a { pub(crate) type Verb = http::Method; } use crate::a::*; pub fn verb() -> Verb {}",
        "mod a { pub struct A; impl A { pub fn verb(&self) -> super::Verb {} } } type Verb = http::Method;",
        "pub struct Call { pub method: http::Method }",
        "pub enum Call { Of(http::Method) }",
        "pub struct Call; impl From<http::Method> for Call {}",
        "pub struct Call; impl Iterator for Call { type Item = http::Method; }",
        "pub struct Call; impl http::Callable for Call {}",
        "pub trait Call { fn method(&self) -> http::Method; }",
        "pub trait Call: http::Callable {}",
        "pub fn call<C: http::Callable>(of: C) {}",
        "pub fn call(of: impl http::Callable) {}",
        "pub fn call<C>(of: C) where C: http::Callable {}",
        "pub struct Error(#[from] http::Error);",
        "#[derive(Clone, http::Callable)] pub struct Call;",
        "macro_rules! call { () => { pub fn call() -> http::Method {} } }",
        "use http::Method; calls!(Method);",
    ] {
        assert_eq!(found_in(code), ["http"], "{code}");
    }
}

#[test]
fn re_exported_crate_brings_those_that_it_shows() {
    assert_eq!(found_in("pub use cookie;"), ["cookie", "time"]);
    assert_eq!(found_in("pub use cookie::{self, Cookie};"), ["cookie", "time"]);
    assert_eq!(found_in("pub use cookie::Cookie;"), ["cookie"]);
}

#[test]
fn a_private_use_is_not_found() {
    for code in [
        "use http::Method; fn method() -> Method {}",
        "pub fn text() -> String { http::Method::GET.to_string() }",
        "pub(crate) use http::Method;",
        "pub(crate) fn method() -> http::Method {}",
        "pub struct Call { method: http::Method }",
        "pub struct Call; impl Call { fn method(&self) -> http::Method {} }",
        "struct Call; impl From<http::Method> for Call {}",
        "trait Call {} impl Call for http::Method {}",
        "mod http { pub struct Method; } pub fn method() -> http::Method {}",
        "#[cfg(test)] mod tests { pub fn method() -> http::Method {} }",
        "pub struct Method; pub fn method() -> Method {}",
    ] {
        assert_eq!(found_in(code), [""; 0], "{code}");
    }
}
