//! The gateways in front of the functions of this machine.

mod authorizer_host;
mod functions;
mod gateway_builder;
mod guards;
mod preview;
mod rules;

use std::sync::Arc;

pub(crate) use authorizer_host::AuthorizerHost;
pub(super) use functions::FunctionMap;
pub(crate) use functions::LocalBackend;
pub(super) use gateway_builder::FrontDoorOptions;
use gateway_builder::GatewayBuilder;
pub(crate) use preview::{Preview, preview};

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::front_doors::{self as project, Notices};

use crate::current::Current;
use crate::gateway;

/// A front door whose routes and settings change with the project. A request keeps the routes and settings of its beginning.
#[derive(Clone, Debug)]
pub(crate) struct LiveFrontDoor {
    kind: FrontDoorKind,
    /// The name that distinguishes the front door from others of its kind.
    name: String,
    current: Current<gateway::FrontDoor<LocalBackend>>,
    /// `None` if the project has no such front door any more.
    declared: Current<Option<project::FrontDoor>>,
    with_stage: bool,
}

impl LiveFrontDoor {
    /// Creates a front door without routes. [`LiveFrontDoors::replace`] gives it those of the project.
    fn new(declared: &project::FrontDoor, options: FrontDoorOptions) -> Self {
        let (kind, name) = (declared.kind(), declared.name().to_owned());
        let current = Current::new(gateway_builder::closed(kind));
        Self { kind, name, current, declared: Current::new(None), with_stage: !options.no_stage }
    }

    /// Returns the name of the front door's kind.
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

    /// Returns the gateway that answers requests now.
    pub(crate) fn current(&self) -> Arc<gateway::FrontDoor<LocalBackend>> {
        self.current.get()
    }
}

/// The front doors at which the emulator listens. Their number stays the same until the emulator ends.
#[derive(Debug)]
pub(super) struct LiveFrontDoors {
    doors: Vec<LiveFrontDoor>,
    options: FrontDoorOptions,
}

impl LiveFrontDoors {
    pub(super) fn new(declared: &[project::FrontDoor], options: FrontDoorOptions) -> Self {
        Self { doors: declared.iter().map(|door| LiveFrontDoor::new(door, options)).collect(), options }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &LiveFrontDoor> {
        self.doors.iter()
    }

    /// Gives each front door the routes that the project declares now, and returns the problems with them.
    pub(super) fn replace(
        &self,
        found: &project::FrontDoors,
        region: &str,
        host: AuthorizerHost,
        functions: &FunctionMap,
    ) -> Notices {
        let mut builder = GatewayBuilder::new(functions, self.options).with_authorizers(found, region, host);
        let mut declared: Vec<_> = found.doors.iter().collect();
        for door in &self.doors {
            if let Some(declared) = self.position(door, &declared).map(|at| declared.remove(at)) {
                door.current.replace(builder.front_door(declared));
                door.declared.replace(Some(declared.clone()));
            } else {
                door.current.replace(gateway_builder::closed(door.kind));
                door.declared.replace(None);
            }
        }
        builder.problems.errors.extend(declared.into_iter().map(without_port));
        builder.problems
    }

    /// Finds the declaration of `door` by its name. If the front door is the only one of its kind, the name may have changed.
    fn position(&self, door: &LiveFrontDoor, declared: &[&project::FrontDoor]) -> Option<usize> {
        let is_only = self.doors.iter().filter(|other| other.kind == door.kind).count() == 1;
        let of_kind = |declared: &&project::FrontDoor| declared.kind() == door.kind;
        let same = declared.iter().position(|declared| of_kind(declared) && declared.name() == door.name);
        same.or_else(|| declared.iter().position(of_kind).filter(|_| is_only))
    }
}

fn without_port(declared: &project::FrontDoor) -> String {
    format!("`{}` is not served: it has no port yet. Start the emulator again", declared.title())
}
