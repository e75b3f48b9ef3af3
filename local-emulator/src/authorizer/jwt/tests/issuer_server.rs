//! An issuer on this machine, whose answers a test sets.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::authorizer::jwt::discovery::CONFIGURATION;

/// The path of the keys.
const KEYS: &str = "/keys";

/// The bytes that an issuer sends for a path: a whole answer, or `None` to keep the connection open.
type Answer = dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync;

pub(super) struct IssuerServer {
    pub(super) url: String,
    paths: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl IssuerServer {
    /// An issuer with a configuration, and with a set of keys that may change.
    pub(super) async fn with_keys(keys: Arc<Mutex<Value>>) -> Self {
        Self::start(move |url, path| match path {
            CONFIGURATION => Some(ok(&configuration(url))),
            KEYS => Some(ok(&keys.lock().unwrap().to_string())),
            _ => Some(status("404 Not Found", "")),
        })
        .await
    }

    pub(super) async fn start(
        answer: impl Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let paths = Arc::new(Mutex::new(Vec::new()));
        let of_issuer = url.clone();
        let answer: Arc<Answer> = Arc::new(move |path| answer(&of_issuer, path));
        let seen = Arc::clone(&paths);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&seen)));
            }
        });
        Self { url, paths, serving }
    }

    /// Returns how often a path was requested.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.paths.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }

    /// Returns how often the keys were requested.
    pub(super) fn asked_for_keys(&self) -> usize {
        self.asked(KEYS)
    }

    /// Stops the server.
    pub(super) async fn stop(&mut self) {
        self.serving.abort();
        let _ = (&mut self.serving).await;
    }
}

impl Drop for IssuerServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut stream: TcpStream, answer: Arc<Answer>, paths: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    paths.lock().unwrap().push(path.clone());
    match answer(&path) {
        Some(bytes) => {
            // An error means that the client has closed the connection.
            let _ = stream.write_all(&bytes).await;
        }
        None => std::future::pending().await,
    }
}

pub(super) fn configuration(url: &str) -> String {
    json!({ "issuer": url, "jwks_uri": format!("{url}{KEYS}") }).to_string()
}

pub(super) fn ok(body: &str) -> Vec<u8> {
    status("200 OK", body)
}

pub(super) fn status(line: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {line}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}
