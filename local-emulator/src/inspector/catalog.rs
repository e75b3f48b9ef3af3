//! The routes and functions of the project, as JSON.

use api_routes_project::front_doors as project;
use serde::Serialize;

use super::Inspector;
use crate::deployment::{FunctionStatus, ListedFunction};
use crate::door::Door;
use crate::sandbox::{Activity, SandboxState};

#[derive(Serialize)]
pub(super) struct RouteList {
    front_doors: Vec<FrontDoorView>,
}

#[derive(Serialize)]
struct FrontDoorView {
    name: String,
    kind: &'static str,
    title: String,
    url: String,
    routes: Vec<RouteView>,
}

#[derive(Serialize)]
struct RouteView {
    /// The folder as a path, or the logical id of a function that is not built.
    route: String,
    /// A route key, or a URL.
    key: String,
    function: String,
    method: String,
    /// The path, with the stage if addresses have it.
    path: String,
    /// The host of a Function URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

#[derive(Serialize)]
pub(super) struct FunctionList {
    functions: Vec<FunctionView>,
}

#[derive(Serialize)]
struct FunctionView {
    route: String,
    function: String,
    state: &'static str,
    /// The compiler's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    sandboxes: Vec<SandboxView>,
}

#[derive(Serialize)]
struct SandboxView {
    pid: u32,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_mb: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_memory_mb: Option<u64>,
}

impl Inspector {
    pub(super) fn routes(&self) -> RouteList {
        RouteList { front_doors: self.doors.iter().map(|door| FrontDoorView::new(door)).collect() }
    }

    pub(super) fn functions(&self) -> FunctionList {
        FunctionList { functions: self.catalog.get().functions.iter().map(FunctionView::new).collect() }
    }
}

impl FrontDoorView {
    fn new(door: &Door) -> Self {
        let declared = door.current.declared();
        let rows =
            declared.as_ref().as_ref().map(|declared| door.listing(declared).rows()).unwrap_or_default();
        let stage = door.stage();
        Self {
            name: door.name.name.to_string(),
            kind: door.current.name(),
            title: declared
                .as_ref()
                .as_ref()
                .map_or_else(|| door.name.name.to_string(), project::FrontDoor::title),
            url: format!("http://{}{stage}", door.address),
            routes: rows.into_iter().map(|row| RouteView::new(row, &stage)).collect(),
        }
    }
}

impl RouteView {
    fn new([route, key, function]: [String; 3], stage: &str) -> Self {
        let url = key.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
        let (method, path, host) = match (url, key.split_once(' ')) {
            (Some((host, _)), _) => ("ANY".to_owned(), "/".to_owned(), Some(host.to_owned())),
            (None, Some((method, path))) => (method.to_owned(), format!("{stage}{path}"), None),
            // `$default`
            (None, None) => ("ANY".to_owned(), format!("{stage}/"), None),
        };
        Self { route, key, function, method, path, host }
    }
}

impl FunctionView {
    fn new(listed: &ListedFunction) -> Self {
        let state = listed.state();
        let (name, error) = match &state.status {
            FunctionStatus::Building => ("building", None),
            FunctionStatus::Broken(words) => ("broken", Some(String::from_utf8_lossy(words).into_owned())),
            FunctionStatus::Ready => ("ready", None),
        };
        Self {
            route: listed.route.clone(),
            function: listed.id.name().to_owned(),
            state: name,
            error,
            version: (state.version > 0).then(|| state.version.to_string()),
            sandboxes: state.sandboxes.iter().map(SandboxView::new).collect(),
        }
    }
}

impl SandboxView {
    fn new(sandbox: &SandboxState) -> Self {
        Self {
            pid: sandbox.process,
            state: match sandbox.activity {
                Activity::Starting => "starting",
                Activity::Idle => "idle",
                Activity::Busy => "busy",
            },
            memory_mb: sandbox.memory.map(|memory| memory.now_mb),
            max_memory_mb: sandbox.memory.map(|memory| memory.peak_mb),
        }
    }
}
