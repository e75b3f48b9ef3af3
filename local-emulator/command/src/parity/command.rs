//! `parity`: compares the answers of a deployment with those of the emulator.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use api_routes_project::aws::FrontDoorKind;
use api_routes_project::front_doors::FrontDoor;
use api_routes_project::workspace::Project;
use api_routes_project::{Settings, with_causes};
use clap::Args;
use local_emulator::config::Config;
use local_emulator::emulator::Emulator;
use local_emulator::printer::{Log, Printer};

use super::base::BaseUrl;
use super::comparison::{Comparison, Destination};
use super::known::KnownDifferences;
use super::outcome::{Outcome, Tally, Verdict};
use super::report::{ComparisonDocument, RequestDiff, Summary};
use super::request::{HeaderLine, Request};
use super::{requests, samples};
use crate::arguments::{BuildArguments, ModeArgument, ProjectFolder, StackArguments};
use crate::process;

/// Options of `parity`.
#[derive(Args, Debug)]
pub(crate) struct Parity {
    /// The URL of the deployment, with the stage if its paths begin with one
    #[arg(long)]
    pub(crate) url: BaseUrl,
    /// A file of requests. Without it, requests that only read are made from the routes
    #[arg(long, value_name = "FILE")]
    pub(crate) requests: Option<PathBuf>,
    /// A file of known differences, each with its cause
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Option<PathBuf>,
    /// A header, `NAME: VALUE`, added to each request that lacks it
    #[arg(long = "header", short = 'H', value_name = "LINE")]
    pub(crate) headers: Vec<HeaderLine>,
    /// Compare with a running server, instead of the emulator
    #[arg(long, value_name = "URL")]
    pub(crate) with: Option<BaseUrl>,
    /// The front door of the emulator: `http-api`, `rest-api`, `function-url` or `alb`. Without this option, the first
    /// one of `template.yaml`
    #[arg(long, value_name = "KIND", conflicts_with = "with")]
    pub(crate) front_door: Option<FrontDoorKind>,
    /// The timeout for an answer of the deployment, in seconds
    #[arg(long, default_value_t = 35, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: u64,
    /// How functions are built.
    #[command(flatten)]
    pub(crate) builds: BuildArguments,
    /// Which `.env` files are read.
    #[command(flatten)]
    pub(crate) mode: ModeArgument,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// The values that the deployment gets, and its stack.
    #[command(flatten)]
    pub(crate) deployed: StackArguments,
    /// The project to compare.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// The timeout for an answer of the emulator. It limits each request itself, but the first one waits for the build.
const EMULATOR_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// The number of last lines of the emulator that are shown if it fails.
const LAST_LINES: usize = 40;

/// The exit code if something could not be compared, which is not a difference.
const NOT_COMPARED: u8 = 2;

/// Returns exit code 0 if all answers are equal or their differences known, 1 if not, and 2 if they could not be compared.
pub(crate) fn run(options: &Parity, printer: &Printer) -> ExitCode {
    let compared = compared(options, printer);
    compared.unwrap_or_else(|error| {
        printer.error(with_causes(error.as_ref()));
        ExitCode::from(NOT_COMPARED)
    })
}

fn compared(options: &Parity, printer: &Printer) -> anyhow::Result<ExitCode> {
    // Files are read first, so that a mistake in them is reported before anything is built or sent.
    let written = options.requests.as_deref().map(requests::read_file).transpose()?;
    let known = options.known.as_deref().map(KnownDifferences::read_file).transpose()?.unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let door =
            if written.is_some() && options.with.is_some() { None } else { Some(front_door(options)?) };
        let mut requests =
            written.unwrap_or_else(|| door.iter().flat_map(|door| samples::requests(door.keys())).collect());
        for request in &mut requests {
            request.add_missing(&options.headers);
        }
        let here = LocalServer::start(options, door.as_ref()).await?;
        let done = Run { options, printer, known }.all(requests, &here).await;
        here.stop().await;
        done
    });
    runtime.shutdown_background();
    done
}

/// Finds the front door whose requests are compared.
fn front_door(options: &Parity) -> anyhow::Result<FrontDoor> {
    let mut project = Project::open(&options.project.folder)?;
    project.overrides = options.deployed.overrides();
    let settings = Settings::read(&project)?;
    let chosen: Vec<_> = options.front_door.into_iter().collect();
    let found = project.front_doors(&settings, &chosen);
    found.doors.into_iter().next().context("the project has no front door to compare with: add an event to a function of `template.yaml`, or give `--with URL`")
}

/// The server that is compared with the deployment, and the emulator if it runs there.
struct LocalServer {
    destination: Destination,
    title: String,
    emulator: Option<(Emulator, Log)>,
}

impl LocalServer {
    async fn start(options: &Parity, door: Option<&FrontDoor>) -> anyhow::Result<Self> {
        let patience = Duration::from_secs(options.timeout);
        match (&options.with, door) {
            (Some(url), _) => Ok(Self {
                title: url.to_string(),
                destination: Destination { url: url.clone(), patience },
                emulator: None,
            }),
            (None, Some(door)) => Self::emulator(options, door).await,
            (None, None) => anyhow::bail!("there is nothing to compare with"),
        }
    }

    async fn emulator(options: &Parity, door: &FrontDoor) -> anyhow::Result<Self> {
        let (printer, log) = Printer::recorded();
        // A URL with a path has a stage. A URL without a path belongs to a custom domain, or to the stage `$default`.
        let no_stage = !options.url.has_prefix();
        let mut config = Config::new(&options.project.folder, printer);
        config.port = 0;
        config.overrides = options.deployed.overrides();
        config.front_doors = options.front_door.into_iter().collect();
        config.no_stage = no_stage;
        config.mode = options.mode.clone().for_build(&options.builds);
        config.build = options.builds.clone().options();
        config.watch = false;
        config.watchdog = Some(process::watchdog()?);
        let emulator = Emulator::start(config).await?;
        let prefix = if no_stage { String::new() } else { door.stage_path() };
        let url = BaseUrl::local(emulator.address(), prefix)?;
        let title = format!("the emulator, {}", door.title());
        Ok(Self {
            destination: Destination { url, patience: EMULATOR_TIMEOUT },
            title,
            emulator: Some((emulator, log)),
        })
    }

    /// Returns the last lines of the emulator.
    fn last_lines(&self) -> Option<String> {
        let text = self.emulator.as_ref()?.1.text();
        let lines: Vec<_> = text.lines().collect();
        Some(lines[lines.len().saturating_sub(LAST_LINES)..].join("\n"))
    }

    async fn stop(self) {
        if let Some((emulator, _)) = self.emulator {
            emulator.stop().await;
        }
    }
}

struct Run<'a> {
    options: &'a Parity,
    printer: &'a Printer,
    known: KnownDifferences,
}

impl Run<'_> {
    async fn all(mut self, requests: Vec<Request>, here: &LocalServer) -> anyhow::Result<ExitCode> {
        let Parity { url, timeout, json, .. } = self.options;
        if !json {
            self.printer.line(format_args!("- {url}\n+ {}\n", here.title));
        }
        let there = Destination { url: url.clone(), patience: Duration::from_secs(*timeout) };
        let comparison = Comparison::new(there, here.destination.clone());
        let mut outcomes = Vec::new();
        for request in requests {
            let outcome = comparison.compare(request, &mut self.known).await?;
            self.print(&outcome);
            outcomes.push(outcome);
        }
        self.sum_up(&outcomes, here)?;
        let is_same = Tally::count(&outcomes).different == 0 && self.known.gone().next().is_none();
        Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn print(&self, outcome: &Outcome) {
        if !self.options.json && outcome.verdict() == Verdict::Different {
            self.printer.line(format_args!("{}\n", RequestDiff(outcome)));
        }
    }

    fn sum_up(&self, outcomes: &[Outcome], here: &LocalServer) -> anyhow::Result<()> {
        if self.options.json {
            let both = [self.options.url.to_string(), here.title.clone()];
            let document = ComparisonDocument::new(both, outcomes, &self.known);
            self.printer.line(serde_json::to_string_pretty(&document)?);
            return Ok(());
        }
        if let Some(log) = here.last_lines().filter(|_| outcomes.iter().any(Outcome::has_failed_here)) {
            self.printer.line(format_args!("the emulator's last lines:\n{log}\n"));
        }
        self.printer.line(Summary { outcomes, known: &self.known });
        if !outcomes.iter().any(Outcome::is_success_there) {
            self.printer.warning(
                "the deployment answered every request with an error, so the comparison shows little: check `--url` and its stage",
            );
        }
        Ok(())
    }
}
