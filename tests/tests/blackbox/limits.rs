//! Limits of the machine, for the emulator and for functions.

use std::net::TcpStream;
use std::process::Command;
use std::thread;

use rustix::process::Signal;

use crate::harness::command::tool;
use crate::harness::{Connection, Program, Project, get};

/// Serves the project below a shell that has set a limit.
fn serve_with(project: &Project, limit: &str) -> Program {
    let command = tool(project.root(), &["--port", "0"]);
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("{limit}; exec \"$0\" \"$@\"")]);
    shell.arg(command.get_program()).args(command.get_args()).current_dir(project.root());
    Program::spawn_terminal(shell, project.root())
}

#[test]
fn low_soft_limit_of_open_files_serves_60_at_once() {
    let reply = "{ std::thread::sleep(std::time::Duration::from_secs(2)); \"here\" }";
    let project = Project::new().answering("api/slow", reply);
    let program = serve_with(&project, "ulimit -S -n 256");
    let address = program.address();
    program.wait_for_line("built 1 function");
    let answers = thread::scope(|scope| {
        let ask = || get("/api/slow").send(address).status_and_text();
        let clients: Vec<_> = (0..60).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(answers, vec![(200, "here".to_owned()); 60]);
}

/// macOS cannot set limits of other processes.
#[cfg(target_os = "linux")]
#[test]
fn function_has_lambdas_limit_of_open_files() {
    let reply = "std::fs::read_to_string(\"/proc/self/limits\").unwrap()";
    let project = Project::new().answering("api/limits", reply);
    let (_program, address) = Program::serve(&project);
    let limits = get("/api/limits").send(address).text();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["1024", "1024", "files"]);
}

#[test]
fn error_to_accept_is_printed_once() {
    let project = Project::new();
    let program = serve_with(&project, "ulimit -n 64");
    let address = program.address();
    let connections: Vec<_> = (0..100).map(|_| TcpStream::connect(address).unwrap()).collect();
    let printed = program.wait_for_line("cannot accept a connection");
    assert!(printed.starts_with("error: ") && printed.contains("`ulimit -n`"), "{printed}");
    drop(connections);
    // The emulator has kept trying to accept connections.
    assert_eq!(get("/nowhere").send(address).status, 404);
    program.signal(Signal::TERM);
    let rest = program.end().text;
    assert!(!rest.contains("cannot accept"), "{rest}");
}

#[test]
fn forty_thousand_cookies_are_refused() {
    let cookies = "vec![\"\\\"a=1\\\"\"; 40_000].join(\",\")";
    let reply = format!("format!(\"{{{{\\\"statusCode\\\":200,\\\"cookies\\\":[{{}}]}}}}\", {cookies})");
    let project = Project::new().answering("api/cookies", &reply);
    let (program, address) = Program::serve(&project);
    assert_eq!(get("/api/cookies").send(address).status, 500);
    program.wait_for_line("40000 headers and cookies: return 1000 at most");
}

/// Returns the emulator's memory in bytes.
#[cfg(target_os = "linux")]
fn resident(program: &Program) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

/// The queue of asynchronous events is bounded by their size, with 4 kB more for each event.
#[cfg(target_os = "linux")]
#[test]
fn queued_event_takes_no_more_than_its_bound_assumes() {
    const EVENTS: usize = 8_000;
    let reply = "{ std::thread::sleep(std::time::Duration::from_secs(600)); \"\" }";
    let project = Project::new().answering("api/stuck", reply);
    project.write("template.yaml", "Globals: {Function: {Timeout: 900}}\nResources: {}\n");
    let (program, address) = Program::serve_with(&project, &["--sandboxes", "1"]);
    program.wait_for_line("built 1 function");
    let target = format!("/2015-03-31/functions/{}/invocations", project.package("api/stuck"));
    let head = "host: localhost\r\nx-amz-invocation-type: Event\r\ncontent-length: 2";
    let event = format!("POST {target} HTTP/1.1\r\n{head}\r\n\r\n{{}}");
    let mut connection = Connection::open(address).unwrap();
    let mut push = |count| {
        for _ in 0..count {
            connection.write(event.as_bytes()).unwrap();
            assert_eq!(connection.answer().status, 202);
        }
    };
    push(100);
    let before = resident(&program);
    push(EVENTS);
    let each = (resident(&program) - before) / EVENTS;
    assert!(each <= 4 * 1024, "{each} bytes each");
}
