//! The command line: verbs, and the options that several of them share. A verb's own options stand in its file.

use std::path::{Path, PathBuf};

use clap::builder::FalseyValueParser;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Parser, Subcommand};

use api_routes_project::aws::FrontDoorKind;
use api_routes_project::environment::Mode;
use api_routes_project::template::{OverrideList, Overrides, StackName};
use local_emulator::compile::{BuildOptions, Profile};

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

/// The project that a verb works on.
#[derive(Args, Debug)]
pub(crate) struct ProjectFolder {
    /// A folder of the project; the project is the Cargo workspace around it
    #[arg(long = "project", default_value = ".", value_name = "FOLDER", env = "API_ROUTES_PROJECT")]
    pub(crate) folder: PathBuf,
}

impl ProjectFolder {
    /// The folder of `--project`, if it was given on the command line.
    pub(crate) fn given(matches: &ArgMatches) -> Option<&Path> {
        let matches = matches.subcommand().map_or(matches, |(_, matches)| matches);
        let is_known = matches.ids().any(|id| id == "folder");
        if !is_known || matches.value_source("folder") != Some(ValueSource::CommandLine) {
            return None;
        }
        matches.get_one::<PathBuf>("folder").map(PathBuf::as_path)
    }
}

/// The front doors of a project.
#[derive(Args, Debug)]
pub(crate) struct Doors {
    /// The front doors to open, instead of those of `template.yaml`: `http-api`, `rest-api`, `function-url`, `alb`;
    /// several are separated by commas
    #[arg(long = "front-door", value_name = "KINDS", value_delimiter = ',', env = "API_ROUTES_FRONT_DOOR")]
    pub(crate) front_doors: Vec<FrontDoorKind>,
    /// Leave the stage of an API out of its URLs, as a custom domain does
    #[arg(long, env = "API_ROUTES_NO_STAGE", value_parser = FalseyValueParser::new())]
    pub(crate) no_stage: bool,
}

/// The values that the deployment is given.
#[derive(Args, Clone, Debug)]
pub(crate) struct Deployment {
    /// Values of the template's parameters, as `Stage=prod`, over those of `samconfig.toml`; several are separated by
    /// spaces
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., env = "API_ROUTES_PARAMETER_OVERRIDES")]
    pub(crate) parameter_overrides: Vec<OverrideList>,
    /// The table of `samconfig.toml` with the parameters, the name of the stack, and the region; `default` if not given
    #[arg(long, value_name = "NAME", env = "API_ROUTES_CONFIG_ENV")]
    pub(crate) config_env: Option<String>,
}

impl Deployment {
    pub(crate) fn overrides(&self) -> Overrides {
        let mut overrides = Overrides::default();
        overrides.parameters = self.parameter_overrides.iter().flat_map(|list| list.0.clone()).collect();
        overrides.config_env.clone_from(&self.config_env);
        overrides
    }
}

/// The values that the deployment is given, and a stack that is deployed already.
#[derive(Args, Clone, Debug)]
pub(crate) struct Deployed {
    /// The values that the deployment is given.
    #[command(flatten)]
    pub(crate) deployment: Deployment,
    /// A deployed stack. Variables that only AWS knows have the values of its functions, as `aws` reads them once at the
    /// start
    #[arg(long, value_name = "NAME", env = "API_ROUTES_STACK")]
    pub(crate) stack: Option<StackName>,
}

impl Deployed {
    pub(crate) fn overrides(&self) -> Overrides {
        let mut overrides = self.deployment.overrides();
        overrides.stack.clone_from(&self.stack);
        overrides
    }
}

/// How functions are built.
#[derive(Args, Clone, Debug)]
pub(crate) struct Builds {
    /// Build functions in the profile that is deployed: smaller, and slower to build
    #[arg(long, env = "API_ROUTES_RELEASE", value_parser = FalseyValueParser::new())]
    pub(crate) release: bool,
    /// Cargo features of functions, as `api-orders/mock`, besides `features` of `[workspace.metadata.api-routes]`;
    /// several are separated by commas
    #[arg(long, value_name = "FEATURES", value_delimiter = ',', env = "API_ROUTES_FEATURES")]
    pub(crate) features: Vec<String>,
}

impl Builds {
    pub(crate) fn options(self) -> BuildOptions {
        let mut options = BuildOptions::default();
        options.profile = if self.release { Profile::Release } else { Profile::Dev };
        options.features = self.features;
        options
    }
}

/// The mode, by which `.env` files are chosen.
#[derive(Args, Clone, Debug)]
pub(crate) struct ModeOption {
    /// Read the `.env` files of this mode: `.env.NAME.local`, `.env.local`, `.env.NAME` and `.env`, the strongest first.
    /// Without it, the mode is `development`, `production` with `--release`, and `test` for `exec`
    #[arg(long = "mode", value_name = "NAME", env = "API_ROUTES_MODE")]
    chosen: Option<Mode>,
}

impl ModeOption {
    /// The mode of functions that are built so.
    pub(crate) fn of_build(self, builds: &Builds) -> Mode {
        self.or(if builds.release { Mode::production() } else { Mode::development() })
    }

    /// The mode that was chosen, or `default`.
    pub(crate) fn or(self, default: Mode) -> Mode {
        self.chosen.unwrap_or(default)
    }
}

#[cfg(test)]
mod tests;
