//! The functions and front doors as they are now, for the inspector and the Invoke API.

use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::Settings;
use api_routes_project::aws::FrontDoorKind;
use api_routes_project::front_doors::{FrontDoor, FrontDoors, FunctionId, ServedFunction};
use api_routes_project::workspace::Project;

use super::front_door::{FrontDoorOptions, FunctionMap};
use super::function::{Function, FunctionState};
use crate::gateway::Api;
use crate::invoke_api::Directory;

/// A snapshot of the deployment. A changed project gets a new one.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// The folder of the project.
    pub(crate) root: PathBuf,
    /// The functions, in the order of their routes.
    pub(crate) functions: Vec<ListedFunction>,
    /// The front doors of every kind, whether the emulator listens for them or not.
    pub(crate) all_front_doors: Vec<FrontDoor>,
    pub(crate) options: FrontDoorOptions,
}

/// A function that can be served.
#[derive(Debug)]
pub(crate) struct ListedFunction {
    pub(crate) id: FunctionId,
    /// The route as its folder spells it, or for other code its folder.
    pub(crate) route: String,
    /// The folder of its code.
    pub(crate) folder: PathBuf,
    function: Arc<Function>,
}

impl ListedFunction {
    pub(crate) fn state(&self) -> FunctionState {
        self.function.view()
    }
}

impl Catalog {
    pub(super) fn empty() -> Self {
        let (functions, all_front_doors) = (Vec::new(), Vec::new());
        Self { root: PathBuf::new(), functions, all_front_doors, options: FrontDoorOptions::default() }
    }

    /// Lists the functions of `project` that `functions` has, and the front doors of every kind.
    pub(super) fn new(
        project: &Project,
        settings: &Settings,
        found: &FrontDoors,
        functions: &FunctionMap,
        options: FrontDoorOptions,
    ) -> Self {
        let folder_of = |id: &FunctionId| {
            let package = project.functions.iter().find(|function| function.package == id.name());
            package.map(|function| function.folder.clone())
        };
        let listed = found.functions.iter().filter_map(|served| {
            let function = Arc::clone(functions.get(&served.id)?);
            let folder = folder_of(&served.id).unwrap_or_else(|| served.folder.clone());
            Some(ListedFunction { id: served.id.clone(), route: served.place.clone(), folder, function })
        });
        let all = FrontDoorKind::ALL.iter();
        let all = all.flat_map(|kind| project.front_doors(settings, &[*kind]).doors);
        Self {
            root: project.root.clone(),
            functions: listed.collect(),
            all_front_doors: all.collect(),
            options,
        }
    }

    /// Returns the function of a route, or of a name.
    pub(crate) fn function(&self, name: &str) -> Option<&ListedFunction> {
        self.functions.iter().find(|listed| listed.route == name || listed.id.name() == name)
    }
}

/// Returns the functions by the names that Lambda's Invoke API takes: the name that a function is deployed under, the
/// names of its binary and of its package, which `cargo lambda invoke` takes, and its logical id. Where one function's
/// name is another's package, the deployed name wins.
pub(super) fn directory(
    served: &[ServedFunction],
    functions: &FunctionMap,
    region: &str,
) -> Directory<Arc<Function>> {
    let mut directory = Directory::new(region, Api::default().account_id);
    let names = served.iter().map(|function| (function, Some(function.settings.name.as_str())));
    let binaries = served.iter().map(|function| (function, function.settings.code.binary()));
    let ids = served.iter().map(|function| (function, Some(function.id.name())));
    for (served, name) in names.chain(binaries).chain(ids) {
        if let (Some(name), Some(function)) = (name, functions.get(&served.id)) {
            directory.add(name, Arc::clone(function));
        }
    }
    directory
}
