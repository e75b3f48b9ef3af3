//! The functions behind front doors: as gateways invoke them, and as front doors look them up.

use std::collections::HashMap;
use std::sync::Arc;

use api_routes_project::front_doors::FunctionId;

use super::super::function::Function;
use crate::gateway::{Backend, NotReady};
use crate::invocation::{Invocation, Outcome};
use crate::pool::Pool;

/// The functions of this machine, as a gateway sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalBackend;

/// The functions of this machine, by the ids that front doors know them by.
pub(crate) type FunctionMap = HashMap<FunctionId, Arc<Function>>;

/// Finds the functions that the routes of a front door lead to.
pub(super) trait FunctionLookup<B: Backend> {
    fn backend(&self) -> B;

    /// Returns a function, if the project has it.
    fn find(&self, id: &FunctionId) -> Option<B::Function>;

    /// Whether clients wait for a function without a time-out.
    fn is_debugged(&self, function: &B::Function) -> bool;
}

impl Backend for LocalBackend {
    type Function = Arc<Function>;
    type Version = Arc<Pool>;

    fn name(&self, function: &Arc<Function>) -> Option<Arc<str>> {
        function.name()
    }

    fn generation(&self, function: &Arc<Function>) -> u64 {
        function.generation()
    }

    async fn ready(&self, function: &Arc<Function>) -> Result<Arc<Pool>, NotReady> {
        function.ready().await
    }

    async fn invoke(
        &self,
        function: &Arc<Function>,
        version: Arc<Pool>,
        invocation: Invocation,
    ) -> Result<Outcome, NotReady> {
        function.invoke(version, invocation).await
    }
}

impl FunctionLookup<LocalBackend> for FunctionMap {
    fn backend(&self) -> LocalBackend {
        LocalBackend
    }

    fn find(&self, id: &FunctionId) -> Option<Arc<Function>> {
        self.get(id).cloned()
    }

    fn is_debugged(&self, function: &Arc<Function>) -> bool {
        function.is_debugged
    }
}
