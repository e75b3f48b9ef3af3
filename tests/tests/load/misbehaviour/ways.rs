//! Kinds of misbehaviour, and their outcomes.

use std::collections::BTreeSet;
use std::io;
use std::thread;
use std::time::Duration;

use crate::clients::Question;
use crate::harness::Connection;
use crate::tally::{OWN, describe, outcome};

/// A kind of misbehaviour: its name, its outcome, and its code.
pub(super) type Misbehaviour = (&'static str, &'static str, fn(&mut Connection, &str) -> io::Result<String>);

pub(super) const MISBEHAVIOURS: [Misbehaviour; 17] = [
    ("hangs up in the request line", LEFT, |client, _| leave(client, "GET /api/ec")),
    ("hangs up in the head", LEFT, |client, _| leave(client, "GET /api/echo HTTP/1.1\r\nhost: loc")),
    ("hangs up in the body", LEFT, |client, _| leave(client, &post("/api/echo", 100, "begun"))),
    ("hangs up in a chunk", LEFT, |client, _| leave(client, &chunked("64\r\nbegun"))),
    ("hangs up before the answer", LEFT, |client, nonce| leave(client, &echo(nonce))),
    ("hangs up in the answer", LEFT, leave_the_answer),
    ("sends a byte at a time", OWN, byte_by_byte),
    ("sends more than it declares", "200 with its nonce, then 400", more_than_declared),
    ("sends less than it declares", "HTTP/1.1 400 Bad Request", less_than_declared),
    ("asks ten times at once", OWN, pipelined),
    ("sends 1,000 short headers", "200, all of them seen", |client, nonce| {
        headers(client, nonce, 1_000, "b")
    }),
    ("sends 1,000 headers", TOO_MANY, |client, nonce| headers(client, nonce, 1_000, "a value")),
    ("sends 5,000 headers", "431", |client, nonce| headers(client, nonce, 5_000, "a value")),
    ("sends a head without end", "431", endless_head),
    ("announces too large a body", TOO_LARGE, |client, _| refused(client, &post("/api/echo", 11 << 20, ""))),
    ("sends chunks without end", TOO_LARGE, endless_body),
    ("speaks no HTTP", "400", |client, _| refused(client, "\u{16}\u{3}\u{1} hello\r\n\r\n")),
];

const LEFT: &str = "it left";
const TOO_MANY: &str = r#"431 {"message":"Request Header Fields Too Large"}"#;
const TOO_LARGE: &str = r#"413 {"message":"Request Entity Too Large"}"#;

pub(super) fn echo(nonce: &str) -> String {
    Question::echo("", nonce).bytes()
}

pub(super) fn post(target: &str, length: usize, body: &str) -> String {
    format!("POST {target} HTTP/1.1\r\nhost: localhost:3000\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn chunked(body: &str) -> String {
    format!("POST /api/echo HTTP/1.1\r\nhost: localhost:3000\r\ntransfer-encoding: chunked\r\n\r\n{body}")
}

fn leave(client: &mut Connection, begun: &str) -> io::Result<String> {
    client.write(begun.as_bytes())?;
    Ok(LEFT.to_owned())
}

fn leave_the_answer(client: &mut Connection, _: &str) -> io::Result<String> {
    client.write(b"GET /api/large HTTP/1.1\r\nhost: localhost:3000\r\n\r\n")?;
    let begun = client.read(100)?;
    assert!(begun.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&begun));
    Ok(LEFT.to_owned())
}

/// Sends each byte by itself. A pause of 5 ms is enough for that.
fn byte_by_byte(client: &mut Connection, nonce: &str) -> io::Result<String> {
    for byte in echo(nonce).bytes() {
        client.write(&[byte])?;
        thread::sleep(Duration::from_millis(5));
    }
    Ok(outcome(&client.try_answer(), nonce))
}

/// Sends more than `content-length` declares. The rest is read as a bad request.
fn more_than_declared(client: &mut Connection, nonce: &str) -> io::Result<String> {
    client.write(post(&format!("/api/echo?nonce={nonce}"), 4, "body, and more\r\n\r\n").as_bytes())?;
    let first = outcome(&client.try_answer(), &format!("{nonce}body"));
    Ok(format!("{first}, then {}", client.try_answer()?.status))
}

/// Sends less than `content-length` declares. The function is not invoked, since the rest could still follow.
fn less_than_declared(client: &mut Connection, _: &str) -> io::Result<String> {
    client.write(post("/api/echo", 10, "less").as_bytes())?;
    let rest = client.end()?;
    let line = rest.split(|byte| *byte == b'\r').next().unwrap_or_default();
    Ok(String::from_utf8_lossy(line).into_owned())
}

fn pipelined(client: &mut Connection, nonce: &str) -> io::Result<String> {
    let nonces: Vec<_> = (0..10).map(|n| format!("{nonce}-{n}")).collect();
    client.write(nonces.iter().map(|nonce| echo(nonce)).collect::<String>().as_bytes())?;
    let outcomes = nonces.iter().map(|nonce| outcome(&client.try_answer(), nonce));
    Ok(outcomes.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", "))
}

fn headers(client: &mut Connection, nonce: &str, count: usize, value: &str) -> io::Result<String> {
    let lines: Vec<_> = (0..count).map(|n| format!("{n:03}:{value}\r\n")).collect();
    let request = echo(nonce).replace("\r\n\r\n", &format!("\r\n{}\r\n", lines.concat()));
    // The emulator may refuse the request before it has read all of it.
    let _ = client.write(request.as_bytes());
    let answer = client.try_answer()?;
    let seen = answer
        .header("x-headers")
        .and_then(|seen| seen.parse().ok())
        .is_some_and(|seen: usize| seen >= count);
    Ok(if seen { "200, all of them seen".to_owned() } else { describe(&answer) })
}

fn endless_head(client: &mut Connection, _: &str) -> io::Result<String> {
    client.write(b"GET /api/echo HTTP/1.1\r\nx: ")?;
    endless(client, &[b'x'; 10_000])
}

fn endless_body(client: &mut Connection, _: &str) -> io::Result<String> {
    client.write(chunked("").as_bytes())?;
    let chunk = [format!("{:x}\r\n", 100_000).as_bytes(), &vec![b'x'; 100_000], b"\r\n"].concat();
    endless(client, &chunk)
}

/// Writes until the emulator stops reading.
fn endless(client: &mut Connection, piece: &[u8]) -> io::Result<String> {
    while client.write(piece).is_ok() {}
    refused(client, "")
}

fn refused(client: &mut Connection, request: &str) -> io::Result<String> {
    client.write(request.as_bytes())?;
    Ok(describe(&client.try_answer()?))
}
