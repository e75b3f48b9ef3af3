//! `local-emulator routes`: what would be served, without building it.

use std::process::ExitCode;

use crate::cli::Routes;
use crate::printer::Printer;
use crate::project::{Project, Settings};

/// # Errors
/// A project that cannot be read. Routes that cannot be served are listed, and fail the command.
pub(super) fn run(options: &Routes, printer: &Printer) -> anyhow::Result<ExitCode> {
    let project = Project::open(&options.project)?;
    let settings = Settings::read(&project.root)?;
    let routes = project.routes(&settings);
    printer.line(&routes);
    let warnings = project.warnings.iter().chain(&settings.warnings).chain(&routes.warnings);
    warnings.for_each(|warning| printer.warning(warning));
    routes.errors.iter().for_each(|error| printer.error(error));
    Ok(if routes.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
