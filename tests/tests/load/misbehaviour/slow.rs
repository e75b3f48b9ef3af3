//! Clients that keep the last byte of their request back.

use std::net::SocketAddr;

use super::ways::{echo, post};
use crate::harness::Connection;
use crate::tally::{Tally, outcome};

/// What they are counted as.
pub(super) const KIND: &str = "is slow to the last byte";

pub(super) struct Slow {
    connection: Connection,
    last: u8,
    answer: String,
}

impl Slow {
    /// Every other one is slow with its head, the rest with their bodies.
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
