//! The command line: its words, and nothing that they do.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use api_routes_project::aws::FrontDoorKind;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use local_emulator::config::{ALL_SANDBOXES, PORT, SANDBOXES};

use crate::parity::{BaseUrl, HeaderLine};

/// AWS Lambda and API Gateway on this machine, for the functions of this workspace.
#[derive(Debug, Parser)]
#[command(name = "local-emulator", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The options of `serve`.
    #[command(flatten)]
    pub(crate) serve: Serve,
}

/// What the emulator does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the functions and serve them (the default)
    Serve(Serve),
    /// List the routes and the route keys that lead to them
    Routes(Routes),
    /// Find what is to be mended before a deployment: folders, members, template and router, and limits of AWS
    Check(Check),
    /// Send the same requests to what is deployed and to the emulator, and show where the answers differ
    Parity(Parity),
    /// Write what is missing into `template.yaml` and `Cargo.toml`
    Sync(Sync),
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The port to listen on; further front doors take those that follow, and 0 is a free one for each
    #[arg(long, short, default_value_t = PORT, env = "LOCAL_EMULATOR_PORT")]
    pub(crate) port: u16,
    /// The address to listen on; any other than loopback lets your network in
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), env = "LOCAL_EMULATOR_HOST")]
    pub(crate) host: IpAddr,
    /// Which front doors there are.
    #[command(flatten)]
    pub(crate) doors: Doors,
    /// How fast streams are: as fast as they come, or as slow as on AWS
    #[arg(long, value_enum, default_value_t, value_name = "HOW", env = "LOCAL_EMULATOR_BANDWIDTH")]
    pub(crate) bandwidth: Bandwidth,
    /// Build functions as they are deployed: smaller, and slower to build
    #[arg(long, env = "LOCAL_EMULATOR_RELEASE", value_parser = FalseyValueParser::new())]
    pub(crate) release: bool,
    /// How sandboxes are run.
    #[command(flatten)]
    pub(crate) sandboxes: Sandboxes,
    /// Do not rebuild when a file is saved
    #[arg(long, env = "LOCAL_EMULATOR_NO_WATCH", value_parser = FalseyValueParser::new())]
    pub(crate) no_watch: bool,
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub(crate) project: PathBuf,
}

/// Which front doors a project has.
#[derive(Args, Debug)]
pub(crate) struct Doors {
    /// `http-api`, `rest-api`, `function-url`, `alb`, one or more; those of `template.yaml` if nothing is said
    #[arg(
        long = "front-door",
        value_name = "KINDS",
        value_delimiter = ',',
        env = "LOCAL_EMULATOR_FRONT_DOOR"
    )]
    pub(crate) front_doors: Vec<FrontDoorKind>,
    /// Leave the stage of an API out of its URLs, as a custom domain does
    #[arg(long, env = "LOCAL_EMULATOR_NO_STAGE", value_parser = FalseyValueParser::new())]
    pub(crate) no_stage: bool,
}

/// How fast streams are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bandwidth {
    /// As they come.
    #[default]
    Full,
    /// As slow as on AWS.
    Aws,
}

/// How sandboxes are run.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub(crate) struct Sandboxes {
    /// How many sandboxes a function may have at once; its `ReservedConcurrentExecutions` may lower that.
    /// Requests beyond it are throttled
    #[arg(long = "sandboxes", default_value_t = SANDBOXES, value_name = "N", env = "LOCAL_EMULATOR_SANDBOXES")]
    pub(crate) each: usize,
    /// How many invocations of all functions may be under way at once
    #[arg(
        long = "all-sandboxes",
        default_value_t = ALL_SANDBOXES,
        value_name = "N",
        env = "LOCAL_EMULATOR_ALL_SANDBOXES"
    )]
    pub(crate) all: usize,
    /// Let requests over a limit wait instead of being throttled
    #[arg(long, env = "LOCAL_EMULATOR_QUEUE", value_parser = FalseyValueParser::new())]
    pub(crate) queue: bool,
    /// Stop a sandbox between two requests, as Lambda does
    #[arg(long, env = "LOCAL_EMULATOR_FREEZE", value_parser = FalseyValueParser::new())]
    pub(crate) freeze: bool,
    /// Give each request a sandbox of its own
    #[arg(long, env = "LOCAL_EMULATOR_COLD", value_parser = FalseyValueParser::new())]
    pub(crate) cold: bool,
    /// Let a sandbox take more memory than its function has
    #[arg(long, env = "LOCAL_EMULATOR_NO_MEMORY_LIMIT", value_parser = FalseyValueParser::new())]
    pub(crate) no_memory_limit: bool,
}

/// Options of `routes`.
#[derive(Args, Debug)]
pub(crate) struct Routes {
    /// Which front doors there are.
    #[command(flatten)]
    pub(crate) doors: Doors,
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub(crate) project: PathBuf,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// Fail for warnings as well
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub(crate) project: PathBuf,
}

/// Options of `parity`.
#[derive(Args, Debug)]
pub(crate) struct Parity {
    /// Where the functions are deployed, with the stage if paths begin with one
    #[arg(long)]
    pub(crate) url: BaseUrl,
    /// The requests; without it, harmless ones are made of the routes
    #[arg(long, value_name = "FILE")]
    pub(crate) requests: Option<PathBuf>,
    /// Differences that there are, each with its cause
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Option<PathBuf>,
    /// A header of every request that does not have it itself, `NAME: VALUE`
    #[arg(long = "header", short = 'H', value_name = "LINE")]
    pub(crate) headers: Vec<HeaderLine>,
    /// Compare with a server that runs already, and not with the emulator
    #[arg(long, value_name = "URL")]
    pub(crate) with: Option<BaseUrl>,
    /// `http-api`, `rest-api`, `function-url` or `alb`; the first one of `template.yaml` if nothing is said
    #[arg(long, value_name = "KIND", conflicts_with = "with")]
    pub(crate) front_door: Option<FrontDoorKind>,
    /// Seconds that an answer may take; the emulator has limits of its own, and builds functions first
    #[arg(long, default_value_t = 35, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: u64,
    /// Build functions as they are deployed
    #[arg(long, env = "LOCAL_EMULATOR_RELEASE", value_parser = FalseyValueParser::new())]
    pub(crate) release: bool,
    /// Report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub(crate) project: PathBuf,
}

/// Options of `sync`.
#[derive(Args, Debug)]
pub(crate) struct Sync {
    /// Also remove functions, routes and members whose folder is gone
    #[arg(long)]
    pub(crate) prune: bool,
    /// Write nothing, but print what would change; the exit code is 1 if something would
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// A folder of the project
    #[arg(long, default_value = ".", value_name = "FOLDER", env = "LOCAL_EMULATOR_PROJECT")]
    pub(crate) project: PathBuf,
}

#[cfg(test)]
mod tests {
    use api_routes_project::aws::FrontDoorKind::{Alb, HttpApi, RestApi};
    use clap::Parser;

    use super::{Bandwidth, Cli};

    fn parse(arguments: &str) -> Result<Cli, String> {
        let arguments = ["local-emulator"].into_iter().chain(arguments.split_whitespace());
        Cli::try_parse_from(arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn front_doors_are_a_list_or_the_option_again() {
        for (arguments, expected) in [
            ("", vec![]),
            ("--front-door rest-api", vec![RestApi]),
            ("--front-door rest-api,alb --front-door http-api", vec![RestApi, Alb, HttpApi]),
            ("serve --front-door=alb", vec![Alb]),
        ] {
            let cli = parse(arguments).unwrap();
            let serve = match cli.command {
                Some(super::Command::Serve(serve)) => serve,
                _ => cli.serve,
            };
            assert_eq!(serve.doors.front_doors, expected, "{arguments}");
        }
    }

    #[test]
    fn sandboxes_are_as_on_lambda_unless_told_otherwise() {
        let serve = parse("").unwrap().serve;
        assert_eq!((serve.sandboxes.each, serve.sandboxes.all), (100, 128));
        assert_eq!(serve.bandwidth, Bandwidth::Full);
        let told =
            "--sandboxes 3 --all-sandboxes 5 --queue --freeze --cold --no-memory-limit --bandwidth aws";
        let serve = parse(told).unwrap().serve;
        assert_eq!((serve.sandboxes.each, serve.sandboxes.all), (3, 5));
        assert!(serve.sandboxes.queue && serve.sandboxes.freeze);
        assert!(serve.sandboxes.cold && serve.sandboxes.no_memory_limit);
        assert_eq!(serve.bandwidth, Bandwidth::Aws);
    }

    #[test]
    fn what_there_is_not_is_told_with_what_there_is() {
        for (arguments, words) in [
            (
                "--front-door websocket",
                "there is no front door `websocket`: take `http-api`, `rest-api`, `function-url` or `alb`",
            ),
            ("--bandwidth slow", "[possible values: full, aws]"),
            ("--port 65536", "65536 is not in 0..=65535"),
            ("parity", "--url <URL>"),
            ("parity --url a.example", "write a URL such as `https://abc.execute-api."),
            (
                "parity --url https://a.example --header authorization",
                "write a name and a value, `authorization: ",
            ),
            ("parity --url https://a.example --timeout 0", "0 is not in 1.."),
            ("parity --url https://a.example --with http://b --front-door alb", "cannot be used with"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
