//! Requests of a runtime to the Runtime API.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use api_routes_project::environment::Variables;
use api_routes_project::template::InitializationType;
use bytes::Bytes;
use local_emulator::invocation::{Invocation, Outcome};
use local_emulator::pool::Pool;
use local_emulator::printer::Printer;
use local_emulator::record::LogFormat;
use local_emulator::sandbox::{FunctionSpec, SandboxHost};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

/// Sends the bytes over one connection while an invocation waits, with its id in place of `{id}`. The first byte says
/// whether the runtime has taken the invocation already. After these bytes, a healthy runtime completes every
/// invocation.
pub fn runtime_api(bytes: &[u8]) {
    thread_local! {
        static LAMBDA: RefCell<Option<Lambda>> = const { RefCell::new(None) };
    }
    let Some((begun, bytes)) = bytes.split_first() else { return };
    LAMBDA.with_borrow_mut(|lambda| {
        let now = lambda.take_if(|lambda| lambda.is_fresh()).unwrap_or_else(Lambda::new);
        lambda.insert(now).invoke(begun & 1 == 1, bytes);
    });
}

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(10);

/// A function whose process does nothing. The test itself calls its Runtime API.
struct Lambda {
    runtime: Runtime,
    pool: Arc<Pool>,
    folder: TempDir,
    invocations: usize,
}

impl Lambda {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("bootstrap");
        let script = "#!/bin/sh\necho \"$AWS_LAMBDA_RUNTIME_API\" >new && mv new address && exec sleep 300\n";
        fs::write(&binary, script).unwrap();
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
        let spec = FunctionSpec {
            name: "fuzzed".to_owned(),
            route: "/api/fuzzed".to_owned(),
            binary,
            working_directory: folder.path().to_owned(),
            environment: Variables::from_iter([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
            memory_mb: 128,
            initialization: InitializationType::OnDemand,
            log_format: LogFormat::Text,
            timeout: Duration::from_secs(1),
            arn: "arn:aws:lambda:us-east-1:123456789012:function:fuzzed".to_owned(),
            limit: 1,
            debug: None,
            attachment: None,
        };
        let (printer, _log) = Printer::recorded();
        let limits = SandboxHost::new(printer, None);
        let host =
            SandboxHost { init_limit: Duration::from_secs(1), queue: true, memory_limit: false, ..limits };
        Self { runtime, pool: Arc::new(Pool::new(Arc::new(spec), host)), folder, invocations: 0 }
    }

    /// Returns whether the function can still be used: its log is in memory, and starts anew after some invocations.
    fn is_fresh(&self) -> bool {
        self.invocations < 10_000
    }

    fn invoke(&mut self, begun: bool, bytes: &[u8]) {
        self.invocations += 1;
        let whole = async {
            let invocation = Invocation::new("{}".into(), String::new());
            let id = invocation.request_id.to_string();
            let pool = Arc::clone(&self.pool);
            let invoked = tokio::spawn(async move { pool.invoke(invocation).await });
            if begun {
                let _ = timeout(PATIENCE, self.next()).await;
            }
            self.send(&replaced(bytes, &id)).await;
            tokio::pin!(invoked);
            tokio::select! {
                outcome = &mut invoked => outcome.unwrap().unwrap(),
                never = self.be_well() => match never {},
            }
        };
        match self.runtime.block_on(async { timeout(PATIENCE, whole).await }).unwrap() {
            Outcome::Reply(_) | Outcome::FunctionError(_) => {}
            other => panic!("{other:?}"),
        }
    }

    /// Answers invocations as a healthy runtime does.
    async fn be_well(&self) -> std::convert::Infallible {
        loop {
            if let Ok(event) = self.next().await
                && let Some(id) = id_in(&event)
            {
                let _ = self.call(&format!("POST /2018-06-01/runtime/invocation/{id}/response"), "{}").await;
            }
            // The connection may have taken the event already.
            tokio::task::yield_now().await;
        }
    }

    async fn next(&self) -> io::Result<Bytes> {
        self.call("GET /2018-06-01/runtime/invocation/next", "").await
    }

    async fn call(&self, line: &str, body: &str) -> io::Result<Bytes> {
        let length = body.len();
        let head =
            format!("{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let mut connection = self.connect().await;
        connection.write_all(format!("{head}{body}").as_bytes()).await?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await?;
        Ok(answer.into())
    }

    /// Sends the bytes, waits a moment for the answer, and hangs up.
    async fn send(&self, bytes: &[u8]) {
        let mut connection = self.connect().await;
        let _ = connection.write_all(bytes).await;
        let _ = connection.shutdown().await;
        let _ = timeout(Duration::from_millis(100), connection.read_to_end(&mut Vec::new())).await;
    }

    /// Connects to the sandbox, as soon as it has an address.
    async fn connect(&self) -> TcpStream {
        loop {
            let address = fs::read_to_string(self.folder.path().join("address")).unwrap_or_default();
            if let Ok(address) = address.trim().parse::<SocketAddr>()
                && let Ok(connection) = TcpStream::connect(address).await
            {
                return connection;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }
}

fn replaced(bytes: &[u8], id: &str) -> Vec<u8> {
    let mut rest = bytes;
    let mut replaced = Vec::new();
    while let Some(at) = rest.windows(4).position(|bytes| bytes == b"{id}") {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(id.as_bytes());
        rest = &rest[at + 4..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

fn id_in(event: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(event).into_owned();
    text.lines().find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: ")).map(str::to_owned)
}
