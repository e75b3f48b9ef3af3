//! `env`: shows the environment variables of functions, each with its source.

mod function;
mod json;
mod table;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use api_routes_project::deployed::StackQuery;
use api_routes_project::environment::{self, DotenvContext, Mode};
use api_routes_project::front_doors::{FrontDoors, ServedFunction, UnknownFunction};
use api_routes_project::workspace::Project;
use api_routes_project::{PipeWait, Settings, waiting_for_writer};
use clap::Args;
use local_emulator::printer::Printer;

use crate::arguments::{ModeArgument, ProjectFolder, StackArguments};

use self::function::FunctionVariables;
use self::json::VariablesDocument;
use self::table::Table;

/// Options of `env`.
#[derive(Args, Debug)]
#[command(after_help = "\
Sources, the strongest first: Lambda (reserved names), shell, .env.NAME.local, .env.local, .env.NAME, .env, stack,
template, Lambda (defaults). NAME is the mode. `over` lists weaker sources that set the variable too. The stack has the
values that the template leaves open. From the shell, a function gets the names that other sources declare, RUST_*, and
the variables by which AWS SDKs find your account.")]
pub(crate) struct Env {
    /// A function: its route, a path that leads to it, its package, or its logical id in the template. Without it, all
    /// functions are shown
    #[arg(value_name = "FUNCTION")]
    pub(crate) function: Option<String>,
    /// Print the values, which may be secrets
    #[arg(long)]
    pub(crate) show: bool,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
    /// The values that the deployment gets, and its stack.
    #[command(flatten)]
    pub(crate) deployed: StackArguments,
    /// Which `.env` files are read.
    #[command(flatten)]
    pub(crate) mode: ModeArgument,
    /// The project of the functions.
    #[command(flatten)]
    pub(crate) project: ProjectFolder,
}

/// Prints the variables on standard output. Warnings go to standard error, so that a script reads one document.
///
/// # Errors
/// If the project or its settings cannot be read, or the function does not exist. The command also fails if all
/// functions are to be shown, and some cannot be served.
pub(crate) fn run(options: &Env, printer: &Printer) -> anyhow::Result<ExitCode> {
    let mut project = Project::open(&options.project.folder)?;
    project.overrides = options.deployed.overrides();
    let context =
        DotenvContext { mode: options.mode.clone().or(Mode::development()), shell: environment::shell() };
    let mut settings = Settings::read_with(&project, &context, &Wait(printer))?;
    let found = project.front_doors(&settings, &[]);
    let chosen = chosen(options, &found, printer)?;
    fill_in(&project, &mut settings, &chosen, printer)?;
    let chosen = chosen.into_iter();
    let shown: Vec<_> =
        chosen.map(|function| FunctionVariables::new(function, &settings, &context.shell)).collect();
    if options.json {
        printer.line(VariablesDocument::new(&shown, settings.dotenv(), options.show).text()?);
    } else {
        printer.line(Table::new(&shown, options.show));
        if let Some(unread) = settings.unread_files() {
            printer.line(format_args!("\n{unread}"));
        }
    }
    warn(&shown, &settings, printer);
    if options.function.is_some() || found.notices.errors.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    print_refusals(&found, printer);
    Ok(ExitCode::FAILURE)
}

/// Returns the functions to show. An unknown name may belong to a function that cannot be served, so the reasons are
/// printed.
fn chosen<'a>(
    options: &Env,
    found: &'a FrontDoors,
    printer: &Printer,
) -> Result<Vec<&'a ServedFunction>, UnknownFunction> {
    let Some(name) = &options.function else { return Ok(found.functions.iter().collect()) };
    let function = found.function(name).inspect_err(|_| print_refusals(found, printer));
    Ok(vec![function?])
}

/// Queries the stack, if there is one, for the variables of the functions that are shown.
fn fill_in(
    project: &Project,
    settings: &mut Settings,
    functions: &[&ServedFunction],
    printer: &Printer,
) -> anyhow::Result<()> {
    let functions = functions.iter().map(|function| &function.settings);
    if let Some(query) = StackQuery::new(&project.root, &project.overrides, functions)? {
        // Ctrl-C ends this program and, in a terminal, the programs that it runs.
        let stack = query.run(&|| false)?;
        stack.warnings().for_each(|warning| printer.warning(warning));
        settings.fill_in(Arc::new(stack));
    }
    Ok(())
}

/// Prints why some functions cannot be served.
fn print_refusals(found: &FrontDoors, printer: &Printer) {
    found.notices.errors.iter().for_each(|error| printer.error(error));
}

/// Prints the problems of the settings, then the variables that functions do not get; each reason once.
fn warn(shown: &[FunctionVariables<'_>], settings: &Settings, printer: &Printer) {
    let reasons: BTreeSet<_> = shown.iter().flat_map(|shown| &shown.environment.warnings).collect();
    for warning in settings.warnings.iter().chain(reasons) {
        printer.warning(warning);
    }
}

/// Waits for a writer of `.env`, and reports the wait. Ctrl-C ends the program.
struct Wait<'a>(&'a Printer);

impl PipeWait for Wait<'_> {
    fn report(&self, pipe: &Path) {
        // A warning goes to standard error, since a script may read standard output.
        self.0.warning(waiting_for_writer(pipe));
    }

    fn is_over(&self) -> bool {
        false
    }
}
