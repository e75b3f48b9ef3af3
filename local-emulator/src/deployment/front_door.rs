//! The gateways in front of the functions of this machine.

mod authorizer_host;
mod judges;
mod make;
mod preview;
mod rules;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use authorizer_host::AuthorizerHost;
use make::Maker;
pub(super) use make::Manner;
pub(crate) use preview::{Preview, preview};

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::front_doors::{self as project, FunctionId, Told};

use super::function::Function;
use crate::current::Current;
use crate::gateway::{self, Backend, NotReady};
use crate::invocation::{Invocation, Outcome};
use crate::sandbox::Pool;

/// The functions of this machine, as a gateway sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local;

impl Backend for Local {
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

/// By what front doors know them.
pub(super) type Functions = HashMap<FunctionId, Arc<Function>>;

/// A front door whose routes and settings change with the project. A request keeps those that it was begun
/// with.
#[derive(Clone, Debug)]
pub(crate) struct FrontDoor {
    kind: FrontDoorKind,
    /// Among those of its kind.
    name: String,
    current: Current<gateway::FrontDoor<Local>>,
    /// Absent if the project has no such front door any more.
    declared: Current<Option<project::FrontDoor>>,
    with_stage: bool,
}

impl FrontDoor {
    /// Closed, until it is replaced.
    fn new(declared: &project::FrontDoor, manner: Manner) -> Self {
        let (kind, name) = (declared.kind(), declared.name().to_owned());
        let current = Current::new(make::closed(kind));
        Self { kind, name, current, declared: Current::new(None), with_stage: !manner.no_stage }
    }

    /// The name of its kind.
    pub(crate) fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// Returns the front door as the project declares it now.
    pub(crate) fn declared(&self) -> Arc<Option<project::FrontDoor>> {
        self.declared.get()
    }

    /// Whether paths begin with the stage.
    pub(crate) fn with_stage(&self) -> bool {
        self.with_stage
    }

    pub(crate) fn current(&self) -> Arc<gateway::FrontDoor<Local>> {
        self.current.get()
    }
}

/// The front doors that the emulator listens at: as many as it was started with.
#[derive(Debug)]
pub(super) struct FrontDoors {
    doors: Vec<FrontDoor>,
    manner: Manner,
}

impl FrontDoors {
    pub(super) fn new(declared: &[project::FrontDoor], manner: Manner) -> Self {
        Self { doors: declared.iter().map(|door| FrontDoor::new(door, manner)).collect(), manner }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &FrontDoor> {
        self.doors.iter()
    }

    /// Leads each to what the project says now, and tells what is wrong with that.
    pub(super) fn replace(
        &self,
        found: &project::FrontDoors,
        region: &str,
        host: AuthorizerHost,
        functions: &Functions,
    ) -> Told {
        let mut maker = Maker::new(functions, self.manner).with_authorizers(found, region, host);
        let mut declared: Vec<_> = found.doors.iter().collect();
        for door in &self.doors {
            if let Some(declared) = self.position(door, &declared).map(|at| declared.remove(at)) {
                door.current.replace(maker.front_door(declared));
                door.declared.replace(Some(declared.clone()));
            } else {
                door.current.replace(make::closed(door.kind));
                door.declared.replace(None);
            }
        }
        maker.told.errors.extend(declared.into_iter().map(without_port));
        maker.told
    }

    /// The one of the same name; an API that is the only one of its kind may have another.
    fn position(&self, door: &FrontDoor, declared: &[&project::FrontDoor]) -> Option<usize> {
        let is_only = self.doors.iter().filter(|other| other.kind == door.kind).count() == 1;
        let of_kind = |declared: &&project::FrontDoor| declared.kind() == door.kind;
        let same = declared.iter().position(|declared| of_kind(declared) && declared.name() == door.name);
        same.or_else(|| declared.iter().position(of_kind).filter(|_| is_only))
    }
}

fn without_port(declared: &project::FrontDoor) -> String {
    format!("`{}` is not served: start the emulator again, it has no port for it yet", declared.title())
}
