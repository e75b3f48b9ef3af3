//! `local-emulator check`: what is to be mended before a deployment.

use std::process::ExitCode;

use api_routes_project::agreement::{Report, Severity, findings};
use local_emulator::printer::Printer;

use crate::cli::Check;

/// # Errors
/// None that is known of: whatever is wrong is a finding, and errors fail the command.
pub(super) fn run(options: &Check, printer: &Printer) -> anyhow::Result<ExitCode> {
    let (findings, routes) = findings(&options.project);
    let report = Report { findings, routes };
    if options.json {
        printer.line(report.json()?);
    } else {
        printer.line(&report);
    }
    let fails = report.count(Severity::Error) > 0 || (options.deny_warnings && !report.findings.is_empty());
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
