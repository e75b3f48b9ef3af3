//! Real processes: the example `probe`, which does as its event says.

mod ending;
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

use super::fixture::{self, LONG};
use super::state::{Activity, SandboxState};
use super::{Closed, FunctionSpec, Host, Pool};
use crate::invocation::{Invocation, Outcome};
use crate::printer::{Log, Printer};
use crate::record::LogStyle;

/// A time-out or limit that a test waits for.
const SHORT: Duration = Duration::from_millis(200);

pub(super) fn probe() -> PathBuf {
    example("probe")
}

/// `cargo test` builds the examples beside the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let example = test.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    // With a filter it does not, and a test would wait for a function that cannot start.
    assert!(example.is_file(), "there is no `{name}`: run `cargo build -p local-emulator --examples`");
    example
}

struct Function {
    pool: Arc<Pool>,
    log: Log,
    folder: TempDir,
}

/// A function to be, with the settings that a test cares about.
struct Setup {
    spec: FunctionSpec,
    folder: TempDir,
    host: Host,
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
        let host =
            Host { init_limit: LONG, idle_limit: LONG, log: LogStyle::Lambda, ..Host::new(printer, None) };
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

    fn host(mut self, change: impl FnOnce(&mut Host)) -> Self {
        change(&mut self.host);
        self
    }

    fn start(self) -> Function {
        let Self { spec, folder, host, log } = self;
        Function { pool: Arc::new(Pool::new(Arc::new(spec), host)), log, folder }
    }
}

impl Function {
    async fn invoke(&self, event: Value) -> Result<Outcome, Closed> {
        self.pool.invoke(invocation(&event)).await
    }

    /// An invocation that a task waits for.
    fn begin(&self, event: &Value) -> tokio::task::JoinHandle<Result<Outcome, Closed>> {
        let (pool, invocation) = (Arc::clone(&self.pool), invocation(event));
        tokio::spawn(async move { pool.invoke(invocation).await })
    }

    /// Waits until its first invocation is over, and the sandbox idle.
    async fn has_reported(&self) {
        while !self.log.text().contains("REPORT") {
            tokio::task::yield_now().await;
        }
    }

    /// The process that answered.
    async fn pid(&self, event: Value) -> u64 {
        pid_in(self.invoke(event).await)
    }

    /// The process that answered, once it waits for the next event: the next invocation finds it idle.
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

fn pid_in(outcome: Result<Outcome, Closed>) -> u64 {
    match outcome {
        Ok(Outcome::Reply(body)) => serde_json::from_slice::<Value>(&body).unwrap()["pid"].as_u64().unwrap(),
        other => panic!("no reply: {other:?}"),
    }
}

/// Where functions wait until a test lets them go on.
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

    /// Waits until a function stands at the gate. It goes on when the stream is dropped.
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
async fn one_process_serves_one_invocation_after_another() {
    let function = Setup::new().limit(2).start();
    let first = function.idle_pid(json!({})).await;
    for _ in 0..20 {
        assert_eq!(function.idle_pid(json!({})).await, first);
    }
}

#[tokio::test]
async fn invocations_at_once_have_a_process_each() {
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
async fn a_function_sees_its_environment_and_its_folder_and_nothing_else() {
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
async fn a_process_that_ends_fails_its_invocation_and_the_next_one_gets_another() {
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
async fn a_sandbox_that_is_being_buried_gets_no_invocation() {
    let function = Setup::new().limit(2).start();
    let (gate, childs_gate) = (Gate::new().await, Gate::new().await);
    let mut event = gate.event("answer, ask, and exit at the gate");
    event["child_at"] = childs_gate.address().into();
    let first = function.pid(event).await;
    function.has_reported().await;
    // Before its parent exits: it ends with the sandbox, and might not get to the gate.
    let _holds_the_pipes = childs_gate.reached().await;
    drop(gate.reached().await);
    while is_alive(first) {
        tokio::task::yield_now().await;
    }
    assert_ne!(function.pid(json!({})).await, first);
}

#[tokio::test]
async fn an_invocation_that_no_runtime_has_seen_goes_to_another_sandbox() {
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
async fn what_a_function_posts_as_its_error_reaches_the_caller_as_it_is() {
    let function = Setup::new().start();
    let outcome = function.invoke(json!({ "do": "error" })).await;
    let body = Bytes::from_static(br#"{"errorType":"Sad","errorMessage":"no"}"#);
    assert_eq!(outcome, Ok(Outcome::FunctionError(body)));
    function.pid(json!({})).await;
    assert_eq!(function.log.text().matches("warning: `/api/probe` failed: Sad: no\n").count(), 1);
}

#[tokio::test]
async fn an_oversized_response_fails_the_invocation_and_spares_the_sandbox() {
    // On a busy machine the runtime may take longer to its next event than a caller waits.
    let function = Setup::new().queue().start();
    let before = function.pid(json!({})).await;
    let outcome = function.invoke(json!({ "do": "big" })).await;
    let body = br#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#;
    assert_eq!(outcome, Ok(Outcome::FunctionError(Bytes::from_static(body))));
    assert_eq!(function.pid(json!({})).await, before);
}

#[tokio::test]
async fn an_invocation_that_runs_out_of_time_takes_its_sandbox_along() {
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
async fn a_deadline_holds_also_after_a_longer_time_without_invocations() {
    let function = Setup::new().timeout(SHORT).start();
    function.pid(json!({})).await;
    tokio::time::sleep(2 * SHORT).await;
    function.pid(json!({})).await;
    assert!(matches!(function.invoke(json!({ "do": "spin" })).await, Ok(Outcome::FunctionError(_))));
}

#[tokio::test]
async fn the_caller_is_answered_before_the_function_is_done() {
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
async fn an_exit_after_the_answer_does_not_reach_the_caller() {
    let function = Setup::new().start();
    let first = function.pid(json!({ "do": "answer, then exit" })).await;
    assert_ne!(function.pid(json!({})).await, first);
    assert!(function.log.text().contains("Runtime exited with error: exit status 4\n"));
}

#[tokio::test]
async fn a_process_that_ends_while_it_starts_fails_the_first_invocation() {
    for (behaviour, message) in [
        ("exit0", "Runtime exited without providing a reason"),
        ("exit3", "Runtime exited with error: exit status 3"),
    ] {
        let function = Setup::new().init(behaviour, LONG).start();
        let invocation = invocation(&json!({}));
        let id = invocation.request_id;
        let outcome = function.pool.invoke(invocation).await;
        assert_eq!(outcome, Ok(function_error(id, "Runtime.ExitError", message)));
        let log = function.log.text();
        let reports: Vec<_> = log.lines().filter_map(|line| line.split_once(" ms\tPhase: ")).collect();
        let ends =
            ["init", "invoke"].map(|phase| format!("{phase}\tStatus: error\tError Type: Runtime.ExitError"));
        assert!(reports.iter().map(|(_, end)| *end).eq(ends), "{log}");
        let places = ["Phase: invoke", "START", "Error: Runtime exited", "END", "REPORT Req"];
        assert!(places.map(|words| log.find(words).unwrap()).is_sorted(), "{log}");
    }
}

#[tokio::test]
async fn an_init_that_fails_is_done_again_within_the_invocation() {
    for behaviour in ["exit3 once", "error once", "error once, and goes on"] {
        let function = Setup::new().init(behaviour, LONG).start();
        let first = function.idle_pid(json!({})).await;
        assert_eq!(function.pid(json!({})).await, first);
        let log = function.log.text();
        assert_eq!(log.matches("\tPhase: init\tStatus: error\tError Type: Runtime.").count(), 1, "{log}");
        assert!(!log.contains("\tInit Duration: "), "it counts as part of the invocation: {log}");
    }
}

#[tokio::test]
async fn what_a_function_posts_as_its_init_error_reaches_the_caller_as_it_is() {
    let function = Setup::new().init("error", LONG).start();
    let outcome = function.invoke(json!({})).await;
    let body = Bytes::from_static(br#"{"errorType":"Config","errorMessage":"no table"}"#);
    assert_eq!(outcome, Ok(Outcome::FunctionError(body)));
    let log = function.log.text();
    assert!(log.starts_with("warning: `/api/probe` failed: Config: no table\n"), "{log}");
    assert!(log.contains("\tPhase: init\tStatus: error\tError Type: Runtime.Config\n"), "{log}");
    assert_eq!(log.matches("Config: no table\n").count(), 2, "{log}");
    function.pool.shutdown().await;
}

#[tokio::test]
async fn a_binary_that_cannot_be_started_is_an_invalid_entrypoint() {
    let function = Setup::new().binary("/nowhere/bootstrap").start();
    let Ok(Outcome::FunctionError(body)) = function.invoke(json!({})).await else { panic!("no error") };
    let error: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(error["errorType"], "Runtime.InvalidEntrypoint");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Error: Couldn't find valid bootstrap(s): [/nowhere/bootstrap]"), "{message}");
}

#[tokio::test]
async fn an_init_that_takes_too_long_is_done_again_within_the_invocation() {
    let function = Setup::new().init("spin once", SHORT).start();
    function.idle_pid(json!({})).await;
    function.idle_pid(json!({})).await;
    let log = function.log.text();
    assert!(log.contains("\tPhase: init\tStatus: timeout\n"), "{log}");
    assert!(!log.contains("\tInit Duration: "), "it counts as part of the invocation: {log}");
}

#[tokio::test]
async fn an_init_that_never_ends_runs_into_the_time_out_of_the_function() {
    let function = Setup::new().init("spin", SHORT).timeout(SHORT).start();
    let outcome = function.invoke(json!({})).await;
    assert!(
        matches!(outcome, Ok(Outcome::FunctionError(body)) if body.starts_with(br#"{"errorType":"Sandbox.Timedout""#))
    );
    let log = function.log.text();
    assert!(log.contains("\tPhase: invoke\tStatus: timeout\n"), "{log}");
}

#[tokio::test]
async fn init_after_a_crash_is_part_of_the_invocation() {
    let function = Setup::new().start();
    assert!(function.invoke(json!({ "do": "exit", "code": 1 })).await.is_ok());
    function.idle_pid(json!({})).await;
    function.pid(json!({})).await;
    assert_eq!(function.log.text().matches("\tInit Duration: ").count(), 1);
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_stop_the_invocation() {
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
