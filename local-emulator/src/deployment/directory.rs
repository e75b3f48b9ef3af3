//! The functions by the names that Lambda's Invoke API takes.

use std::sync::Arc;

use super::{Deployment, Function};
use crate::gateway::Api;
use crate::invoke_api::Listing;

impl Deployment {
    /// By the name that a function is deployed under, and by the names of its binary and of its package, which
    /// `cargo lambda invoke` takes. Where one function's name is another's package, the deployed name wins.
    pub(super) fn listing(&self) -> Listing<Arc<Function>> {
        let mut listing = Listing::new(self.region(), Api::default().account_id);
        let members = &self.project.functions;
        let names = members.iter().map(|member| (member, self.settings.function(&member.binary).name));
        let binaries = members.iter().map(|member| (member, member.binary.clone()));
        let packages = members.iter().map(|member| (member, member.package.clone()));
        for (member, name) in names.chain(binaries).chain(packages) {
            if let Some(function) = self.functions.get(&member.package) {
                listing.add(&name, Arc::clone(function));
            }
        }
        listing
    }

    /// The same for all functions: it is of the shell, or of `.env`.
    fn region(&self) -> String {
        let any = self.settings.function("");
        self.settings.sources(&any, &self.defaults.shell, &self.project.root).region().to_owned()
    }
}
