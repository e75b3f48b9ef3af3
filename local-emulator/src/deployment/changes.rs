//! The functions that changed files affect: requests to them wait for a build, or their sandboxes restart.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::front_doors::{FunctionId, ServedFunction};

use super::Deployment;
use super::function::Function;

/// How many changed files, and how many functions that are built, a line of the log names.
const NAMED: usize = 3;

impl Deployment {
    /// Makes requests to all functions that are built wait for the build `wanted`.
    pub(crate) fn wait_for_all(&self, wanted: u64) {
        let built = self.functions.iter().filter(|(id, _)| matches!(id, FunctionId::Package(_)));
        built.for_each(|(_, function)| function.wait_for(wanted));
    }

    /// Returns the packages of the functions that wait for a build.
    pub(crate) fn waiting(&self) -> Vec<String> {
        let waiting = self.functions.iter().filter(|(_, function)| function.is_waiting());
        waiting.map(|(id, _)| id.name().to_owned()).collect()
    }

    /// Makes requests to these functions wait for the build `wanted`.
    pub(crate) fn wait_for(&self, packages: &[String], wanted: u64) {
        let functions =
            packages.iter().filter_map(|package| self.functions.get(&FunctionId::Package(package.clone())));
        functions.for_each(|function| function.wait_for(wanted));
    }

    /// Returns the packages that are built from these files: those whose folders contain the files, and `readers`, whose last
    /// build has read them.
    pub(crate) fn affected(&self, files: &[PathBuf], readers: &BTreeSet<String>) -> Vec<String> {
        let by_folder = self.project.affected(files);
        let functions = self.project.functions.iter();
        let affected = functions.filter(|of| readers.contains(&of.package) || by_folder.contains(of));
        let packages = affected.map(|function| function.package.clone());
        packages.filter(|package| !self.is_attached(&FunctionId::Package(package.clone()))).collect()
    }

    /// Logs that source files changed, and makes requests to the `affected` packages wait for the build `wanted`.
    pub(crate) fn sources_changed(&self, files: &[PathBuf], affected: &[String], wanted: u64) {
        let functions: Vec<_> = affected
            .iter()
            .filter_map(|package| self.functions.get_key_value(&FunctionId::Package(package.clone())))
            .collect();
        if functions.is_empty() {
            return;
        }
        let (in_use, others): (Vec<_>, Vec<_>) =
            functions.iter().partition(|(_, function)| function.is_in_use());
        let names = |of: &[&(&FunctionId, &Arc<Function>)]| {
            of.iter().map(|(id, _)| id.name()).collect::<Vec<_>>().join(", ")
        };
        let what = match (in_use.len(), others.len()) {
            (0, 1..=NAMED) => names(&others),
            (0, count) => format!("{count} functions"),
            (_, 0) => format!("{} (in use)", names(&in_use)),
            (_, count) => format!("{} (in use), {count} more behind", names(&in_use)),
        };
        self.host.printer.line(format_args!("{} changed → {what}", self.names(files)));
        for (_, function) in functions {
            function.wait_for(wanted);
        }
    }

    /// Names the first few files, relative to the project if they are in it.
    fn names(&self, files: &[PathBuf]) -> String {
        let name = |file: &PathBuf| {
            file.strip_prefix(&self.project.root).unwrap_or(file).to_string_lossy().into_owned()
        };
        let names = files.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ");
        match files.len().saturating_sub(NAMED) {
            0 => names,
            1 => format!("{names} and 1 more file"),
            more => format!("{names} and {more} more files"),
        }
    }

    /// Restarts the functions that are not built and whose files changed.
    pub(crate) fn code_changed(&mut self, files: &[PathBuf]) {
        let changed = |function: &&ServedFunction| {
            matches!(function.id, FunctionId::Folder(_))
                && !self.is_attached(&function.id)
                && files.iter().any(|file| file.starts_with(&function.folder))
        };
        let changed: Vec<_> = self.found.functions.iter().filter(changed).cloned().collect();
        for function in changed {
            self.host.printer.line(format_args!("{} changed: starting it again", function.place));
            let retired = self.functions.get(&function.id).and_then(|of| of.start_anew(&self.host));
            self.retire(retired);
        }
        self.settings.examine_code(&self.project.root);
        self.print_problems();
    }
}
