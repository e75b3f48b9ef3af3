//! Clients that withhold the last byte of their request.

use std::net::SocketAddr;

use super::ways::{echo, post};
use crate::harness::Connection;
use crate::tally::{Tally, outcome};

/// The name under which these clients are counted.
pub(super) const KIND: &str = "is slow to the last byte";

pub(super) struct Slow {
    connection: Connection,
    last: u8,
    answer: String,
}

impl Slow {
    /// Starts a client. Even numbers withhold a byte of the head, and odd numbers a byte of the body.
    pub(super) fn begin(address: SocketAddr, number: u64) -> Self {
        let nonce = format!("s{number}");
        let (request, answer) = match number % 2 {
            0 => (echo(&nonce), nonce),
            _ => (post(&format!("/api/echo?nonce={nonce}"), 4, "body"), format!("{nonce}body")),
        };
        let mut connection = Connection::open(address).unwrap();
        let (last, begun) = request.as_bytes().split_last().unwrap();
        connection.write(begun).unwrap();
        Self { connection, last: *last, answer }
    }

    pub(super) fn end(mut self) -> Tally {
        self.connection.write(&[self.last]).unwrap();
        let mut tally = Tally::default();
        tally.count(KIND, outcome(&self.connection.try_answer(), &self.answer));
        tally
    }
}
