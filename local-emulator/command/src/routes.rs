//! `routes`: lists what `dev` would serve, without building it.

use std::process::ExitCode;

use api_routes_project::Settings;
use api_routes_project::front_doors::Listing;
use api_routes_project::workspace::Project;
use clap::Args;
use local_emulator::printer::Printer;

use crate::cli::{Doors, ProjectFolder};

/// Options of `routes`.
#[derive(Args, Debug)]
pub(crate) struct Routes {
    /// Which front doors there are.
    #[command(flatten)]
    pub(crate) doors: Doors,
    /// The project whose routes are listed.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// # Errors
/// A project that cannot be read. Routes that cannot be served are listed, and fail the command.
pub(crate) fn run(options: &Routes, printer: &Printer) -> anyhow::Result<ExitCode> {
    let project = Project::open(&options.project.folder)?;
    let settings = Settings::read(&project)?;
    let found = project.front_doors(&settings, &options.doors.front_doors);
    for door in &found.doors {
        printer.line(Listing { door, address: None, with_stage: !options.doors.no_stage });
    }
    if !project.exceptions.features.is_empty() {
        printer.line(format_args!("features: {}", project.exceptions.features.join(", ")));
    }
    let of_project = project.warnings();
    let warnings = of_project.iter().chain(&settings.warnings).chain(&found.told.warnings);
    warnings.for_each(|warning| printer.warning(warning));
    found.told.errors.iter().for_each(|error| printer.error(error));
    Ok(if found.told.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
