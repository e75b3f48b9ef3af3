//! The first lines of the log: where each front door listens.

use std::fmt;

use api_routes_project::front_doors::Listing;
use serde::Serialize;

/// The version of the objects that `--json` prints. It changes with the meaning or the name of a member, and not with new
/// members.
const VERSION: u32 = 1;

/// The emulator listens.
#[derive(Serialize)]
pub(crate) struct Started<'a> {
    version: u32,
    front_doors: Vec<Listing<'a>>,
}

impl<'a> Started<'a> {
    pub(crate) fn new(front_doors: impl Iterator<Item = Listing<'a>>) -> Self {
        Self { version: VERSION, front_doors: front_doors.collect() }
    }
}

impl fmt::Display for Started<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, listing) in self.front_doors.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{listing}")?;
        }
        Ok(())
    }
}
