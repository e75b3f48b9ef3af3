//! `init`: creates a project in an empty or new folder.

mod files;
mod folder;
mod library;
mod project_name;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use anyhow::Context as _;
use api_routes_project::aws::FrontDoorKind;
use api_routes_project::tool::{Tool, quoted};
use clap::Args;
use local_emulator::printer::Printer;

use self::files::Blueprint;
pub(crate) use self::library::Library;
use self::project_name::ProjectName;
use crate::create::create;

/// Options of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// The folder of the project, which is empty or does not exist yet
    #[arg(default_value = ".", value_name = "FOLDER")]
    into: PathBuf,
    /// The front door of the functions: `http-api`, `rest-api` or `function-url`
    #[arg(long, default_value = "http-api", value_name = "KIND", value_parser = front_door)]
    front_door: FrontDoorKind,
    /// The name of the project and of its stack on AWS. Without this option, the name of the folder
    #[arg(long)]
    name: Option<ProjectName>,
    /// Leave out the GitHub workflow that checks, builds and deploys
    #[arg(long)]
    no_workflow: bool,
    /// The library `api-routes`: a version, `path=FOLDER` or `git=URL`. Without this option, the version of this tool,
    /// or the checkout that it runs from
    #[arg(long)]
    library: Option<Library>,
}

/// Parses a front door. There is no template for a load balancer, which needs a network of its own around one function.
fn front_door(kind: &str) -> Result<FrontDoorKind, String> {
    match kind.parse() {
        Ok(FrontDoorKind::Alb) => {
            Err("`init` has no template for a load balancer: take `http-api`, and see \
                                       docs/guide/template.md for the load balancer"
                .to_owned())
        }
        Ok(kind) => Ok(kind),
        Err(_) => {
            Err(format!("there is no front door `{kind}`: take `http-api`, `rest-api` or `function-url`"))
        }
    }
}

/// Makes the project, or leaves nothing behind.
///
/// # Errors
/// If the folder cannot become a project, or a file cannot be created.
pub(crate) fn run(options: Init, tool: &Tool, printer: &Printer) -> anyhow::Result<ExitCode> {
    let folder = folder::destination(&options.into)?;
    let name = options.name.unwrap_or_else(|| ProjectName::of_folder(folder.file_name()));
    let library = options.library.map_or_else(|| Ok(Library::of_this_tool()), Library::located)?;
    let blueprint =
        Blueprint { name, front_door: options.front_door, library, with_workflow: !options.no_workflow };
    let files = blueprint.files().context("no template for this front door")?;
    let created = create(&folder, &files)?;
    complete_lock_file(&folder)?;
    created.keep();

    printer.line(format_args!("created the project `{}` in `{}`", blueprint.name, options.into.display()));
    for file in &files {
        printer.line(format_args!("  {}", file.path.display()));
    }
    printer.line(format_args!("\n{}", source(&blueprint.library, tool)));
    if let Some(repository) = repository_above(&folder).filter(|_| blueprint.with_workflow) {
        printer.warning(format_args!(
            "GitHub reads workflows only in `{0}`, and the project is in a folder below: move `.github` there, and set \
             `working-directory` in its steps",
            repository.join(".github").display()
        ));
    }
    printer.line(format_args!("\n{}", next_steps(&options.into, &blueprint, tool)));
    Ok(ExitCode::SUCCESS)
}

/// Returns a line about the source of the library, with the next step if Cargo does not find it.
fn source(library: &Library, tool: &Tool) -> String {
    match library {
        Library::Path(path) => format!(
            "the library `api-routes` is `{}`, a folder of this machine; write a version into `Cargo.toml` before the \
             project is built elsewhere",
            path.display()
        ),
        Library::Git(url) => format!("the library `api-routes` comes from {url}"),
        Library::Version(version) => format!(
            "the library is `api-routes` {version} from crates.io; if Cargo does not find it, make the project with a \
             checkout: `{}`",
            tool.command("init --library path=FOLDER/shared")
        ),
    }
}

/// Returns the Git repository that has the project in a folder of its own.
fn repository_above(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .skip(1)
        .find(|above| above.join(".git").exists())
        .filter(|_| !folder.join(".git").exists())
}

/// Returns the commands that serve the project and send it a request.
fn next_steps(into: &Path, blueprint: &Blueprint, tool: &Tool) -> String {
    // `cd` would read a folder `-x` as an option.
    let folder = if into.to_string_lossy().starts_with('-') {
        quoted(&format!("./{}", into.display()))
    } else {
        quoted(&into.to_string_lossy())
    };
    // Only the installed tool has the same command in the new folder; an alias or a relative path does not.
    let serve = if into == Path::new(".") {
        tool.command("")
    } else if *tool == Tool::default() {
        format!("cd {folder}\n  {}", tool.command(""))
    } else {
        tool.clone().with_project(into).command("")
    };
    format!(
        "next:\n  {serve}\n  curl '{}/api/hello?name=Ann'    # in another terminal",
        blueprint.local_url()
    )
}

/// Adds the library to the embedded lock file, which has only the other packages: their versions fit any source of the
/// library. If this fails, for example without a network, the file stays as it was, and the first build adds the
/// library.
fn complete_lock_file(folder: &Path) -> anyhow::Result<()> {
    let file = folder.join("Cargo.lock");
    let embedded = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !status.is_ok_and(|status| status.success()) {
        // Cargo may have written only a part of the file, as on a full disk.
        fs::write(&file, embedded).with_context(|| format!("cannot write `{}`", file.display()))?;
    }
    Ok(())
}
