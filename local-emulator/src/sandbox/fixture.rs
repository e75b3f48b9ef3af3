//! Sandboxes and invocations for tests.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use api_routes_project::environment::Variables;
use api_routes_project::template::InitializationType;
use futures_util::FutureExt;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::phase::Phase;
use super::running::Job;
use super::{Concurrency, ConcurrencyPermit, FunctionSpec, Sandbox, SandboxHost, SandboxOwner};
use crate::invocation::{Invocation, Outcome};
use crate::printer::Printer;
use crate::record::{LogFormat, LogStyle};

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// Returns a function with ordinary settings.
pub(crate) fn spec(binary: PathBuf) -> FunctionSpec {
    FunctionSpec {
        name: "Probe".to_owned(),
        route: "/api/probe".to_owned(),
        binary,
        working_directory: std::env::temp_dir(),
        environment: Variables::default(),
        memory_mb: 128,
        log_format: LogFormat::Text,
        timeout: LONG,
        initialization: InitializationType::OnDemand,
        arn: "arn:aws:lambda:us-east-1:123456789012:function:Probe".to_owned(),
        limit: 1,
        debug: None,
        attachment: None,
    }
}

pub(crate) fn invocation(id: u128, event: &Value) -> Invocation {
    let trace_id = "Root=1-5f3e8f2a-0123456789abcdef01234567".to_owned();
    Invocation { request_id: Uuid::from_u128(id), ..Invocation::new(event.to_string().into(), trace_id) }
}

/// Creates a job, with the receiver of its outcome.
pub(super) fn job(invocation: Invocation) -> (Job, oneshot::Receiver<Outcome>) {
    let permit = Concurrency::new(1).enter(None).now_or_never().unwrap().unwrap();
    Job::new(invocation, permit)
}

/// The owner of a sandbox that no pool has.
#[derive(Debug)]
struct NoOwner;

impl SandboxOwner for NoOwner {
    fn take_back(self: Arc<Self>, _: &Arc<Sandbox>, _: Option<ConcurrencyPermit>) {}
}

/// Creates a sandbox without a process and without a pool, which waits for its runtime.
pub(crate) fn sandbox(first: Invocation, timeout: Duration) -> (Arc<Sandbox>, oneshot::Receiver<Outcome>) {
    sandbox_with(FunctionSpec { timeout, ..spec(PathBuf::new()) }, first)
}

/// Creates a sandbox of the function `spec`, without a process and without a pool.
pub(crate) fn sandbox_with(
    spec: FunctionSpec,
    first: Invocation,
) -> (Arc<Sandbox>, oneshot::Receiver<Outcome>) {
    let (printer, _log) = Printer::recorded();
    let host = SandboxHost {
        init_limit: LONG,
        idle_limit: LONG,
        log: LogStyle::Lambda,
        ..SandboxHost::new(printer, None)
    };
    let (job, outcome) = job(first);
    let owner = Weak::<NoOwner>::new();
    (Arc::new(Sandbox::new(Arc::new(spec), &host, 1, owner, job, false)), outcome)
}

/// Gives `sandbox` another invocation as soon as its runtime asks for one.
pub(crate) async fn begin_when_ready(
    sandbox: &Sandbox,
    invocation: Invocation,
) -> oneshot::Receiver<Outcome> {
    while !sandbox.is_ready() {
        tokio::task::yield_now().await;
    }
    let (job, outcome) = job(invocation);
    sandbox.begin(job).unwrap();
    outcome
}

/// Two streams are never equal.
impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reply(one), Self::Reply(other))
            | (Self::FunctionError(one), Self::FunctionError(other)) => one == other,
            (Self::Throttled(one), Self::Throttled(other)) => one == other,
            _ => false,
        }
    }
}

impl Sandbox {
    pub(crate) fn is_ready(&self) -> bool {
        matches!(*self.phase(), Phase::Ready { .. })
    }
}
