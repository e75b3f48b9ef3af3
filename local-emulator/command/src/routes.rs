//! `routes`: lists what `dev` would serve, without building it.

use std::process::ExitCode;

use api_routes_project::Settings;
use api_routes_project::front_doors::Listing;
use api_routes_project::workspace::Project;
use clap::Args;
use local_emulator::printer::Printer;

use crate::arguments::{DeploymentArguments, FrontDoorArguments, ProjectFolder};

/// Options of `routes`.
#[derive(Args, Debug)]
pub(crate) struct Routes {
    /// Which front doors there are.
    #[command(flatten)]
    pub(crate) doors: FrontDoorArguments,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// The values that the deployment gets.
    #[command(flatten)]
    pub(crate) deployment: DeploymentArguments,
    /// The project whose routes are listed.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// # Errors
/// If the project cannot be read. Routes that cannot be served are listed, and fail the command.
pub(crate) fn run(options: &Routes, printer: &Printer) -> anyhow::Result<ExitCode> {
    let mut project = Project::open(&options.project.folder)?;
    project.overrides = options.deployment.overrides();
    let settings = Settings::read(&project)?;
    let found = project.front_doors(&settings, &options.doors.front_doors);
    let features = &project.exceptions.features;
    let with_stage = !options.doors.no_stage;
    let listings = found.doors.iter().map(|door| Listing { door, address: None, with_stage });
    if options.json {
        let listings: Vec<_> = listings.collect();
        printer.line(serde_json::json!({ "front_doors": listings, "features": features }));
    } else {
        listings.for_each(|listing| printer.line(listing));
        if !features.is_empty() {
            printer.line(format_args!("features: {}", features.join(", ")));
        }
    }
    let of_project = project.warnings();
    let warnings = of_project.iter().chain(&settings.warnings).chain(&found.notices.warnings);
    warnings.for_each(|warning| printer.warning(warning));
    found.notices.errors.iter().for_each(|error| printer.error(error));
    Ok(if found.notices.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
