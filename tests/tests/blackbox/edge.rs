//! The edges of HTTP/1.1: hosts, targets, half-closed connections, unread bodies, and bytes that are not HTTP.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use api_routes_project::aws::FrontDoorKind;

use crate::harness::{Connection, PATIENCE, Project, Response, ServedProject, faults, main_project};

fn ask(address: SocketAddr, request: &str) -> Response {
    let mut connection = Connection::open(address).unwrap();
    connection.write(request.as_bytes()).unwrap();
    connection.answer()
}

/// RFC 9112, 3.2: each request of HTTP/1.1 has one `Host`.
#[test]
fn request_needs_one_host() {
    let project = Project::new().answering("api/user", "\"John Doe\"");
    let kinds =
        [FrontDoorKind::HttpApi, FrontDoorKind::RestApi, FrontDoorKind::FunctionUrl, FrontDoorKind::Alb];
    let served = ServedProject::start_with(project.root(), |config| config.front_doors = kinds.to_vec());
    for address in served.addresses() {
        for (head, is_refused) in [
            ("HTTP/1.1", true),
            ("HTTP/1.1\r\nhost: localhost\r\nhost: localhost", true),
            ("HTTP/1.1\r\nHost: localhost\r\nhOST: 127.0.0.1", true),
            ("HTTP/1.0\r\nhost: localhost\r\nhost: localhost", true),
            ("HTTP/1.1\r\nhost: localhost", false),
            ("HTTP/1.0", false),
        ] {
            for path in ["/api/user", "/_emulator/api/routes", "/2015-03-31/functions/x/invocations"] {
                let answer = ask(address, &format!("GET {path} {head}\r\nconnection: close\r\n\r\n"));
                assert_eq!(answer.status == 400, is_refused, "{path} {head}: {}", answer.text());
            }
        }
    }
    served.wait_for_log("GET /api/user 400: the request has no `Host` header");
    served.wait_for_log("GET /api/user 400: the request has 2 `Host` headers");
}

/// RFC 9112, 3.2.2: the authority of the target counts instead of `Host`.
#[test]
fn absolute_target_names_the_host() {
    let request = "GET http://user@api.localhost:81/api/raw/event?a=1 HTTP/1.1\r\nhost: other.localhost\r\n\
                   connection: close\r\n\r\n";
    let event = ask(faults().address, request).json();
    assert_eq!(event["headers"]["host"], "api.localhost:81");
    assert_eq!(event["headers"]["x-forwarded-port"], "81");
    assert_eq!(event["requestContext"]["domainName"], "api.localhost");
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&"/api/raw/event".into(), &"a=1".into()));
}

#[test]
fn half_closed_client_gets_its_answer() {
    let release = tempfile::tempdir().unwrap();
    let file = release.path().join("go");
    let mut stream = TcpStream::connect(faults().address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /api/hold?{} HTTP/1.1\r\nhost: localhost\r\n\r\n", file.display()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // Longer than the emulator needs to see the end.
    thread::sleep(Duration::from_millis(700));
    fs::write(file, "").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
}

/// The client writes 11 MB before it reads, as most libraries do.
#[test]
fn refused_body_is_read_to_its_end() {
    const SIZE: usize = 11 << 20;
    for head in [format!("content-length: {SIZE}"), "transfer-encoding: chunked".to_owned()] {
        let mut connection = Connection::open(main_project().address).unwrap();
        let begin = format!("POST /api/users HTTP/1.1\r\nhost: localhost\r\n{head}\r\n\r\n");
        connection.write(begin.as_bytes()).unwrap();
        let piece = vec![b'x'; 1 << 16];
        for _ in 0..SIZE / piece.len() {
            if head.starts_with("transfer") {
                connection.write(b"10000\r\n").unwrap();
            }
            connection.write(&piece).unwrap();
            if head.starts_with("transfer") {
                connection.write(b"\r\n").unwrap();
            }
        }
        // A client that looks at the error first loses the bytes before a reset.
        thread::sleep(Duration::from_millis(100));
        let answer = connection.answer();
        assert_eq!(answer.status_and_text(), (413, r#"{"message":"Request Entity Too Large"}"#.to_owned()));
        assert_eq!(answer.header("connection"), Some("close"), "{head}");
        assert!(connection.0.read_to_end(&mut Vec::new()).is_ok(), "{head}: reset");
    }
}

#[test]
fn request_that_is_not_http_is_logged() {
    let served = ServedProject::start(&Project::new().answering("api/user", "1"));
    for (request, status, words) in [
        ("\u{16}\u{3}\u{1} hello\r\n\r\n".to_owned(), 400, "invalid HTTP method"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400, "invalid HTTP header"),
        ("GET / HTTP/9\r\n\r\n".to_owned(), 400, "invalid HTTP version"),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "a:b\r\n".repeat(2000)), 431, "message head is too large"),
    ] {
        assert_eq!(ask(served.address, &request).status, status, "{words}");
        served.wait_for_log(words);
    }
    let mut http_2 = Connection::open(served.address).unwrap();
    http_2.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    assert_eq!(http_2.0.read_to_end(&mut Vec::new()).unwrap(), 0);
    served.wait_for_log("began with HTTP/2 and got no answer");
    let line = served.wait_for_log("invalid HTTP method");
    assert!(line.contains("`http://`"), "{line}");
}
