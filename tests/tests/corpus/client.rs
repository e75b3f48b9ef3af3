//! A client that sends the bytes of a case unchanged, and keeps its connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use http::Method;

use crate::case::{Answer, Content, Lines, Request};

/// Far longer than any page needs.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Sends a request with `before` in front of its target, and with another `host` if there is one.
    ///
    /// # Errors
    ///
    /// The connection breaks, or the answer is not HTTP.
    pub(crate) fn send(&mut self, request: &Request, before: &str, host: Option<&str>) -> io::Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(self.address)?,
        };
        // A front door that refuses a body may answer before it has read all of it, and close the connection.
        let _ = connection.get_mut().write_all(&bytes(request, before, host));
        let answer = read_answer(&mut connection, &request.method)?;
        let is_closed = answer.headers.get("connection").is_some_and(|lines| lines.0 == ["close"]);
        // The rest of a refused body may still be on its way.
        self.connection = (!is_closed).then_some(connection);
        Ok(answer)
    }
}

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

fn bytes(request: &Request, before: &str, host: Option<&str>) -> Vec<u8> {
    let mut bytes = format!("{} {before}{} HTTP/1.1\r\n", request.method, request.target()).into_bytes();
    for (name, value) in &request.headers {
        let value = host.filter(|_| name == "Host").unwrap_or(value);
        bytes.extend([name.as_bytes(), b": ", &latin1(value), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    let body = &request.body.0;
    if request.has_header("transfer-encoding") {
        bytes.extend(chunks(body));
    } else {
        bytes.extend(body);
    }
    bytes
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap()).collect()
}

/// Writes the body in two chunks, which may cut a character.
fn chunks(body: &[u8]) -> Vec<u8> {
    let pieces = body.chunks(body.len().div_ceil(2).max(1));
    let pieces =
        pieces.flat_map(|piece| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
    pieces.chain(*b"0\r\n\r\n").collect()
}

fn read_answer(connection: &mut BufReader<TcpStream>, method: &Method) -> io::Result<Answer> {
    let status = line(connection)?.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    let mut answer = Answer { status, headers: [].into(), body: None };
    loop {
        let line = line(connection)?;
        let Some((name, value)) = line.split_once(':') else { break };
        answer.headers.entry(name.to_ascii_lowercase()).or_default().0.push(value.trim().to_owned());
    }
    let header = |name: &str| answer.headers.get(name).and_then(|Lines(lines)| lines.first());
    let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let body = if method == Method::HEAD || [204, 304].contains(&status) {
        Vec::new()
    } else if header("transfer-encoding").is_some() {
        read_chunks(connection)?
    } else {
        read(connection, length)?
    };
    answer.body = Some(Content(body));
    Ok(answer)
}

fn read_chunks(connection: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&line(connection)?, 16).map_err(io::Error::other)?;
        body.extend(read(connection, size)?);
        line(connection)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn read(connection: &mut BufReader<TcpStream>, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    connection.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads a line in Latin-1, one character for each byte.
fn line(connection: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = Vec::new();
    match connection.read_until(b'\n', &mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_ascii_end().iter().copied().map(char::from).collect()),
    }
}
