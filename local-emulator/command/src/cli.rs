//! The command line: the verbs. The options of a verb are in its own file.

use clap::{Parser, Subcommand};

use crate::check::Check;
use crate::completions::Completions;
use crate::dev::Dev;
use crate::env::Env;
use crate::exec::Exec;
use crate::init::Init;
use crate::invoke::Invoke;
use crate::man::Man;
use crate::new::New;
use crate::parity::Parity;
use crate::routes::Routes;
use crate::sync::Sync;
use crate::token::Token;

/// Next.js-style API routes in Rust on AWS Lambda: serve, check and deploy a project
#[derive(Debug, Parser)]
#[command(name = "cargo-api-routes", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    /// The verb; `dev` if there is none.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// The options of `dev`.
    #[command(flatten)]
    pub(crate) dev: Dev,
}

/// The verbs of the tool.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Build the functions and serve them as AWS does (the default)
    Dev(Dev),
    /// Create a project in an empty or new folder
    Init(Init),
    /// Run a command while the emulator serves the project, for tests from outside
    Exec(Exec),
    /// Create a function for a route, and add it to `template.yaml` and `Cargo.toml`
    New(New),
    /// Send a request through a running emulator, or invoke one function with an event
    Invoke(Box<Invoke>),
    /// List the routes and their route keys
    Routes(Routes),
    /// Show the environment variables of a function, and the source of each
    Env(Env),
    /// Check the project for deployment problems
    Check(Check),
    /// Update `template.yaml` and `Cargo.toml` to match the folders
    Sync(Sync),
    /// Send the same requests to the deployment and to the emulator, and show where the answers differ
    Parity(Parity),
    /// Sign a token that the JWT and Cognito authorizers of the emulator accept
    Token(Token),
    /// Print a completion script for bash, zsh or fish
    Completions(Completions),
    /// Print the manual page, in roff
    Man(Man),
}

#[cfg(test)]
mod tests;
