//! Lambda as a function sees it: a Runtime API that gives out events and writes down what comes back, byte
//! for byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A call of the function, in the order of the calls.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Its extension asks for an event.
    ExtensionNext,
    /// The function is ready for a snapshot.
    Restore,
    /// The function asks for an event.
    Next,
    /// The function posts, with the request line and the headers as they were sent.
    Post(String),
    /// A chunk of a chunked body, or a whole one.
    Data(Vec<u8>),
    /// The end of a post, with the trailers as they stand on the wire.
    End(String),
    /// The function has closed a connection on which it posted.
    Closed,
}

/// A function's process, and the Runtime API that it talks to.
pub(crate) struct FakeLambda {
    function: Child,
    events: mpsc::Sender<(String, String)>,
    calls: mpsc::Receiver<Call>,
}

impl FakeLambda {
    /// Starts an example, which `cargo test` has built, as a function.
    pub(crate) fn running(example: &str, environment: &[(&str, &str)]) -> Self {
        Self::start(example, environment, true)
    }

    /// Starts an example where extensions are refused.
    pub(crate) fn without_extensions(example: &str) -> Self {
        Self::start(example, &[], false)
    }

    fn start(example: &str, environment: &[(&str, &str)], takes_extensions: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let function = Command::new(binary(example))
            .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", example)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            // A developer may have set it for the test itself.
            .env_remove("RUST_BACKTRACE")
            .env_remove("RUST_LIB_BACKTRACE")
            .envs(environment.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let ((events, to_send), (journal, calls)) = (mpsc::channel(), mpsc::channel());
        let to_send = Arc::new(Mutex::new(to_send));
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (to_send, journal) = (Arc::clone(&to_send), journal.clone());
                // A connection that ends midway ends its thread alone: the test misses a call, and says so.
                thread::spawn(move || serve(connection.unwrap(), takes_extensions, &to_send, &journal));
            }
        });
        Self { function, events, calls }
    }

    /// Gives out an event when it is asked for. The answer to one called `early` is accepted, and that to one
    /// called `refused` refused, before its body is read; that to one called `stale` after. That to one called `cut` is accepted, and the
    /// connection closed in the middle of the body; to one called `lost` it is closed without a word.
    pub(crate) fn event(&self, request_id: &str, event: &Value) {
        self.events.send((request_id.to_owned(), event.to_string())).unwrap();
    }

    /// Waits for the next call of the function.
    ///
    /// # Panics
    /// If it does nothing.
    pub(crate) fn call(&self) -> Call {
        self.calls.recv_timeout(PATIENCE).expect("the function does nothing")
    }

    /// All that it does until one call.
    pub(crate) fn calls_until(&self, mut last: impl FnMut(&Call) -> bool) -> Vec<Call> {
        let mut calls = vec![self.call()];
        while !calls.last().is_some_and(&mut last) {
            calls.push(self.call());
        }
        calls
    }

    /// The function's process.
    pub(crate) fn pid(&self) -> u32 {
        self.function.id()
    }

    /// Asks the function to end, as Lambda does, and waits until it has.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.function.wait().unwrap()
    }

    /// Ends the function; what it has written to its log.
    pub(crate) fn log(mut self) -> String {
        self.function.kill().unwrap();
        self.last_words()
    }

    /// Returns the log of a function that ends by itself.
    pub(crate) fn last_words(mut self) -> String {
        let mut log = String::new();
        self.function.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for FakeLambda {
    fn drop(&mut self) {
        // The function has already ended if the test has read its log.
        let _ = self.function.kill();
        let _ = self.function.wait();
    }
}

/// `target/debug/examples/NAME`, seen from a test in `target/debug/deps`.
fn binary(example: &str) -> std::path::PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.ancestors().nth(2).unwrap().join("examples").join(example);
    assert!(
        binary.exists(),
        "`cargo test -p api-routes` builds the example `{example}`, or `cargo build --examples`"
    );
    binary
}

type Events = Mutex<mpsc::Receiver<(String, String)>>;

fn serve(connection: TcpStream, takes_extensions: bool, events: &Events, journal: &mpsc::Sender<Call>) {
    let mut writer = connection.try_clone().unwrap();
    let mut reader = BufReader::new(connection);
    let mut posted = false;
    while let Some(head) = head(&mut reader) {
        if head.starts_with("GET /2018-06-01/runtime/invocation/next ") {
            journal.send(Call::Next).unwrap();
            let Ok((id, event)) = events.lock().unwrap().recv() else { return };
            write!(
                writer,
                "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: {id}\r\nlambda-runtime-deadline-ms: 4000000000000\r\n\
                 lambda-runtime-invocation-id: attempt at {id}\r\ncontent-length: {}\r\n\r\n{event}",
                event.len(),
            )
            .unwrap();
        } else if head.starts_with("GET /2020-01-01/extension/event/next ") {
            journal.send(Call::ExtensionNext).unwrap();
            // An event never comes.
            return drop(reader.read(&mut [0]));
        } else if head.starts_with("POST /2020-01-01/extension/register ") {
            journal.send(Call::Post(head.clone())).unwrap();
            body(&mut reader, length(&head), journal).unwrap();
            let status = if takes_extensions { "200 OK" } else { "403 Forbidden" };
            write!(
                writer,
                "HTTP/1.1 {status}\r\nlambda-extension-identifier: 7\r\ncontent-length: 0\r\n\r\n"
            )
            .unwrap();
        } else if head.starts_with("GET /2018-06-01/runtime/restore/next ") {
            journal.send(Call::Restore).unwrap();
            write!(writer, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        } else {
            posted = true;
            let length = length(&head);
            let (early, stale) = (head.contains("/early/"), head.contains("/stale/"));
            if head.contains("/refused/") {
                journal.send(Call::Post(head)).unwrap();
                write!(writer, "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n").unwrap();
                return;
            }
            if head.contains("/cut/") {
                accept(&mut writer);
                // A client that has written so much has read the answer.
                reader.read_exact(&mut vec![0; 1 << 24]).unwrap();
            }
            if head.contains("/cut/") || head.contains("/lost/") {
                journal.send(Call::Post(head)).unwrap();
                return;
            }
            if early {
                accept(&mut writer);
            }
            journal.send(Call::Post(head)).unwrap();
            let Some(trailers) = body(&mut reader, length, journal) else { return };
            journal.send(Call::End(trailers)).unwrap();
            if stale {
                write!(writer, "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n").unwrap();
            } else if !early {
                accept(&mut writer);
            }
        }
    }
    if posted {
        // Nobody listens any more if the test is over.
        let _ = journal.send(Call::Closed);
    }
}

fn accept(writer: &mut TcpStream) {
    write!(writer, "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").unwrap();
}

/// Up to the empty line, without it; `None` at the end of the connection.
fn head(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => return None,
            Ok(_) if line == "\r\n" => return Some(head),
            Ok(_) => head.push_str(&line),
        }
    }
}

/// `None` for a chunked body.
fn length(head: &str) -> Option<usize> {
    head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok())
}

/// The trailers of the body, if it has an end.
fn body(
    reader: &mut BufReader<TcpStream>,
    length: Option<usize>,
    journal: &mpsc::Sender<Call>,
) -> Option<String> {
    if let Some(length) = length {
        let mut data = vec![0; length];
        reader.read_exact(&mut data).ok()?;
        journal.send(Call::Data(data)).unwrap();
        return Some(String::new());
    }
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = usize::from_str_radix(size.trim_end(), 16).ok()?;
        if size == 0 {
            return head(reader);
        }
        let mut data = vec![0; size + 2];
        reader.read_exact(&mut data).ok()?;
        assert_eq!(data.split_off(size), b"\r\n");
        journal.send(Call::Data(data)).unwrap();
    }
}
