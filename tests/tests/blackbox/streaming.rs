//! A function of the library that streams, behind a Function URL that streams.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use api_routes_project::aws::FrontDoorKind;

use crate::harness::{PATIENCE, faults};

/// A streamed response, read chunk by chunk.
struct StreamedResponse(BufReader<TcpStream>);

impl StreamedResponse {
    fn get(address: SocketAddr, target: &str) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nhost: stream.localhost\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    fn head(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut head).unwrap(), 0, "closed after {head:?}");
        }
        head
    }

    /// Reads the next chunk: empty at the end, `None` if the stream broke off.
    fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.0.read_line(&mut size).ok().filter(|read| *read > 0)?;
        let mut chunk = vec![0; usize::from_str_radix(size.trim_end(), 16).unwrap() + 2];
        self.0.read_exact(&mut chunk).ok()?;
        Some(String::from_utf8(chunk).unwrap().trim_end().to_owned())
    }
}

fn function_url() -> SocketAddr {
    faults().at(FrontDoorKind::FunctionUrl)
}

#[test]
fn streamed_pieces_reach_the_client_one_by_one() {
    let release = tempfile::tempdir().unwrap();
    let file = release.path().join("go");
    let mut response = StreamedResponse::get(function_url(), &format!("/api/stream?file={}", file.display()));
    let head = response.head();
    assert!(head.starts_with("HTTP/1.1 201 "), "{head}");
    for line in ["x-kind: stream", "set-cookie: a=1", "set-cookie: b=2", "transfer-encoding: chunked"] {
        assert!(head.contains(line), "{head}");
    }
    // The function writes the second piece only after it sees the file.
    assert_eq!(response.chunk().as_deref(), Some("one,"));
    fs::write(file, "").unwrap();
    assert_eq!(response.chunk().as_deref(), Some("two"));
    assert_eq!(response.chunk().as_deref(), Some(""));
}

#[test]
fn a_stream_that_breaks_off_breaks_the_transfer_off() {
    let mut response = StreamedResponse::get(function_url(), "/api/stream?breaks");
    response.head();
    assert_eq!(response.chunk().as_deref(), Some("one,"));
    assert_eq!(response.chunk(), None);
    // The sandbox is ready for the next request.
    let next = StreamedResponse::get(function_url(), "/api/stream?breaks").head();
    assert!(next.starts_with("HTTP/1.1 201 "), "{next}");
}

#[test]
fn streaming_function_answers_whole_behind_http_api() {
    let answer = faults().get("/api/stream?file=/");
    assert_eq!(answer.status_and_text(), (201, "one,two".to_owned()));
    assert_eq!(answer.header("content-length"), Some("7"));
    assert_eq!(answer.all("set-cookie"), ["a=1", "b=2"]);
}

/// Clients of AWS's Function URLs wait for minutes if only a head is sent.
#[test]
fn empty_answer_is_streamed_with_a_byte() {
    let mut response = StreamedResponse::get(function_url(), "/api/stream?empty");
    let head = response.head();
    assert!(head.starts_with("HTTP/1.1 302 ") && head.contains("location: /elsewhere"), "{head}");
    let mut rest = String::new();
    response.0.read_line(&mut rest).unwrap();
    assert_eq!(rest, "1\r\n", "one chunk of one byte");
    assert!(!faults().log().contains("without a byte of a body"));
    assert_eq!(faults().get("/api/stream?empty").status_and_text(), (302, String::new()));
}
