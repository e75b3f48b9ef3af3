//! Which file imports which: names are followed through modules and re-exports to the file that defines them.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

/// The longest chain of re-exports that is followed.
const STEPS: usize = 12;

/// For each file, the files that it imports, with the names that it takes from each.
pub(super) type Imports = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The meaning of a path.
enum Target {
    Module(usize),
    /// An item, by its name and the file that defines it.
    Item {
        file: String,
        name: String,
    },
}

/// Finds the imports between the files of a package.
///
/// A re-export alone is not an import: its module imports the item only if its code names it.
pub(super) fn imports(source: &Source) -> Imports {
    let mut imports = Imports::new();
    for (at, module) in source.modules.iter().enumerate() {
        let of_file = imports.entry(module.file.clone()).or_default();
        let private = module.imports.values().filter(|import| !import.is_reexport);
        for path in module.paths.iter().chain(private.map(|import| &import.path)) {
            if let Some(Target::Item { file, name }) = source.target(at, path, 0)
                && file != module.file
            {
                of_file.entry(file).or_default().insert(name);
            }
        }
    }
    imports
}

impl Source {
    /// Finds the meaning of a path in a module; `None` for a path into another package.
    fn target(&self, within: usize, path: &[String], steps: usize) -> Option<Target> {
        let mut module = within;
        let mut is_start = true;
        for (at, name) in path.iter().enumerate() {
            match name.as_str() {
                "crate" => module = 0,
                "self" => {}
                "super" => module = self.modules[module].parent?,
                "Self" => return None,
                _ => {
                    let is_last = at + 1 == path.len();
                    match self.name(module, name, is_last, is_start, steps)? {
                        Target::Module(next) => module = next,
                        item @ Target::Item { .. } => return Some(item),
                    }
                }
            }
            is_start = false;
        }
        Some(Target::Module(module))
    }

    /// Finds the meaning of a name in a module. At the end of a path, an item comes before a module with the same name.
    fn name(&self, at: usize, name: &str, is_last: bool, is_start: bool, steps: usize) -> Option<Target> {
        let module = &self.modules[at];
        let child = module.children.get(name).map(|child| Target::Module(*child));
        let item = module
            .items
            .contains(name)
            .then(|| Target::Item { file: module.file.clone(), name: name.to_owned() });
        if !is_last && child.is_some() {
            return child;
        }
        if item.is_some() || steps == STEPS {
            return item.or(child);
        }
        if let Some(import) = module.imports.get(name) {
            // `use record::Record` in a module without a child `record` starts in another package.
            let is_of_package =
                is_start && child.is_none() && import.path.first().is_some_and(|first| first == name);
            return if is_of_package { None } else { self.target(at, &import.path, steps + 1) };
        }
        if child.is_some() {
            return child;
        }
        module.globs.iter().find_map(|glob| {
            let Target::Module(other) = self.target(at, glob, steps + 1)? else { return None };
            if other == at { None } else { self.name(other, name, is_last, false, steps + 1) }
        })
    }
}
