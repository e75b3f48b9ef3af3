//! The functions and front doors as they are now, for readers besides the gateways.

use std::path::PathBuf;
use std::sync::Arc;

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::front_doors::{FrontDoor, FunctionId};

use super::Deployment;
use super::front_door::Manner;
use super::function::{Function, FunctionState};

/// A view of the deployment, made anew whenever the project changes.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// The folder of the project.
    pub(crate) root: PathBuf,
    /// In the order of their routes.
    pub(crate) functions: Vec<Listed>,
    /// The front doors of every kind, whether the emulator listens for them or not.
    pub(crate) all_front_doors: Vec<FrontDoor>,
    pub(crate) manner: Manner,
}

/// A function that can be served.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: FunctionId,
    /// The route as its folder spells it, or for other code its folder.
    pub(crate) route: String,
    /// The folder of its code.
    pub(crate) folder: PathBuf,
    function: Arc<Function>,
}

impl Listed {
    pub(crate) fn state(&self) -> FunctionState {
        self.function.view()
    }
}

impl Catalog {
    pub(super) fn empty() -> Self {
        let (functions, all_front_doors) = (Vec::new(), Vec::new());
        Self { root: PathBuf::new(), functions, all_front_doors, manner: Manner::default() }
    }

    /// Returns the function of a route, or of a name.
    pub(crate) fn function(&self, name: &str) -> Option<&Listed> {
        self.functions.iter().find(|listed| listed.route == name || listed.id.name() == name)
    }
}

impl Deployment {
    pub(super) fn view(&self) -> Catalog {
        let folder_of = |id: &FunctionId| {
            let package = self.project.functions.iter().find(|function| function.package == id.name());
            package.map(|function| function.folder.clone())
        };
        let listed = self.found.functions.iter().filter_map(|served| {
            let function = Arc::clone(self.functions.get(&served.id)?);
            let folder = folder_of(&served.id).unwrap_or_else(|| served.folder.clone());
            Some(Listed { id: served.id.clone(), route: served.place.clone(), folder, function })
        });
        let all = FrontDoorKind::ALL.iter();
        let all = all.flat_map(|kind| self.project.front_doors(&self.settings, &[*kind]).doors);
        Catalog {
            root: self.project.root.clone(),
            functions: listed.collect(),
            all_front_doors: all.collect(),
            manner: self.defaults.manner,
        }
    }
}
