//! The functions by the names that Lambda's Invoke API takes.

use std::sync::Arc;

use super::{Deployment, Function};
use crate::gateway::Api;
use crate::invoke_api::Directory;

impl Deployment {
    /// By the name that a function is deployed under, and by the names of its binary and of its package, which
    /// `cargo lambda invoke` takes, or by its logical id. Where one function's name is another's package, the
    /// deployed name wins.
    pub(super) fn functions_by_name(&self) -> Directory<Arc<Function>> {
        let mut directory = Directory::new(self.region(), Api::default().account_id);
        let functions = &self.found.functions;
        let names = functions.iter().map(|function| (function, Some(function.settings.name.as_str())));
        let binaries = functions.iter().map(|function| (function, function.settings.code.binary()));
        let ids = functions.iter().map(|function| (function, Some(function.id.name())));
        for (served, name) in names.chain(binaries).chain(ids) {
            if let (Some(name), Some(function)) = (name, self.functions.get(&served.id)) {
                directory.add(name, Arc::clone(function));
            }
        }
        directory
    }

    /// The same for all functions: it is of the shell, or of `.env`.
    pub(super) fn region(&self) -> String {
        let any = self.settings.function("");
        self.settings
            .sources(&any, &self.defaults.dotenv_context.shell, &self.project.root)
            .region()
            .to_owned()
    }
}
