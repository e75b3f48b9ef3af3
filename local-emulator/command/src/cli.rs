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
    /// Build the functions and serve them as Lambda and its front doors would (the default)
    Dev(Dev),
    /// Make a project in an empty or new folder
    Init(Init),
    /// Run a command while the emulator serves the project, for tests from outside
    Exec(Exec),
    /// Make a function for a route, and add it to `template.yaml` and `Cargo.toml`
    New(New),
    /// Send a request through the emulator that runs, or invoke one function with an event
    Invoke(Box<Invoke>),
    /// List the routes, and the route keys that lead to them
    Routes(Routes),
    /// Show the variables that a function gets here, and where each comes from
    Env(Env),
    /// Check the project for deployment problems
    Check(Check),
    /// Add what the folders imply to `template.yaml` and `Cargo.toml`
    Sync(Sync),
    /// Send the same requests to the deployment and to the emulator, and show where the answers differ
    Parity(Parity),
    /// Sign a token that the JWT and Cognito authorizers of the emulator accept
    Token(Token),
    /// Print a script that completes command lines in bash, zsh or fish
    Completions(Completions),
    /// Print the manual page, in roff
    Man(Man),
}

#[cfg(test)]
mod tests;
