//! Clients that do not read a stream as fast as it comes, or not to its end.

use std::net::SocketAddr;

use crate::connection::no_connection_is_left;
use crate::harness::Connection;
use crate::others::{QUESTIONS, others};
use crate::tally::OWN;
use crate::under_load::UnderLoad;

/// What `api/stream` streams, in bytes.
const LENGTH: usize = 64 * 1024 * 1024;

/// So many clients read one at once.
const CLIENTS: usize = 16;

/// What all of them may cost the emulator, in kilobytes: as much as a single stream is long.
const MEMORY: u64 = 64 * 1024;

#[test]
fn a_stream_waits_for_its_client_and_nobody_else_does() {
    let emulator = UnderLoad::behind("function-url");
    assert_eq!(others(emulator.address, || false).tally.of(OWN), QUESTIONS);
    let before = emulator.memory();
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| begin(emulator.address)).collect();
    // None of them reads on, and a function that waits for its client has nothing else to do.
    assert_eq!(others(emulator.address, || false).tally.of(OWN), QUESTIONS);
    let during = emulator.memory();
    println!("{before} kB before, {during} kB with {CLIENTS} streams of {} kB begun\n", LENGTH / 1024);
    assert!(during < before + MEMORY, "{before} kB before, {during} kB during the streams");

    drop(clients.split_off(CLIENTS / 2));
    for mut client in clients {
        assert_eq!(client.chunks().unwrap().len(), LENGTH);
    }
    no_connection_is_left(emulator.address);
    assert_eq!(others(emulator.address, || false).tally.of(OWN), QUESTIONS);
    emulator.end();
}

/// Reads a response up to its body.
fn begin(address: SocketAddr) -> Connection {
    let mut client = Connection::open(address).unwrap();
    client.write(b"GET /api/stream HTTP/1.1\r\nhost: localhost:3000\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(client.read(1).unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&head));
    client
}
