//! Clients that read a stream slowly, or not to its end.

use std::net::SocketAddr;

use crate::connection::no_connection_is_left;
use crate::harness::Connection;
use crate::others::{QUESTIONS, others};
use crate::tally::OWN;
use crate::under_load::UnderLoad;

/// The length of the stream of `api/stream`, in bytes.
const LENGTH: usize = 64 * 1024 * 1024;

/// The number of clients that read a stream at once.
const CLIENTS: usize = 16;

/// The memory that all streams together may cost the emulator, in kilobytes: the length of one stream.
const MEMORY: u64 = 64 * 1024;

#[test]
fn stream_waits_for_its_client_and_no_other_does() {
    let emulator = UnderLoad::behind("function-url");
    assert_eq!(others(emulator.address, || false).tally.times(OWN), QUESTIONS);
    let before = emulator.memory();
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| begin(emulator.address)).collect();
    // The clients stop reading, so their functions have nothing to do.
    assert_eq!(others(emulator.address, || false).tally.times(OWN), QUESTIONS);
    let during = emulator.memory();
    println!("{before} kB before, {during} kB with {CLIENTS} streams of {} kB begun\n", LENGTH / 1024);
    assert!(during < before + MEMORY, "{before} kB before, {during} kB during the streams");

    drop(clients.split_off(CLIENTS / 2));
    for mut client in clients {
        assert_eq!(client.chunks().unwrap().len(), LENGTH);
    }
    no_connection_is_left(emulator.address);
    assert_eq!(others(emulator.address, || false).tally.times(OWN), QUESTIONS);
    emulator.end();
}

/// Reads the head of a response.
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
