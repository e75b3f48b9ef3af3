//! `sync`: adds what is missing, or shows it.

use std::process::ExitCode;

use api_routes_project::agreement::Finding;
use api_routes_project::sync::{Left, Plan};
use clap::Args;
use local_emulator::printer::Printer;

use crate::cli::ProjectFolder;

/// Options of `sync`.
#[derive(Args, Debug)]
pub(crate) struct Sync {
    /// Also remove functions, routes and members whose folder is gone
    #[arg(long)]
    pub(crate) prune: bool,
    /// Print the changes as a diff and write nothing; the exit code is 1 if there are any
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The project to change.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// # Errors
/// A project that cannot be read, or a file with no place for what is missing. The command also fails if Cargo refuses
/// a new member, if something is not removed because it is still needed, and with `--dry-run` if something would change.
pub(crate) fn run(options: &Sync, printer: &Printer) -> anyhow::Result<ExitCode> {
    let plan = Plan::make(&options.project.folder, options.prune)?;
    if options.dry_run {
        plan.files.iter().for_each(|file| printer.line(file.diff().trim_end_matches('\n')));
    } else {
        plan.write()?;
        plan.done.iter().for_each(|done| printer.line(done));
    }
    if plan.files.is_empty() {
        printer.line("nothing to write: template and Cargo.toml have all that the folders say");
    }
    for Finding { file, message, .. } in &plan.refused {
        printer.warning(format!("left out: {file}: {message}"));
    }
    let mut fails = false;
    for left in &plan.left {
        match left {
            Left::Stale { .. } | Left::Stray { .. } => printer.warning(left),
            Left::Needed { .. } | Left::Refused(_) => {
                fails = true;
                printer.error(left);
            }
        }
    }
    let would_change = options.dry_run && !plan.files.is_empty();
    Ok(if fails || would_change { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
