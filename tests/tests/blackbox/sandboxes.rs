//! What Lambda does to sandboxes, switched on: their memory is held to its limit, and they may be frozen, or
//! each used once.

use crate::harness::{Project, Served};

/// Answers its process id, having held so many megabytes.
const HOLDING: &str = r"{
    let megabytes: usize = _event.query().parse().unwrap_or(0);
    std::hint::black_box(vec![1_u8; megabytes << 20]);
    std::process::id().to_string()
}";

fn served(configure: impl FnOnce(&mut local_emulator::Config)) -> (Project, Served) {
    let project = Project::new().answering("api/hold", HOLDING);
    let served = Served::start_with(project.root(), configure);
    (project, served)
}

#[cfg(target_os = "linux")]
#[test]
fn a_function_that_holds_more_than_its_memory_is_killed() {
    let (_project, served) = served(|_| {});
    let before = served.get("/api/hold").text();
    let answer = served.get("/api/hold?200");
    assert_eq!(answer.status_and_text(), (500, r#"{"message":"Internal Server Error"}"#.to_owned()));
    served.wait_for_log("Runtime exited with error: signal: killed");
    served.wait_for_log("more than the 128 MB of its `MemorySize`");
    assert_ne!(served.get("/api/hold").text(), before);
}

#[test]
fn without_the_limit_it_is_not() {
    let (_project, served) = served(|config| config.memory_limit = false);
    assert_eq!(served.get("/api/hold?200").status, 200);
}

#[test]
fn cold_each_request_has_a_sandbox_of_its_own() {
    let (_project, served) = served(|config| config.cold = true);
    let (one, other) = (served.get("/api/hold").text(), served.get("/api/hold").text());
    assert_ne!(one, other);
    served.wait_until(|log| log.matches("Init Duration").count() == 2);
}

#[cfg(target_os = "linux")]
#[test]
fn frozen_a_sandbox_stands_still_until_its_next_request() {
    let (_project, served) = served(|config| config.freeze = true);
    let pid = served.get("/api/hold").text();
    for _ in 0..3 {
        crate::harness::wait_for("the sandbox to be stopped", || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
            stat.rsplit(") ").next().is_some_and(|state| state.starts_with('T')).then_some(())
        });
        assert_eq!(served.get("/api/hold").text(), pid);
    }
}
