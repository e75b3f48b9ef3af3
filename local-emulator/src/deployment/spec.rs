//! What a function's sandboxes run, from the project and its settings.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use api_routes::route::Pattern;

use crate::gateway::Api;
use crate::project::{Function, Project, Settings};
use crate::sandbox::FunctionSpec;

/// What all functions of an emulator are made with.
#[derive(Clone)]
pub(crate) struct Defaults {
    /// The emulator's own environment, from which functions get what the project declares.
    pub(crate) shell: BTreeMap<String, String>,
    /// How many sandboxes a function may have at once.
    pub(crate) sandboxes: usize,
}

impl fmt::Debug for Defaults {
    /// Without the values: there are secrets among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.shell.keys().collect();
        f.debug_struct("Defaults").field("shell", &names).field("sandboxes", &self.sandboxes).finish()
    }
}

impl Defaults {
    pub(super) fn spec(
        &self,
        project: &Project,
        settings: &Settings,
        function: &Function,
        executable: &Path,
    ) -> FunctionSpec {
        let deployed = settings.function(&function.binary);
        let sources = settings.sources(&deployed, &self.shell, &project.root);
        let Api { account_id, .. } = Api::default();
        FunctionSpec {
            arn: format!("arn:aws:lambda:{}:{account_id}:function:{}", sources.region(), deployed.name),
            environment: sources.environment().variables,
            name: deployed.name.clone(),
            route: path(&function.route_folder),
            binary: PathBuf::from(executable),
            working_directory: project.root.clone(),
            memory_mb: deployed.memory_mb,
            timeout: deployed.timeout,
            limit: self.sandboxes,
        }
    }

    /// What functions do not get of their variables, and why; each reason once.
    pub(super) fn warnings(&self, project: &Project, settings: &Settings) -> Vec<String> {
        let mut warnings: Vec<String> = Vec::new();
        for function in &project.functions {
            let deployed = settings.function(&function.binary);
            let sources = settings.sources(&deployed, &self.shell, &project.root);
            warnings.extend(sources.environment().warnings);
        }
        warnings.sort();
        warnings.dedup();
        warnings
    }
}

/// The path that a folder stands for, as the list of routes has it; the folder itself, where that is none.
fn path(folder: &str) -> String {
    Pattern::from_folder(folder).map_or_else(|_| format!("/{folder}"), |pattern| pattern.to_string())
}
