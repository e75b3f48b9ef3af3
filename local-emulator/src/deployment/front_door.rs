//! The gateway in front of the functions of this machine.

use std::sync::{Arc, PoisonError, RwLock};

use super::function::Function;
use crate::gateway::http_api::{HttpApi, RouteTable};
use crate::gateway::{self, Backend, Integration, NotReady};
use crate::invocation::{Invocation, Outcome};
use crate::sandbox::Pool;

/// The functions of this machine, as a gateway sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local;

impl Backend for Local {
    type Function = Arc<Function>;
    type Version = Arc<Pool>;

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

/// A front door whose routes change with the project. A request keeps those that it was begun with.
#[derive(Clone, Debug)]
pub(crate) struct FrontDoor(Arc<RwLock<Arc<gateway::FrontDoor<Local>>>>);

impl FrontDoor {
    /// Without routes.
    pub(super) fn new() -> Self {
        Self(Arc::new(RwLock::new(Arc::new(with_routes(RouteTable::default())))))
    }

    pub(crate) fn current(&self) -> Arc<gateway::FrontDoor<Local>> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn route(&self, table: RouteTable<Integration<Arc<Function>>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(with_routes(table));
    }
}

fn with_routes(table: RouteTable<Integration<Arc<Function>>>) -> gateway::FrontDoor<Local> {
    gateway::FrontDoor::HttpApi(HttpApi::new(Local, table))
}
