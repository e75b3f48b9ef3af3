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
    /// The address of the inspector.
    #[serde(skip_serializing_if = "Option::is_none")]
    inspector: Option<String>,
}

impl<'a> Started<'a> {
    pub(crate) fn new(front_doors: impl Iterator<Item = Listing<'a>>, inspector: Option<String>) -> Self {
        Self { version: VERSION, front_doors: front_doors.collect(), inspector }
    }
}

impl fmt::Display for Started<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, listing) in self.front_doors.iter().enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{listing}")?;
        }
        match &self.inspector {
            Some(url) => write!(f, "\ninspector  {url}"),
            None => Ok(()),
        }
    }
}
