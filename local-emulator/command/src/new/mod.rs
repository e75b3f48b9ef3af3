//! `new`: makes the crates of functions, then does for them what `sync` does.

mod from_next;
mod kind;
mod manifest;
mod package;
mod place;
mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::slice;

use anyhow::Context as _;
use api_routes_project::sync::Plan;
use api_routes_project::tool;
use clap::Args;
use local_emulator::printer::Printer;

use self::from_next::PortedFunction;
use self::kind::{FunctionKind, HandlerMethod};
use self::manifest::WorkspaceManifest;
use self::place::{FunctionPlace, Site};
use self::program::Program;
use crate::arguments::ProjectFolder;
use crate::create::{NewFile, create};
use crate::init::Library;

/// Options of `new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// The route, in the form of Next.js, such as `/api/orders/[id]`. Most shells need quotes around brackets
    #[arg(required_unless_present = "from_next", conflicts_with = "from_next")]
    route: Option<String>,
    /// Methods that get a handler each, separated by commas. Without this option, one handler takes every method
    #[arg(
        long = "method",
        value_enum,
        value_delimiter = ',',
        value_name = "METHODS",
        conflicts_with = "from_next"
    )]
    methods: Vec<HandlerMethod>,
    /// The data that the function takes and returns
    #[arg(long, value_enum, default_value_t, conflicts_with = "from_next")]
    kind: FunctionKind,
    /// The name of the package. Without this option, it is made from the route
    #[arg(long, value_name = "NAME", conflicts_with = "from_next")]
    package: Option<String>,
    /// Create a function for each API route of a Next.js project. FOLDER is the project, its `pages` folder, or
    /// `pages/api`
    #[arg(long, value_name = "FOLDER")]
    from_next: Option<PathBuf>,
    /// The project to add the functions to
    #[command(flatten)]
    project: ProjectFolder,
}

/// Makes the functions, or leaves the project unchanged.
///
/// # Errors
/// If the route, the name or the project is not valid, or files cannot be written.
pub(crate) fn run(options: &New, printer: &Printer) -> anyhow::Result<ExitCode> {
    let site = Site::survey(&options.project.folder)?;
    match &options.from_next {
        Some(folder) => port(folder, &site, printer),
        None => make(options, &site, printer),
    }
}

fn make(options: &New, site: &Site, printer: &Printer) -> anyhow::Result<ExitCode> {
    let route = options.route.as_deref().context("name a route, such as `/api/orders/[id]`")?;
    let place = site.place(route, options.package.as_deref())?;
    let mut verbs = options.methods.clone();
    verbs.sort_unstable();
    verbs.dedup();
    let program = Program { pattern: &place.pattern, kind: options.kind, verbs: &verbs };
    let manifest = Manifests::read(site)?;
    let lines =
        package::manifest_lines(&place.folder.display().to_string(), &site.folders_with(&place.folder));
    let files = manifest.function(&place, &lines, &program.dependencies(), program.text());
    let plan = write(site, &files, slice::from_ref(&place))?;

    printer.line(format_args!("created {place}"));
    plan.done.iter().for_each(|done| printer.line(done));
    let main = place.folder.join("src/main.rs");
    printer.line(format_args!("\nnext: edit `{}`; `{}` serves it", main.display(), tool::command("")));
    Ok(ExitCode::SUCCESS)
}

/// Makes a function for each API route of a Next.js project, and lists the files that do not become one.
fn port(folder: &Path, site: &Site, printer: &Printer) -> anyhow::Result<ExitCode> {
    let plan = from_next::plan(folder, site.package_names().collect())?;
    let manifest = Manifests::read(site)?;
    let (mut files, mut places, mut created, mut refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for PortedFunction { route, package, manifest_lines, source, main_rs, to_do } in plan.functions {
        match site.place(&route.to_string(), Some(&package)) {
            Ok(place) => {
                files.extend(manifest.function(&place, &manifest_lines, &["serde_json"], main_rs));
                created.push(format!("{}: created {place}, with {} notes", source.display(), to_do.len()));
                places.push(place);
            }
            Err(error) => refused.push(format!("{}: {error}", source.display())),
        }
    }
    refused.extend(plan.refused.iter().map(ToString::to_string));
    let plan = if files.is_empty() { None } else { Some(write(site, &files, &places)?) };

    for line in &created {
        printer.line(line);
    }
    plan.iter().flat_map(|plan| &plan.done).for_each(|done| printer.line(done));
    for line in &refused {
        printer.warning(format_args!("left out: {line}"));
    }
    printer.line(format_args!(
        "\n{} of {} files became functions, which answer 501 until you write them; the comment at the top of each \
         `src/main.rs` lists what its Next.js file does",
        created.len(),
        created.len() + refused.len()
    ));
    Ok(if created.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Creates the files, and does what `sync` does. If either fails, no file is left.
fn write(site: &Site, files: &[NewFile], places: &[FunctionPlace]) -> anyhow::Result<Plan> {
    // Slow steps come first, so that a running emulator sees the function and its member together.
    let functions = create(&site.root, &site.functions_folder())?;
    let new = places.iter().map(FunctionPlace::unlisted).collect();
    let plan = Plan::for_new(&site.root, new).context("no function was made")?;
    let created = create(&site.root, files)?;
    plan.write()?;
    functions.keep();
    created.keep();
    Ok(plan)
}

/// The inputs for the manifests of new functions.
struct Manifests {
    workspace: WorkspaceManifest,
    library: String,
}

impl Manifests {
    fn read(site: &Site) -> anyhow::Result<Self> {
        let file = site.root.join("Cargo.toml");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        Ok(Self { workspace: WorkspaceManifest::new(&text), library: Library::of_this_tool().to_string() })
    }

    /// Returns the files of a function.
    fn function(
        &self,
        place: &FunctionPlace,
        lines: &[&str],
        dependencies: &[&str],
        main_rs: String,
    ) -> [NewFile; 2] {
        let manifest = self.workspace.function(&place.package, lines, &self.library, dependencies);
        [
            NewFile::new(place.folder.join("Cargo.toml"), manifest),
            NewFile::new(place.folder.join("src/main.rs"), main_rs),
        ]
    }
}
