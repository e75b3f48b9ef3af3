//! The smallest program between HTTP and a function: JSON, base64 and a Runtime API, without a rule, a limit or a log
//! line. The emulator is measured against it.
//!
//! `proxy <function> <processes> <port>` runs this number of processes of the function. Port 0 takes a free port, which
//! is printed.

use std::convert::Infallible;
use std::process::Stdio;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};

/// An event, and the channel for its answer.
type Job = (String, oneshot::Sender<Bytes>);

/// The events that wait for the function, and the requests that wait for one of its processes.
struct Process {
    jobs: Arc<Mutex<mpsc::Receiver<Job>>>,
    caller: Mutex<Option<oneshot::Sender<Bytes>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    status_code: u16,
    headers: std::collections::HashMap<String, String>,
    body: String,
    is_base64_encoded: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [function, processes, port] = arguments.as_slice() else {
        return Err("usage: proxy <function> <processes> <port>".into());
    };
    let (sender, jobs) = mpsc::channel(1024);
    let jobs = Arc::new(Mutex::new(jobs));
    let mut running = Vec::new();
    for _ in 0..processes.parse()? {
        running.push(start(function, Arc::clone(&jobs)).await?);
    }
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let sender = sender.clone();
        let service = service_fn(move |request| {
            let sender = sender.clone();
            async move { Ok::<_, Infallible>(through(request, &sender).await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// A process with its own Runtime API, which identifies it.
async fn start(function: &str, jobs: Arc<Mutex<mpsc::Receiver<Job>>>) -> std::io::Result<Child> {
    let runtime_api = TcpListener::bind("127.0.0.1:0").await?;
    let child = Command::new(function)
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api.local_addr()?.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "payload")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    tokio::spawn(serve_runtime(runtime_api, Arc::new(Process { jobs, caller: Mutex::default() })));
    Ok(child)
}

async fn through(request: Request<Incoming>, sender: &mpsc::Sender<Job>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let content_type =
        head.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_text = content_type.starts_with("text/") || content_type == "application/json";
    let text = if is_text { String::from_utf8_lossy(&body).into_owned() } else { STANDARD.encode(&body) };
    let headers: serde_json::Map<_, _> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().into()))
        .collect();
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": head.uri.path(),
        "rawQueryString": head.uri.query().unwrap_or_default(), "headers": headers,
        "requestContext": {
            "http": { "method": head.method.as_str(), "path": head.uri.path(), "protocol": "HTTP/1.1",
                      "sourceIp": "127.0.0.1", "userAgent": "" },
            "requestId": "id", "routeKey": "$default", "stage": "$default", "time": "", "timeEpoch": 0,
            "accountId": "1", "apiId": "1", "domainName": "localhost", "domainPrefix": "localhost",
        },
        "body": text, "isBase64Encoded": !is_text,
    });
    let (caller, answer) = oneshot::channel();
    sender.send((event.to_string(), caller)).await.expect("the function runs");
    let reply: Reply = serde_json::from_slice(&answer.await.expect("an answer")).expect("a reply");
    let body = if reply.is_base64_encoded {
        STANDARD.decode(reply.body).expect("base64").into()
    } else {
        reply.body.into()
    };
    let mut response = Response::builder().status(reply.status_code);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(body)).expect("a response")
}

async fn serve_runtime(listener: TcpListener, process: Arc<Process>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let process = Arc::clone(&process);
        let service = service_fn(move |request| {
            let process = Arc::clone(&process);
            async move { Ok::<_, Infallible>(runtime_call(request, &process).await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn runtime_call(request: Request<Incoming>, process: &Process) -> Response<Full<Bytes>> {
    if request.method() == Method::POST {
        let reply = request.into_body().collect().await.expect("a whole reply").to_bytes();
        if let Some(caller) = process.caller.lock().await.take() {
            let _ = caller.send(reply);
        }
        let accepted = Response::builder().status(202);
        return accepted.body(Full::new("{\"status\":\"OK\"}".into())).expect("a response");
    }
    let (event, caller) = process.jobs.lock().await.recv().await.expect("the proxy runs");
    *process.caller.lock().await = Some(caller);
    Response::builder()
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", "99999999999999")
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:payload",
        )
        .header(
            "lambda-runtime-trace-id",
            "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0;Parent=5b3cc918939de4a9;Sampled=0",
        )
        .body(Full::new(event.into()))
        .expect("a response")
}
