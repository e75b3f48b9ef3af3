//! Optional strictness of sandboxes: a memory limit, freezing between invocations, and one invocation for each sandbox.

use local_emulator::config::Debugged;
use local_emulator::sandbox::DebugMode;
#[cfg(target_os = "linux")]
use rustix::process::{Pid, Signal, kill_process};

#[cfg(target_os = "linux")]
use crate::harness::wait_for;
use crate::harness::{Project, ServedProject};

/// Answers with its process id, after allocating a number of megabytes.
const HOLDING: &str = r"{
    let megabytes: usize = _event.query().parse().unwrap_or(0);
    std::hint::black_box(vec![1_u8; megabytes << 20]);
    std::process::id().to_string()
}";

fn served(configure: impl FnOnce(&mut local_emulator::Config)) -> (Project, ServedProject) {
    let project = Project::new().answering("api/hold", HOLDING);
    let served = ServedProject::start_with(project.root(), configure);
    (project, served)
}

#[cfg(target_os = "linux")]
#[test]
fn function_over_its_memory_is_killed() {
    let (_project, served) = served(|_| {});
    let before = served.get("/api/hold").text();
    let answer = served.get("/api/hold?200");
    assert_eq!(answer.status_and_text(), (500, r#"{"message":"Internal Server Error"}"#.to_owned()));
    served.wait_for_log("Runtime exited with error: signal: killed");
    served.wait_for_log("more than the 128 MB of its `MemorySize`");
    assert_ne!(served.get("/api/hold").text(), before);
}

#[test]
fn function_without_memory_limit_is_not_killed() {
    let (_project, served) = served(|config| config.memory_limit = false);
    assert_eq!(served.get("/api/hold?200").status, 200);
}

#[test]
fn cold_option_gives_each_request_a_sandbox() {
    let (_project, served) = served(|config| config.cold = true);
    let (one, other) = (served.get("/api/hold").text(), served.get("/api/hold").text());
    assert_ne!(one, other);
    served.wait_until(|log| log.matches("Init Duration").count() == 2);
}

#[cfg(target_os = "linux")]
#[test]
fn frozen_sandbox_stops_until_its_next_request() {
    let (_project, served) = served(|config| config.freeze = true);
    let pid = served.get("/api/hold").text();
    for _ in 0..3 {
        wait_for("the sandbox to be stopped", || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
            stat.rsplit(") ").next().is_some_and(|state| state.starts_with('T')).then_some(())
        });
        assert_eq!(served.get("/api/hold").text(), pid);
    }
}

/// Makes a function with a timeout of a second.
fn slow_project() -> Project {
    let project = Project::new()
        .answering("api/slow", "{ std::thread::sleep(std::time::Duration::from_secs(3)); \"slow\" }");
    let package = project.package("api/slow");
    project.write(
        "template.yaml",
        &format!(
            "Resources:\n  Slow:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildProperties: {{Binary: {package}}}}}\n    \
             Properties:\n      Timeout: 1\n      Events: {{Get: {{Type: HttpApi, Properties: {{Path: /api/slow, TimeoutInMillis: \
             1000}}}}}}\n"
        ),
    );
    project
}

#[test]
fn a_debugged_function_has_no_deadline() {
    let project = slow_project();
    let debugged =
        |function: &str| Debugged { function: function.to_owned(), mode: DebugMode { waits: false } };
    let slow = ServedProject::start(&project);
    assert_ne!(slow.get("/api/slow").status, 200);
    let served = ServedProject::start_with(project.root(), |config| config.debug = Some(debugged("Slow")));
    // The second request waits for the sandbox of the first.
    std::thread::scope(|scope| {
        let requests = [0, 1].map(|_| scope.spawn(|| served.get("/api/slow").text()));
        assert_eq!(requests.map(|request| request.join().unwrap()), ["slow", "slow"]);
    });
    assert_eq!(served.log().matches("`/api/slow` is process ").count(), 1);
    let nobody = ServedProject::start_with(project.root(), |config| config.debug = Some(debugged("nobody")));
    nobody.wait_for_log("warning: no function `nobody` to debug: `");
}

#[cfg(target_os = "linux")]
#[test]
fn a_waiting_function_runs_once_it_is_continued() {
    let project = Project::new().answering("api/user", "\"ok\"");
    let mode = DebugMode { waits: true };
    let served = ServedProject::start_with(project.root(), |config| {
        config.debug = Some(Debugged { function: "/api/user".to_owned(), mode });
    });
    std::thread::scope(|scope| {
        let answer = scope.spawn(|| served.get("/api/user").text());
        let line = served.wait_for_log("`/api/user` is process ");
        let id = line.split("is process ").nth(1).and_then(|rest| rest.split(',').next()).unwrap().to_owned();
        wait_for("the process to stop", || {
            let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
            status.contains(") T ").then_some(())
        });
        assert!(!answer.is_finished());
        kill_process(Pid::from_raw(id.parse().unwrap()).unwrap(), Signal::CONT).unwrap();
        assert_eq!(answer.join().unwrap(), "ok");
    });
}
