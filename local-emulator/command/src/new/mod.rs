//! `new`: makes the crate of a function, then what `sync` does for it.

mod kind;
mod manifest;
mod place;
mod program;

use std::fs;
use std::process::ExitCode;

use anyhow::Context as _;
use api_routes_project::sync::Plan;
use api_routes_project::tool;
use clap::Args;
use local_emulator::printer::Printer;

use self::kind::{Kind, Verb};
use self::manifest::WorkspaceManifest;
use self::place::{Place, Site};
use self::program::Program;
use crate::cli::ProjectFolder;
use crate::create::{NewFile, create};
use crate::init::Library;

/// Options of `new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// The route, as Next.js writes it: `/api/orders/[id]`. Most shells need quotes around brackets
    route: String,
    /// Methods with a handler each, separated by commas; without them, one handler takes every method
    #[arg(long = "method", value_enum, value_delimiter = ',', value_name = "METHODS")]
    methods: Vec<Verb>,
    /// What the function takes and answers
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// The name of the package; by default it is made from the route
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// The project to add the function to.
    #[command(flatten)]
    project: ProjectFolder,
}

/// Makes the function, or leaves everything as it was.
///
/// # Errors
/// A route, a name or a project that does not fit, and files that cannot be written.
pub(crate) fn run(mut options: New, printer: &Printer) -> anyhow::Result<ExitCode> {
    let site = Site::survey(&options.project.folder)?;
    let place = site.place(&options.route, options.package.as_deref())?;
    options.methods.sort_unstable();
    options.methods.dedup();
    let program = Program { pattern: &place.pattern, kind: options.kind, verbs: &options.methods };
    let files = [
        NewFile::new("Cargo.toml", manifest(&site, &place, &program)?),
        NewFile::new("src/main.rs", program.text()),
    ];
    let created = create(&site.root.join(&place.folder), &files)?;
    let plan = Plan::make(&site.root, false)
        .with_context(|| format!("no function was made for `{}`", place.pattern))?;
    plan.write()?;
    created.keep();

    printer.line(format_args!("created {place}"));
    plan.done.iter().for_each(|done| printer.line(done));
    printer.line(format_args!("\nnext: write `{}`; `{}` serves it", main_rs(&place), tool::command("")));
    Ok(ExitCode::SUCCESS)
}

fn main_rs(place: &Place) -> String {
    place.folder.join("src/main.rs").display().to_string()
}

fn manifest(site: &Site, place: &Place, program: &Program<'_>) -> anyhow::Result<String> {
    let file = site.root.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let library = Library::of_this_tool().to_string();
    Ok(WorkspaceManifest::new(&text).function(&place.package, &library, &program.dependencies()))
}
