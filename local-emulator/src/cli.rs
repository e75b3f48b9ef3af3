//! The command line: its words, and nothing that they do.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};

use crate::emulator::{PORT, SANDBOXES};

/// AWS Lambda and API Gateway on this machine, for the functions of this workspace.
#[derive(Debug, Parser)]
#[command(name = "local-emulator", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `serve`.
    #[command(flatten)]
    pub serve: Serve,
}

/// What the emulator does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the functions and serve them (the default)
    Serve(Serve),
    /// List the routes and the route keys that lead to them
    Routes(Routes),
    /// Clean up after an emulator that was killed: its own child process
    #[command(name = "__watchdog", hide = true)]
    Watchdog,
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// The port to listen on; 0 takes a free one
    #[arg(long, short, default_value_t = PORT, env = "LOCAL_EMULATOR_PORT")]
    pub port: u16,
    /// The address to listen on; any other than loopback lets your network in
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), env = "LOCAL_EMULATOR_HOST")]
    pub host: IpAddr,
    /// Build functions as they are deployed: smaller, and slower to build
    #[arg(long, env = "LOCAL_EMULATOR_RELEASE", value_parser = FalseyValueParser::new())]
    pub release: bool,
    /// How many sandboxes a function may have at once; requests beyond that are throttled
    #[arg(long, default_value_t = SANDBOXES, value_name = "N", env = "LOCAL_EMULATOR_SANDBOXES")]
    pub sandboxes: usize,
    /// Do not rebuild when a file is saved
    #[arg(long, env = "LOCAL_EMULATOR_NO_WATCH", value_parser = FalseyValueParser::new())]
    pub no_watch: bool,
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub project: PathBuf,
}

/// Options of `routes`.
#[derive(Args, Debug)]
pub struct Routes {
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub project: PathBuf,
}
