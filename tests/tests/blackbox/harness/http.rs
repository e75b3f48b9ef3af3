//! An HTTP client that sends exactly the bytes of a test, and shows exactly what it received.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::iter;
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

use super::PATIENCE;

/// A request, sent on its own connection.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

pub(crate) fn get(target: &str) -> Request {
    request("GET", target)
}

pub(crate) fn post(target: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    request("POST", target).header("content-type", content_type).body(body)
}

pub(crate) fn request(method: &str, target: &str) -> Request {
    Request { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
}

impl Request {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn send(&self, to: SocketAddr) -> Response {
        self.try_send(to).unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.target))
    }

    pub(crate) fn try_send(&self, to: SocketAddr) -> io::Result<Response> {
        let mut connection = Connection::open(to)?;
        // The connection may close before all is sent if the request is refused early. The answer has arrived then.
        let _ = connection.write(&self.bytes());
        connection.answer_to(&self.method)
    }

    fn bytes(&self) -> Vec<u8> {
        let Self { method, target, headers, body } = self;
        let length = (!body.is_empty()).then(|| ("content-length".to_owned(), body.len().to_string()));
        let lines = length.iter().chain(headers).map(|(name, value)| format!("{name}: {value}\r\n"));
        let has_host = headers.iter().any(|(name, _)| name == "host");
        let host = if has_host { "" } else { "host: localhost:3000\r\n" };
        let head = format!("{method} {target} HTTP/1.1\r\n{host}connection: close\r\n");
        let head: String = iter::once(head).chain(lines).collect();
        [head.as_bytes(), b"\r\n", body].concat()
    }
}

/// A connection for tests that write HTTP by hand.
#[derive(Debug)]
pub(crate) struct Connection(pub(crate) BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(to: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    pub(crate) fn answer(&mut self) -> Response {
        self.try_answer().unwrap()
    }

    pub(crate) fn try_answer(&mut self) -> io::Result<Response> {
        self.answer_to("GET")
    }

    fn answer_to(&mut self, method: &str) -> io::Result<Response> {
        let status = self.line()?.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut response = Response {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            headers: Vec::new(),
            body: Vec::new(),
        };
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            response.headers.push((name.to_owned(), value.to_owned()));
        }
        if response.header("transfer-encoding") == Some("chunked") {
            response.body = self.chunks()?;
            return Ok(response);
        }
        let length = response.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if method != "HEAD" {
            response.body.resize(length, 0);
            self.0.read_exact(&mut response.body)?;
        }
        Ok(response)
    }

    /// Reads all chunks, and fails if they break off.
    pub(crate) fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size, 0);
            self.0.read_exact(&mut body[start..])?;
            self.line()?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

/// The response to a request.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Returns the only value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() < 2, "`{name}` is repeated: {values:?}");
        values.first().copied()
    }

    /// Returns the values of a header, one for each line.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.iter().filter(|(header, _)| header == name);
        lines.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn status_and_text(&self) -> (u16, String) {
        (self.status, self.text())
    }
}
