//! What only these clients do with their connections.

use std::io::{self, Read};
use std::net::Shutdown;

use crate::harness::Connection;

impl Connection {
    /// Says that nothing more is asked, and gives what comes all the same.
    pub(crate) fn end(&mut self) -> io::Result<Vec<u8>> {
        self.0.get_ref().shutdown(Shutdown::Write)?;
        self.rest()
    }

    /// All that comes until the other side hangs up.
    pub(crate) fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest)?;
        Ok(rest)
    }

    /// So many bytes, whatever they mean.
    pub(crate) fn read(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
