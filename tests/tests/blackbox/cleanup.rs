//! The end of the emulator, which leaves no process.

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Program, Project, get, wait_for};

const SPIN: &str = "{ println!(\"spinning\"); while std::hint::black_box(true) {} \"\" }";

type End = fn(&Program);

/// Each way to end an emulator.
const ENDS: [(&str, End); 4] = [
    ("Ctrl-C", Program::interrupt_group),
    ("SIGTERM", |program| program.signal(Signal::TERM)),
    ("SIGHUP", |program| program.signal(Signal::HUP)),
    ("SIGKILL", |program| program.signal(Signal::KILL)),
];

#[test]
fn idle_busy_and_stopped_sandboxes_end_with_emulator() {
    let project = Project::new()
        .answering("api/pid", "std::process::id().to_string()")
        .answering("api/stopped", "std::process::id().to_string()")
        .answering("api/spin", SPIN);
    project.write("template.yaml", "Globals: {Function: {Timeout: 900}}\nResources: {}\n");
    for (name, end) in ENDS {
        let (mut program, address) = Program::serve(&project);
        assert_eq!(get("/api/pid").send(address).status, 200, "{name}");
        let stopped = get("/api/stopped").send(address).text().parse().ok().and_then(Pid::from_raw);
        kill_process(stopped.unwrap(), Signal::STOP).unwrap();
        let spinning = std::thread::spawn(move || get("/api/spin").try_send(address));
        program.wait_for_line("/api/spin | spinning");
        // Three sandboxes, the watchdog and the emulator itself.
        assert!(program.processes().len() >= 5, "{name}: {:?}", program.processes());
        end(&program);
        program.wait_until_all_are_gone();
        assert!(spinning.join().unwrap().is_err(), "{name}");
    }
}

#[test]
fn a_build_ends_with_the_emulator() {
    let project = Project::new().answering("api/slow", "\"\"");
    let script = "fn main() {\n    std::fs::write(\"begun\", \"\").unwrap();\n    \
                  loop { std::thread::sleep(std::time::Duration::from_secs(60)) }\n}\n";
    project.write("functions/api/slow/build.rs", script);
    for (name, end) in ENDS {
        let begun = project.path("functions/api/slow/begun");
        let (mut program, _) = Program::serve(&project);
        wait_for("the build script", || begun.exists().then_some(()));
        assert!(program.processes().iter().any(|command| command.contains("build-script")), "{name}");
        end(&program);
        program.wait_until_all_are_gone();
        std::fs::remove_file(begun).unwrap();
    }
}

#[test]
fn terminated_emulator_exits_with_success() {
    let project = Project::new().answering("api/pid", "std::process::id().to_string()");
    let (program, address) = Program::serve(&project);
    assert_eq!(get("/api/pid").send(address).status, 200);
    program.signal(Signal::TERM);
    assert_eq!(program.end().code, Some(0));
}

#[test]
fn emulator_of_a_killed_test_run_ends() {
    let project = Project::new().answering("api/pid", "std::process::id().to_string()");
    let (mut program, address) = Program::serve(&project);
    assert_eq!(get("/api/pid").send(address).status, 200);
    program.lose_test();
    program.wait_until_all_are_gone();
}

/// Starts a daemon: it forks twice, so that the function is not its parent, and has a session of its own.
#[cfg(target_os = "linux")]
const DAEMON: &str = "{ let daemon = [\"-f\", \"sleep\", \"600\"]; \
    std::process::Command::new(\"setsid\").args(daemon).status().unwrap(); \"begun\" }";

#[cfg(target_os = "linux")]
fn has_daemon(program: &Program) -> bool {
    program.processes().iter().any(|command| command.contains("sleep 600"))
}

/// On macOS only the function's process group ends with the function.
#[cfg(target_os = "linux")]
#[test]
fn daemons_of_a_function_end_with_the_emulator() {
    let project = Project::new().answering("api/daemon", DAEMON);
    for (name, end) in ENDS {
        let (mut program, address) = Program::serve(&project);
        assert_eq!(get("/api/daemon").send(address).text(), "begun", "{name}");
        wait_for("the daemon", || has_daemon(&program).then_some(()));
        end(&program);
        program.wait_until_all_are_gone();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn daemons_end_with_a_sandbox_that_crashes() {
    let crash = DAEMON.replace("\"begun\"", "if std::hint::black_box(true) { std::process::exit(1) } \"\"");
    let project = Project::new().answering("api/crash", &crash);
    let (program, address) = Program::serve(&project);
    assert_eq!(get("/api/crash").send(address).status, 500);
    wait_for("the daemon to end", || (!has_daemon(&program)).then_some(()));
}
