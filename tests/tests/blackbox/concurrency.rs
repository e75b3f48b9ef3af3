//! Each sandbox has one invocation at a time.

use std::collections::HashSet;
use std::fs;
use std::thread;

use crate::harness::{Project, ServedProject};

const HOLD: &str = include_str!("../../fixtures/faults/functions/api/hold/src/main.rs");

/// Counts the invocations that wait for their file.
fn holding(log: &str) -> usize {
    log.matches("| holding").count()
}

#[test]
fn requests_over_the_sandbox_limit_are_throttled() {
    let mut project = Project::new();
    project.add_crate("api/hold", &HOLD.replace("faults_lambda", "lambda"));
    let served = ServedProject::start_with(project.root(), |config| config.sandboxes = 3);
    assert_eq!(served.get("/api/hold?/").status, 200);
    // The first sandbox is idle, and takes one of the next requests.
    served.wait_for_log("| REPORT");
    let file = project.path("go");
    let target = format!("/api/hold?{}", file.display());
    // The output of a function may come after its answer.
    served.wait_until(|log| holding(log) == 1);
    let pids: HashSet<String> = thread::scope(|scope| {
        let requests: Vec<_> = (0..3).map(|_| scope.spawn(|| served.get(&target))).collect();
        served.wait_until(|log| holding(log) == 1 + 3);
        let throttled = served.get(&target);
        assert_eq!(throttled.status_and_text(), (503, r#"{"message":"Service Unavailable"}"#.to_owned()));
        fs::write(&file, "").unwrap();
        requests.into_iter().map(|request| request.join().unwrap().text()).collect()
    });
    assert_eq!(pids.len(), 3, "{pids:?}");
    served.wait_for_log("the invocation was throttled: the function's concurrency limit of 3 is reached");
}

#[test]
fn with_a_queue_requests_over_the_limit_wait() {
    let mut project = Project::new();
    project.add_crate("api/hold", &HOLD.replace("faults_lambda", "lambda"));
    let served =
        ServedProject::start_with(project.root(), |config| (config.sandboxes, config.queue) = (3, true));
    assert_eq!(served.get("/api/hold?/").status, 200);
    let file = project.path("go");
    let target = format!("/api/hold?{}", file.display());
    // The output of a function may come after its answer.
    served.wait_until(|log| holding(log) == 1);
    let pids: Vec<String> = thread::scope(|scope| {
        let requests: Vec<_> = (0..8).map(|_| scope.spawn(|| served.get(&target))).collect();
        // Three invocations run at once, and the others wait for them.
        served.wait_until(|log| holding(log) == 1 + 3);
        fs::write(&file, "").unwrap();
        requests.into_iter().map(|request| request.join().unwrap().text()).collect()
    });
    assert_eq!(pids.len(), 8);
    assert_eq!(pids.iter().collect::<HashSet<_>>().len(), 3, "{pids:?}");
}

#[test]
fn requests_one_after_another_stay_in_one_sandbox() {
    let project = Project::new().answering("api/pid", "std::process::id().to_string()");
    let served = ServedProject::start(&project);
    let pids: HashSet<_> = (0..5).map(|_| served.get("/api/pid").text()).collect();
    assert_eq!(pids.len(), 1, "{pids:?}");
}
