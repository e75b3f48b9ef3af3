//! Connections that end in unusual ways.

use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr};

use crate::harness::Connection;
#[cfg(target_os = "linux")]
use crate::harness::wait_for;

impl Connection {
    /// Sends the end of the requests, and reads the rest of the answers.
    pub(crate) fn end(&mut self) -> io::Result<Vec<u8>> {
        self.0.get_ref().shutdown(Shutdown::Write)?;
        self.rest()
    }

    /// Reads until the other side hangs up.
    pub(crate) fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest)?;
        Ok(rest)
    }

    /// Reads `count` bytes.
    pub(crate) fn read(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// Asserts that the emulator has hung up on each client that has hung up.
#[cfg(target_os = "linux")]
pub(crate) fn no_connection_is_left(address: SocketAddr) {
    let local = format!("0100007F:{:04X}", address.port());
    let is_open = |line: &str| {
        let mut columns = line.split_whitespace().skip(1);
        // The kernel's states of a connection: established, or closed by the client alone.
        columns.next() == Some(&local) && matches!(columns.nth(1), Some("01" | "08"))
    };
    wait_for("the connections to be closed", || {
        let connections = std::fs::read_to_string("/proc/net/tcp").unwrap();
        (!connections.lines().any(is_open)).then_some(())
    });
}

/// Does nothing: the states of connections are known only on Linux.
#[cfg(not(target_os = "linux"))]
pub(crate) fn no_connection_is_left(_: SocketAddr) {}
