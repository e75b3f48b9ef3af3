//! A function for tests of the emulator. It speaks the Runtime API by hand, without any library of ours or of AWS, and follows
//! the event, such as `{"do": "sleep", "ms": 50}`. The variable `PROBE_INIT` has the behaviour of its init.
//!
//! The process ends with its Runtime API, whatever it does: a test process that is killed leaves nothing behind.
#![expect(
    clippy::unwrap_used,
    clippy::exit,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for tests"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs, process, thread};

use api_routes_project::environment::Variables;
use api_routes_project::template::InitializationType;
use local_emulator::invocation::Invocation;
use local_emulator::pool::Pool;
use local_emulator::printer::Printer;
use local_emulator::record::LogFormat;
use local_emulator::sandbox::{FunctionSpec, SandboxHost};
use local_emulator::watchdog::{self, Watchdog};
use serde_json::{Value, json};
use uuid::Uuid;

/// The argument that makes this program a watchdog.
const WATCHDOG: &str = "watchdog";

fn main() {
    match env::args().nth(1).as_deref() {
        Some(WATCHDOG) => {
            watchdog::main();
            return;
        }
        Some("emulator") => return emulate(&env::args().nth(2).unwrap(), true),
        Some("emulator without a watchdog") => return emulate(&env::args().nth(2).unwrap(), false),
        Some("child") => {
            let megabytes = env::args()
                .nth(3)
                .map(|megabytes| allocate(&json!({ "mb": megabytes.parse::<u64>().unwrap() })));
            stand_at_gate(&env::args().nth(2).unwrap());
            return drop(megabytes);
        }
        _ => {}
    }
    end_with_runtime_api();
    let mut api = Api::connect();
    init(&mut api);
    loop {
        let (id, event) = api.next();
        act(&mut api, &id, &event);
    }
}

/// Ends the process when its Runtime API is gone, even while it spins or sleeps. The emulator holds this connection until it
/// has killed the process; the kernel closes it if the emulator itself is killed.
fn end_with_runtime_api() {
    let mut connection = TcpStream::connect(env::var("AWS_LAMBDA_RUNTIME_API").unwrap()).unwrap();
    thread::spawn(move || {
        let _ = connection.read(&mut [0]);
        process::exit(0);
    });
}

fn init(api: &mut Api) {
    match env::var("PROBE_INIT").as_deref() {
        Ok("exit0") => process::exit(0),
        Ok("exit3") => process::exit(3),
        Ok("exit3 once") if first_time() => process::exit(3),
        Ok("error") => {
            post_init_error(api);
            process::exit(1);
        }
        Ok("error once") if first_time() => {
            post_init_error(api);
            process::exit(1);
        }
        Ok("error once, and goes on") if first_time() => {
            post_init_error(api);
            spin();
        }
        Ok("spin") => spin(),
        Ok("spin once") if first_time() => spin(),
        Ok("is restored") => api.restore(),
        Ok("is restored, and exits") => {
            api.restore();
            process::exit(3);
        }
        Ok("is restored, and spins") => {
            api.restore();
            spin();
        }
        Ok("says goodbye") => say_goodbye("a"),
        Ok("says goodbye with an extension") => {
            say_goodbye("b");
            be_an_extension();
        }
        Ok("ignores SIGTERM with an extension") => {
            catch_sigterm(|| {});
            be_an_extension();
        }
        _ => {}
    }
}

fn post_init_error(api: &mut Api) {
    let error = r#"{"errorType":"Config","errorMessage":"no table"}"#;
    api.post("runtime/init/error", "lambda-runtime-function-error-type: Runtime.Config\r\n", error);
}

fn say_goodbye(word: &'static str) {
    catch_sigterm(move || {
        println!("goodbye {word}");
        process::exit(0);
    });
}

/// Calls `act` at each SIGTERM. Returns when SIGTERM is caught.
fn catch_sigterm(act: impl Fn() + Send + 'static) {
    let (ready, is_ready) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut signal =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
            ready.send(()).unwrap();
            while signal.recv().await.is_some() {
                act();
            }
        });
    });
    is_ready.recv().unwrap();
}

/// Registers an internal extension without events.
fn be_an_extension() {
    let mut api = Api::connect();
    api.send(
        "POST /2020-01-01/extension/register HTTP/1.1\r\nhost: lambda\r\nlambda-extension-name: probe\r\n\
         content-length: 13\r\n\r\n{\"events\":[]}",
    );
    let (head, _) = api.receive();
    let id =
        head.lines().find_map(|line| line.strip_prefix("lambda-extension-identifier: ")).unwrap().to_owned();
    api.send(&format!(
        "GET /2020-01-01/extension/event/next HTTP/1.1\r\nhost: lambda\r\nlambda-extension-identifier: {id}\r\n\r\n"
    ));
    // No event will come. The connection stays open.
    thread::spawn(move || api.receive());
}

/// Whether no probe has started in this folder before.
fn first_time() -> bool {
    fs::File::create_new(Path::new("started")).is_ok()
}

fn act(api: &mut Api, id: &str, event: &Value) {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let pid = json!({ "pid": process::id() }).to_string();
    match text("do") {
        "exit" => process::exit(i32::try_from(event["code"].as_i64().unwrap()).unwrap()),
        "abort" => process::abort(),
        "spin" => spin(),
        "sleep" => {
            thread::sleep(Duration::from_millis(event["ms"].as_u64().unwrap()));
            api.respond(id, &pid);
        }
        "gate" => {
            pass_gate(text("at"));
            api.respond(id, &pid);
        }
        "answer, then gate" => {
            api.respond(id, &pid);
            pass_gate(text("at"));
        }
        "answer, then spin" => {
            api.respond(id, &pid);
            spin();
        }
        "answer, then exit" => {
            api.respond(id, &pid);
            process::exit(4);
        }
        "error" => {
            let path = format!("runtime/invocation/{id}/error");
            let header = "lambda-runtime-function-error-type: Function.Sad\r\n";
            api.post(&path, header, r#"{"errorType":"Sad","errorMessage":"no"}"#);
        }
        "big" => api.respond(id, &"x".repeat(6_291_557)),
        "print" => {
            print!("to stdout\nhalf a line");
            eprintln!("to stderr");
            std::io::stdout().flush().unwrap();
            api.respond(id, &pid);
        }
        "environment" => {
            let variables: serde_json::Map<_, _> =
                env::vars().map(|(name, value)| (name, value.into())).collect();
            let cwd = env::current_dir().unwrap();
            api.respond(id, &json!({ "variables": variables, "cwd": cwd }).to_string());
        }
        "spin at gate" => {
            let mut gate = TcpStream::connect(text("at")).unwrap();
            writeln!(gate, "{}", process::id()).unwrap();
            spin();
        }
        "start a child, and exit" => {
            let mut child = process::Command::new(env::current_exe().unwrap());
            let child = child.args(["child", text("at")]).stdout(process::Stdio::piped()).spawn();
            let _ = child.unwrap().stdout.unwrap().read(&mut [0]);
            process::exit(5);
        }
        "answer, ask, and exit at the gate" => {
            leave_a_child_behind(text("child_at"));
            exit_at_gate(text("at"));
            api.respond(id, &pid);
        }
        "answer, ask, hang up, and exit at the gate" => {
            api.respond(id, &pid);
            api.ask();
            pass_gate(text("at"));
            api.hang_up();
            pass_gate(text("at"));
            process::exit(0);
        }
        "allocate" => {
            drop(allocate(event));
            api.respond(id, &pid);
        }
        "allocate, then gate" => {
            let held = allocate(event);
            pass_gate(text("at"));
            drop(held);
            api.respond(id, &pid);
        }
        "start a child that allocates" => {
            let mut child = process::Command::new(env::current_exe().unwrap());
            let megabytes = event["mb"].to_string();
            let mut child = child.args(["child", text("at"), &megabytes]).spawn().unwrap();
            child.wait().unwrap();
            api.respond(id, &pid);
        }
        "stream" | "stream half, then spin" | "stream half, then exit at the gate" => {
            api.begin_stream(id, "half");
            go_on_streaming(api, event);
        }
        _ => api.respond(id, &pid),
    }
}

fn go_on_streaming(api: &mut Api, event: &Value) {
    match event["at"].as_str() {
        _ if event["do"] == "stream half, then spin" => spin(),
        Some(gate) => {
            pass_gate(gate);
            process::exit(6);
        }
        None => {
            api.send("0\r\n\r\n");
            api.receive();
        }
    }
}

fn allocate(event: &Value) -> Vec<u8> {
    let megabytes = usize::try_from(event["mb"].as_u64().unwrap()).unwrap();
    std::hint::black_box(vec![1_u8; megabytes << 20])
}

/// Runs an emulator that a test kills: two functions that spin, and a watchdog or none.
#[tokio::main(flavor = "current_thread")]
async fn emulate(gate: &str, has_watchdog: bool) {
    let exe = env::current_exe().unwrap();
    let program = watchdog::Program::new(&exe).arg(WATCHDOG);
    let watchdog = has_watchdog.then(|| Arc::new(Watchdog::start(&program).unwrap()));
    let spec = FunctionSpec {
        name: "Probe".to_owned(),
        route: "/api/probe".to_owned(),
        binary: exe,
        working_directory: env::temp_dir(),
        environment: Variables::default(),
        memory_mb: 128,
        initialization: InitializationType::OnDemand,
        log_format: LogFormat::Text,
        timeout: Duration::from_secs(900),
        arn: String::new(),
        limit: 2,
        debug: None,
        attachment: None,
    };
    let host = SandboxHost::new(Printer::terminal(), watchdog);
    let pool = Pool::new(Arc::new(spec), host);
    let event = json!({ "do": "spin at gate", "at": gate }).to_string();
    let invoke = |id| {
        let invocation = Invocation::new(event.clone().into(), String::new());
        pool.invoke(Invocation { request_id: Uuid::from_u128(id), ..invocation })
    };
    let _ = tokio::join!(invoke(1), invoke(2));
}

/// Reaches the gate at `address`, and waits until the test opens it.
fn pass_gate(address: &str) {
    let _ = TcpStream::connect(address).unwrap().read(&mut [0]);
}

/// Reaches the gate at `address`, prints a line for the parent, and waits until the test opens the gate.
fn stand_at_gate(address: &str) {
    let mut gate = TcpStream::connect(address).unwrap();
    println!();
    let _ = gate.read(&mut [0]);
}

/// Starts a process that holds the pipes of this one, and that is not killed with it, because it has left the group.
#[expect(clippy::zombie_processes, reason = "it outlives this process")]
fn leave_a_child_behind(address: &str) {
    let mut child = process::Command::new(env::current_exe().unwrap());
    child.args(["child", address]).process_group(0).spawn().unwrap();
}

/// Ends the process when the gate opens, even while it is busy.
fn exit_at_gate(address: &str) {
    let mut gate = TcpStream::connect(address).unwrap();
    thread::spawn(move || {
        let _ = gate.read(&mut [0]);
        process::exit(0);
    });
}

fn spin() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

struct Api {
    stream: BufReader<TcpStream>,
    /// The header with the id of the last event's attempt.
    echo: String,
}

impl Api {
    fn connect() -> Self {
        let stream = TcpStream::connect(env::var("AWS_LAMBDA_RUNTIME_API").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), echo: String::new() }
    }

    fn next(&mut self) -> (String, Value) {
        self.ask();
        let (head, body) = self.receive();
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let id = header("lambda-runtime-aws-request-id: ");
        let invocation_id = header("lambda-runtime-invocation-id: ");
        self.echo = format!("lambda-runtime-invocation-id: {invocation_id}\r\n");
        (id.to_owned(), serde_json::from_slice(&body).unwrap_or_default())
    }

    fn ask(&mut self) {
        self.send("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: lambda\r\n\r\n");
    }

    /// Asks for the snapshot, and returns when the runtime is restored.
    fn restore(&mut self) {
        self.send("GET /2018-06-01/runtime/restore/next HTTP/1.1\r\nhost: lambda\r\n\r\n");
        let (head, _) = self.receive();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    }

    /// Closes the connection, and returns when the emulator has noticed.
    fn hang_up(&mut self) {
        self.stream.get_mut().shutdown(Shutdown::Write).unwrap();
        let _ = self.stream.read_to_end(&mut Vec::new());
    }

    fn respond(&mut self, id: &str, body: &str) {
        self.post(&format!("runtime/invocation/{id}/response"), "", body);
    }

    fn begin_stream(&mut self, id: &str, piece: &str) {
        let (length, echo) = (piece.len(), &self.echo);
        self.send(&format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nhost: lambda\r\n{echo}\
             lambda-runtime-function-response-mode: streaming\r\ntransfer-encoding: chunked\r\n\r\n\
             {length:x}\r\n{piece}\r\n"
        ));
    }

    fn post(&mut self, path: &str, header: &str, body: &str) {
        let (length, echo) = (body.len(), &self.echo);
        self.send(&format!(
            "POST /2018-06-01/{path} HTTP/1.1\r\nhost: lambda\r\n{header}{echo}content-length: {length}\r\n\r\n{body}"
        ));
        self.receive();
    }

    /// Sends a request, and ends the process if the emulator is gone.
    fn send(&mut self, request: &str) {
        self.stream.get_mut().write_all(request.as_bytes()).unwrap_or_else(|_| process::exit(0));
    }

    fn receive(&mut self) -> (String, Vec<u8>) {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if let Ok(0) | Err(_) = self.stream.read_line(&mut head) {
                process::exit(0);
            }
        }
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        self.stream.read_exact(&mut body).unwrap();
        (head, body)
    }
}
