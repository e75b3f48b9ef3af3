//! Pools with real processes: the example `probe`, which does what its event says.

mod ending;
mod init;
mod limits;
mod log;
mod memory;
mod restore;
mod reuse;
mod streaming;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustix::process::{Pid, test_kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::{Pool, PoolClosed};
use crate::invocation::{Invocation, Outcome};
use crate::printer::{Log, Printer};
use crate::record::LogStyle;
use crate::sandbox::fixture::{self, LONG};
use crate::sandbox::{Activity, FunctionSpec, SandboxHost, SandboxState};

/// A time-out or limit that a test waits for.
const SHORT: Duration = Duration::from_millis(200);

pub(super) fn probe() -> PathBuf {
    example("probe")
}

/// Returns an example, which `cargo test` builds beside the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let example = test.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    // With `--lib` Cargo builds no examples, and a test would wait for a function that cannot start.
    assert!(example.is_file(), "there is no `{name}`: run `cargo build -p local-emulator --examples`");
    example
}

struct Function {
    pool: Arc<Pool>,
    log: Log,
    folder: TempDir,
}

/// The settings of a function that a test starts.
struct Setup {
    spec: FunctionSpec,
    folder: TempDir,
    host: SandboxHost,
    log: Log,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let spec = FunctionSpec {
            working_directory: folder.path().to_owned(),
            environment: [("GREETING".to_owned(), "hello".to_owned())].into_iter().collect(),
            ..fixture::spec(probe())
        };
        let (printer, log) = Printer::recorded();
        let host = SandboxHost {
            init_limit: LONG,
            idle_limit: LONG,
            log: LogStyle::Lambda,
            ..SandboxHost::new(printer, None)
        };
        Self { spec, folder, host, log }
    }

    fn limit(mut self, limit: usize) -> Self {
        self.spec.limit = limit;
        self
    }

    fn timeout(mut self, timeout: Duration) -> Self {
        self.spec.timeout = timeout;
        self
    }

    fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.spec.binary = path.into();
        self
    }

    fn init(mut self, behaviour: &str, limit: Duration) -> Self {
        self.spec.environment.set("PROBE_INIT", behaviour);
        self.host.init_limit = limit;
        self
    }

    fn queue(self) -> Self {
        self.host(|host| host.queue = true)
    }

    fn host(mut self, change: impl FnOnce(&mut SandboxHost)) -> Self {
        change(&mut self.host);
        self
    }

    fn start(self) -> Function {
        let Self { spec, folder, host, log } = self;
        Function { pool: Arc::new(Pool::new(Arc::new(spec), host)), log, folder }
    }
}

impl Function {
    async fn invoke(&self, event: Value) -> Result<Outcome, PoolClosed> {
        self.pool.invoke(invocation(&event)).await
    }

    /// Begins an invocation. A task waits for its outcome.
    fn begin(&self, event: &Value) -> tokio::task::JoinHandle<Result<Outcome, PoolClosed>> {
        let (pool, invocation) = (Arc::clone(&self.pool), invocation(event));
        tokio::spawn(async move { pool.invoke(invocation).await })
    }

    /// Waits until the first invocation is over, and the sandbox idle.
    async fn has_reported(&self) {
        while !self.log.text().contains("REPORT") {
            tokio::task::yield_now().await;
        }
    }

    /// Returns the process that answered.
    async fn pid(&self, event: Value) -> u64 {
        pid_in(self.invoke(event).await)
    }

    /// Returns the process that answered once it is idle, so that the next invocation finds it.
    async fn idle_pid(&self, event: Value) -> u64 {
        let pid = self.pid(event).await;
        let is_busy = |it: &SandboxState| u64::from(it.process) == pid && it.activity == Activity::Busy;
        while self.pool.sandboxes().iter().any(is_busy) {
            tokio::task::yield_now().await;
        }
        pid
    }
}

fn invocation(event: &Value) -> Invocation {
    fixture::invocation(Uuid::new_v4().as_u128(), event)
}

fn pid_in(outcome: Result<Outcome, PoolClosed>) -> u64 {
    match outcome {
        Ok(Outcome::Reply(body)) => serde_json::from_slice::<Value>(&body).unwrap()["pid"].as_u64().unwrap(),
        other => panic!("no reply: {other:?}"),
    }
}

/// A gate at which functions wait until a test lets them go on.
struct Gate(TcpListener);

impl Gate {
    async fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn event(&self, behaviour: &str) -> Value {
        json!({ "do": behaviour, "at": self.address() })
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    /// Waits until a function has reached the gate. The function goes on when the stream is dropped.
    async fn reached(&self) -> TcpStream {
        self.0.accept().await.unwrap().0
    }
}

fn is_alive(process: u64) -> bool {
    test_kill_process(Pid::from_raw(process.try_into().unwrap()).unwrap()).is_ok()
}

fn function_error(id: Uuid, error_type: &str, message: &str) -> Outcome {
    let body = format!(r#"{{"errorType":"{error_type}","errorMessage":"RequestId: {id} Error: {message}"}}"#);
    Outcome::FunctionError(body.into())
}

#[tokio::test]
async fn one_process_serves_sequential_invocations() {
    let function = Setup::new().limit(2).start();
    let first = function.idle_pid(json!({})).await;
    for _ in 0..20 {
        assert_eq!(function.idle_pid(json!({})).await, first);
    }
}

#[tokio::test]
async fn concurrent_invocations_have_a_process_each() {
    let function = Setup::new().limit(3).start();
    let gate = Gate::new().await;
    let running = [(); 3].map(|()| function.begin(&gate.event("gate")));
    for _ in 0..3 {
        drop(gate.reached().await);
    }
    let mut pids = Vec::new();
    for outcome in running {
        pids.push(pid_in(outcome.await.unwrap()));
    }
    pids.sort_unstable();
    pids.dedup();
    assert_eq!(pids.len(), 3);
}

#[tokio::test]
async fn function_sees_only_its_own_environment() {
    let function = Setup::new().start();
    let Ok(Outcome::Reply(body)) = function.invoke(json!({ "do": "environment" })).await else {
        panic!("no reply");
    };
    let seen: Value = serde_json::from_slice(&body).unwrap();
    let mut names: Vec<_> = seen["variables"].as_object().unwrap().keys().collect();
    names.sort_unstable();
    assert_eq!(names, ["AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "GREETING"]);
    let runtime_api = seen["variables"]["AWS_LAMBDA_RUNTIME_API"].as_str().unwrap();
    assert!(runtime_api.parse::<std::net::SocketAddr>().is_ok(), "a host and a port: {runtime_api}");
    assert_eq!(seen["cwd"], function.folder.path().canonicalize().unwrap().to_str().unwrap());
}

#[tokio::test]
async fn exit_fails_the_invocation_and_replaces_the_process() {
    let function = Setup::new().start();
    let mut last = function.idle_pid(json!({})).await;
    for (event, message) in [
        (json!({ "do": "exit", "code": 0 }), "Runtime exited without providing a reason"),
        (json!({ "do": "exit", "code": 3 }), "Runtime exited with error: exit status 3"),
        (json!({ "do": "abort" }), "Runtime exited with error: signal: aborted"),
    ] {
        let invocation = invocation(&event);
        let id = invocation.request_id;
        let outcome = function.pool.invoke(invocation).await;
        assert_eq!(outcome, Ok(function_error(id, "Runtime.ExitError", message)));
        let log = function.log.text();
        let warning = format!("warning: `/api/probe` failed: RequestId: {id} Error: {message}\n");
        assert!(log.contains(&warning) && !log.contains("| RequestId:"), "{log}");
        assert!(log.ends_with("\tStatus: error\tError Type: Runtime.ExitError\n"), "{log}");
        let next = function.idle_pid(json!({})).await;
        assert_ne!(next, last);
        last = next;
    }
}

#[tokio::test]
async fn ending_sandbox_gets_no_invocation() {
    let function = Setup::new().limit(2).start();
    let (gate, childs_gate) = (Gate::new().await, Gate::new().await);
    let mut event = gate.event("answer, ask, and exit at the gate");
    event["child_at"] = childs_gate.address().into();
    let first = function.pid(event).await;
    function.has_reported().await;
    // The child ends with the sandbox. After the exit of its parent, it might not reach the gate.
    let _holds_the_pipes = childs_gate.reached().await;
    drop(gate.reached().await);
    while is_alive(first) {
        tokio::task::yield_now().await;
    }
    assert_ne!(function.pid(json!({})).await, first);
}

#[tokio::test]
async fn unseen_invocation_goes_to_another_sandbox() {
    let function = Setup::new().start();
    let gate = Gate::new().await;
    let first = function.pid(gate.event("answer, ask, hang up, and exit at the gate")).await;
    function.has_reported().await;
    drop(gate.reached().await);
    let has_hung_up = gate.reached().await;
    let second = function.begin(&json!({}));
    tokio::task::yield_now().await;
    drop(has_hung_up);
    assert_ne!(pid_in(second.await.unwrap()), first);
    function.pool.close();
    function.pool.drained().await;
    let log = function.log.text();
    assert_eq!((log.matches("START").count(), log.matches("REPORT").count()), (2, 2), "{log}");
}

#[tokio::test]
async fn posted_error_reaches_the_caller_unchanged() {
    let function = Setup::new().start();
    let outcome = function.invoke(json!({ "do": "error" })).await;
    let body = Bytes::from_static(br#"{"errorType":"Sad","errorMessage":"no"}"#);
    assert_eq!(outcome, Ok(Outcome::FunctionError(body)));
    function.pid(json!({})).await;
    assert_eq!(function.log.text().matches("warning: `/api/probe` failed: Sad: no\n").count(), 1);
}

#[tokio::test]
async fn oversized_response_fails_and_spares_the_sandbox() {
    // On a busy machine the runtime may take longer to its next event than a caller waits.
    let function = Setup::new().queue().start();
    let before = function.pid(json!({})).await;
    let outcome = function.invoke(json!({ "do": "big" })).await;
    let body = br#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#;
    assert_eq!(outcome, Ok(Outcome::FunctionError(Bytes::from_static(body))));
    assert_eq!(function.pid(json!({})).await, before);
}

#[tokio::test]
async fn timed_out_invocation_ends_its_sandbox() {
    let function = Setup::new().timeout(SHORT).start();
    let invocation = invocation(&json!({ "do": "spin" }));
    let id = invocation.request_id;
    let outcome = function.pool.invoke(invocation).await;
    assert_eq!(outcome, Ok(function_error(id, "Sandbox.Timedout", "Task timed out after 0.20 seconds")));
    let log = function.log.text();
    let warning = format!("failed: RequestId: {id} Error: Task timed out after 0.20 seconds\n");
    assert!(log.contains(&warning) && log.matches("Task timed out").count() == 1, "{log}");
    assert!(log.contains("\tDuration: 200.00 ms\t") && log.ends_with("\tStatus: timeout\n"), "{log}");
    function.pid(json!({})).await;
}

#[tokio::test]
async fn deadline_holds_after_an_idle_time() {
    let function = Setup::new().timeout(SHORT).start();
    function.pid(json!({})).await;
    tokio::time::sleep(2 * SHORT).await;
    function.pid(json!({})).await;
    assert!(matches!(function.invoke(json!({ "do": "spin" })).await, Ok(Outcome::FunctionError(_))));
}

#[tokio::test]
async fn caller_is_answered_before_the_function_is_done() {
    let function = Setup::new().limit(2).start();
    let gate = Gate::new().await;
    let first = function.pid(gate.event("answer, then gate")).await;
    let held = gate.reached().await;
    assert_ne!(function.pid(json!({})).await, first, "the first one is still busy");
    drop(held);
}

#[tokio::test]
async fn work_after_the_answer_has_the_same_deadline() {
    let function = Setup::new().queue().timeout(SHORT).start();
    let first = function.pid(json!({ "do": "answer, then spin" })).await;
    assert_ne!(function.pid(json!({})).await, first);
    assert!(function.log.text().contains("\tStatus: timeout\n"));
}

#[tokio::test]
async fn exit_after_the_answer_does_not_reach_the_caller() {
    let function = Setup::new().start();
    let first = function.pid(json!({ "do": "answer, then exit" })).await;
    assert_ne!(function.pid(json!({})).await, first);
    assert!(function.log.text().contains("Runtime exited with error: exit status 4\n"));
}

#[tokio::test]
async fn caller_that_leaves_does_not_stop_the_invocation() {
    let function = Setup::new().queue().start();
    let gate = Gate::new().await;
    let first = function.begin(&gate.event("gate"));
    let held = gate.reached().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    drop(held);
    function.pid(json!({})).await;
    let log = function.log.text();
    assert_eq!(log.matches("REPORT RequestId").count(), 1, "it went to its end: {log}");
    assert!(!log.contains("Status: "), "{log}");
}
