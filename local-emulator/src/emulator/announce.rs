//! The first lines of the log: the address of each front door, and warnings about routes that are open.

use std::fmt;

use api_routes_project::front_doors::Listing;
use serde::Serialize;

use crate::authorizer::AuthMode;
use crate::config::Config;
use crate::listen::Listening;
use crate::printer::Printer;

/// The version of the objects that `--json` prints. It changes if a member changes its meaning or its name. New members do
/// not change it.
const VERSION: u32 = 1;

/// The line about an emulator that listens.
#[derive(Serialize)]
pub(super) struct Started<'a> {
    version: u32,
    front_doors: Vec<Listing<'a>>,
    /// The address of the inspector.
    #[serde(skip_serializing_if = "Option::is_none")]
    inspector: Option<String>,
}

impl<'a> Started<'a> {
    pub(super) fn new(front_doors: impl Iterator<Item = Listing<'a>>, inspector: Option<String>) -> Self {
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

/// Warns if a front door listens on an address that other machines can reach.
pub(super) fn warn_of_network(listening: &[Listening], printer: &Printer) {
    let open =
        listening.iter().flat_map(|it| &it.listeners).filter_map(|listener| listener.local_addr().ok());
    if let Some(address) = open.map(|address| address.ip()).find(|ip| !ip.is_loopback()) {
        printer.warning(format_args!(
            "listening on {address}: everyone who can reach this address may call every function and Lambda's Invoke API, \
             and functions use your AWS credentials; start with `--host localhost` to listen on this machine only"
        ));
    }
}

/// Warns if the options open routes that are closed on AWS.
pub(super) fn warn_of_open_routes(config: &Config) {
    match &config.authorizers.mode {
        AuthMode::On => {}
        AuthMode::Off => config.printer.warning(
            "no authorizer is asked: routes that are closed on AWS answer everybody here, and events have no caller; \
             start without `--auth off` to ask authorizers",
        ),
        AuthMode::Claims(file) => config.printer.warning(format_args!(
            "no authorizer is asked: every caller has the claims of `{}`; start without `--auth` to ask authorizers",
            file.display()
        )),
    }
}
