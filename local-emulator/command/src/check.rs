//! `check`: finds problems that would fail a deployment.

use std::process::ExitCode;

use api_routes_project::agreement::{Report, Severity, findings};
use clap::Args;
use local_emulator::printer::Printer;

use crate::arguments::{DeploymentArguments, ProjectFolder};

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// Fail if there are warnings, too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// The values that the deployment gets.
    #[command(flatten)]
    pub(crate) deployment: DeploymentArguments,
    /// The project to check.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// Prints the findings.
///
/// # Errors
/// If the report cannot be written as JSON. A problem of the project is a finding, and fails the command.
pub(crate) fn run(options: &Check, printer: &Printer) -> anyhow::Result<ExitCode> {
    let (findings, routes) = findings(&options.project.folder, &options.deployment.overrides());
    let report = Report { findings, routes };
    if options.json {
        printer.line(report.json()?);
    } else {
        printer.line(&report);
    }
    let fails = report.count(Severity::Error) > 0 || (options.deny_warnings && !report.findings.is_empty());
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
