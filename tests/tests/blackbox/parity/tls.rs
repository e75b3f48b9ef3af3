//! `parity` over TLS, which every deployed stage uses.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::python;
use crate::harness::{Program, Project, checkout};

/// A server over TLS that answers each request with its path. Prints its port.
const SERVER: &str = r#"
import http.server, ssl, sys

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.path.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// A process that ends with the test.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(python());
        command.args(["-c", SERVER, &certificate()]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, url: format!("https://localhost:{}/prod", port.trim()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn certificate() -> String {
    checkout().join("tests/fixtures/tls/localhost.pem").to_str().unwrap().to_owned()
}

fn compare(variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let server = Server::start();
    let project = Project::new();
    project.write("requests.toml", "[[request]]\npath = '/api/a%20b?c'\nexpect.body = '/prod/api/a%20b?c'\n");
    let arguments = ["parity", "--url", &server.url, "--with", &server.url, "--requests", "requests.toml"];
    let ended = Program::start_with(&project, &arguments, variables).end();
    (ended.code, ended.text)
}

#[test]
fn untrusted_certificate_is_refused() {
    let (code, text) = compare(&[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("error: cannot connect to https://localhost:"), "{text}");
    assert!(text.ends_with("/prod: invalid peer certificate: UnknownIssuer"), "{text}");
}

#[test]
fn certificate_that_the_machine_trusts_is_accepted() {
    let (code, text) = compare(&[("SSL_CERT_FILE", &certificate())]);
    assert_eq!(code, Some(0), "{text}");
}
