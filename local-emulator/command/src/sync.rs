//! `sync`: updates `template.yaml` and `Cargo.toml`, or shows the changes.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use api_routes_project::agreement::Finding;
use api_routes_project::sync::{Options, Plan, SyncError, UnmendedDifference};
use clap::Args;
use local_emulator::printer::Printer;

use crate::arguments::ProjectFolder;

/// Options of `sync`.
#[derive(Args, Debug)]
pub(crate) struct Sync {
    /// Also remove functions, routes and members whose folder is gone
    #[arg(long)]
    pub(crate) prune: bool,
    /// Keep the settings of a function whose folder and package were renamed. OLD is its binary or its logical id in
    /// the template, NEW its package now. Repeat the option for further functions
    #[arg(long, value_name = "OLD=NEW", value_parser = renamed)]
    pub(crate) renamed: Vec<(String, String)>,
    /// Remove a function whose folder is gone, named by its binary or its logical id. Repeat the option for further
    /// functions
    #[arg(long, value_name = "OLD")]
    pub(crate) removed: Vec<String>,
    /// Print the changes as a diff, and write nothing. The exit code is 1 if there are changes
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The project to change.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// # Errors
/// If the project cannot be read, a file has no place for an addition, or only you know whether a function was renamed
/// and no terminal can ask you. The command also fails if Cargo refuses a new member, if something is not removed
/// because it is still needed, and with `--dry-run` if something would change.
pub(crate) fn run(options: &Sync, printer: &Printer) -> anyhow::Result<ExitCode> {
    let plan = plan(options, printer)?;
    if options.dry_run {
        plan.files.iter().for_each(|file| printer.line(file.diff().trim_end_matches('\n')));
    } else {
        plan.write()?;
        plan.done.iter().for_each(|done| printer.line(done));
    }
    if plan.files.is_empty() {
        printer.line("nothing to write: `template.yaml` and `Cargo.toml` match the folders");
    }
    for Finding { file, message, .. } in &plan.refused {
        printer.warning(format!("left out: {file}: {message}"));
    }
    let mut fails = false;
    for left in &plan.left {
        match left {
            UnmendedDifference::Stale { .. } | UnmendedDifference::Stray { .. } => printer.warning(left),
            UnmendedDifference::Needed { .. } | UnmendedDifference::Refused(_) => {
                fails = true;
                printer.error(left);
            }
        }
    }
    let would_change = options.dry_run && !plan.files.is_empty();
    Ok(if fails || would_change { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn renamed(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok((old.to_owned(), new.to_owned())),
        _ => Err("write OLD=NEW, such as `api-order=api-orders`".to_owned()),
    }
}

/// Makes the plan. On a terminal, asks about functions that may have been renamed.
fn plan(options: &Sync, printer: &Printer) -> anyhow::Result<Plan> {
    let mut decided = Options {
        prune: options.prune,
        renamed: options.renamed.clone(),
        removed: options.removed.clone(),
        ..Options::default()
    };
    loop {
        match Plan::make(&options.project.folder, &decided) {
            Err(SyncError::Unclear(unclear)) if is_interactive() => {
                let Some(rename) = unclear.possible.first() else {
                    return Err(SyncError::Unclear(unclear).into());
                };
                let names = (rename.function.logical_id.clone(), rename.route.binary.clone());
                match ask(&rename.question(), printer)? {
                    Some(true) => decided.renamed.push(names),
                    Some(false) => drop(decided.declined.insert(names)),
                    None => return Err(SyncError::Unclear(unclear).into()),
                }
            }
            plan => return Ok(plan?),
        }
    }
}

fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks until the answer is yes or no. Returns `None` if the terminal is closed.
fn ask(question: &str, printer: &Printer) -> io::Result<Option<bool>> {
    loop {
        printer.line(format_args!("{question} [y/n]"));
        printer.flush();
        let mut answer = String::new();
        if io::stdin().read_line(&mut answer)? == 0 {
            return Ok(None);
        }
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => return Ok(Some(true)),
            "n" | "no" => return Ok(Some(false)),
            _ => {}
        }
    }
}
