//! Sends a function its invocations, one after another, as the Runtime API of Lambda does, and prints their cost:
//! `driver <invocations> <runs> <bytes> -- <function> [arguments…]`.
//!
//! With 0 `bytes`, the event is an ordinary one, for a function that answers with a name. With more, it has a JSON body
//! of about that size, for a function that sends it back.
//!
//! The output is one line of JSON. `init` is the time from the start of the process to its first `/next`. For `valgrind
//! --tool=callgrind`, write the call of valgrind after `--`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, io, thread};

const EVENT: &str = include_str!("event.json");
const REPLY: &str = r#"{\"name\":\"John Doe\"}"#;
const RECORD: &str = r#"{\"id\":7,\"name\":\"John Doe\",\"tags\":[\"a\",\"b\"],\"score\":0.5}"#;

/// The event, and the text that the answer must contain.
struct Exchange {
    event: String,
    reply: String,
}

impl Exchange {
    fn new(bytes: usize) -> Self {
        if bytes == 0 {
            return Self { event: EVENT.to_owned(), reply: REPLY.to_owned() };
        }
        let records = vec![RECORD; bytes / RECORD.replace('\\', "").len()].join(",");
        let (before, after) = EVENT.split_once(BODY).expect("the event has a body");
        let (_, after) = after.split_once("\",\"isBase64Encoded").expect("it is followed by its encoding");
        let event = format!("{before}{BODY}[{records}]\",\"isBase64Encoded{after}");
        Self { event, reply: format!("\"[{records}]\"") }
    }
}

/// The position of the body in the event.
const BODY: &str = r#""body":""#;

enum FunctionCall {
    Next(TcpStream),
    Response { reply: String, connection: TcpStream },
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [invocations, runs, bytes, separator, function @ ..] = arguments.as_slice() else { return usage() };
    let (Ok(invocations), Ok(runs), Ok(bytes), "--") =
        (invocations.parse(), runs.parse(), bytes.parse(), separator.as_str())
    else {
        return usage();
    };
    let exchange = Exchange::new(bytes);
    let mut inits = Vec::new();
    let mut calls = Vec::new();
    for _ in 0..runs {
        let (init, call) = run(function, invocations, &exchange)?;
        inits.push(init);
        calls.push(call);
    }
    println!(
        r#"{{"invocations":{invocations},"runs":{runs},"init_ms":{:.3},"invocation_us":{:.2}}}"#,
        median(inits).as_secs_f64() * 1e3,
        median(calls).as_secs_f64() * 1e6
    );
    Ok(())
}

fn usage() -> io::Result<()> {
    Err(io::Error::other("usage: driver <invocations> <runs> <bytes> -- <function> [arguments…]"))
}

fn median(mut values: Vec<Duration>) -> Duration {
    values.sort();
    values[values.len() / 2]
}

/// Runs one process, and returns its init time and the median of its invocations.
fn run(function: &[String], invocations: usize, exchange: &Exchange) -> io::Result<(Duration, Duration)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (asks, asked) = channel();
    let started = Instant::now();
    let mut child = start(function, &listener)?;
    thread::spawn(move || accept(&listener, &asks));

    let mut next = next_of(&asked)?;
    let init = started.elapsed();
    let mut durations = Vec::with_capacity(invocations);
    for number in 0..invocations {
        let sent = Instant::now();
        give_event(&mut next, &exchange.event, number)?;
        let Ok(FunctionCall::Response { reply, mut connection }) = asked.recv() else { return Err(gone()) };
        durations.push(sent.elapsed());
        assert!(reply.contains(&exchange.reply), "not the answer that was asked for: {reply}");
        write!(connection, "HTTP/1.1 202 Accepted\r\ncontent-length: 16\r\n\r\n{{\"status\":\"OK\"}}\n")?;
        next = next_of(&asked)?;
    }
    // Without the Runtime API, the function ends by itself, and valgrind writes its counts.
    next.shutdown(Shutdown::Both)?;
    child.wait()?;
    Ok((init, median(durations)))
}

fn start(function: &[String], listener: &TcpListener) -> io::Result<Child> {
    let (program, arguments) = function.split_first().ok_or_else(|| io::Error::other("no function"))?;
    Command::new(program)
        .args(arguments)
        .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "user")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .stderr(Stdio::null())
        .spawn()
}

fn next_of(asked: &Receiver<FunctionCall>) -> io::Result<TcpStream> {
    match asked.recv() {
        Ok(FunctionCall::Next(connection)) => Ok(connection),
        _ => Err(gone()),
    }
}

fn gone() -> io::Error {
    io::Error::other("the function ended, or answered out of turn")
}

fn give_event(connection: &mut TcpStream, event: &str, number: usize) -> io::Result<()> {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() + 30_000;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
         lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-{number:012}\r\n\
         lambda-runtime-deadline-ms: {deadline}\r\n\
         lambda-runtime-trace-id: Root=1-6a5145a9-{number:024x};Parent=5b3cc918939de4a9;Sampled=1\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:123456789012:function:user\r\n\
         content-length: {}\r\n\r\n",
        event.len()
    );
    connection.write_all([head.as_bytes(), event.as_bytes()].concat().as_slice())
}

fn accept(listener: &TcpListener, asks: &Sender<FunctionCall>) {
    let asks = Arc::new(Mutex::new(asks.clone()));
    while let Ok((connection, _)) = listener.accept() {
        let asks = asks.lock().expect("no thread panics with it").clone();
        thread::spawn(move || while read_request(&connection, &asks).is_ok() {});
    }
}

/// Reads one request. A connection has at most one request at a time, so a new reader loses nothing.
fn read_request(connection: &TcpStream, asks: &Sender<FunctionCall>) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let is_next = line.starts_with("GET");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if header.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let connection = connection.try_clone()?;
    let asked = match is_next {
        true => FunctionCall::Next(connection),
        false => FunctionCall::Response { reply: String::from_utf8_lossy(&body).into_owned(), connection },
    };
    asks.send(asked).map_err(io::Error::other)
}
