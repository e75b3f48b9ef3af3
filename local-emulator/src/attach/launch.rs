//! `--write-launch`: an entry of `.vscode/launch.json` that starts a function under the debugger of VS Code.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use api_routes_project::front_doors::ServedFunction;
use serde_json::{Value, json};

use super::jsonc::{self, Insertion};
use super::start::{CargoBuild, StartCommand};
use crate::printer::Printer;

/// The file, relative to the folder that VS Code opens. The project is expected to be that folder.
const FILE: &str = ".vscode/launch.json";

/// Adds the entry of a function, or prints it if the file cannot be edited safely. The rest of the file does not change.
pub(super) fn write(function: &ServedFunction, start: &StartCommand, printer: &Printer) {
    let place = &function.place;
    let Some(build) = &start.build else {
        return printer.warning(format_args!("`{place}` has no entry in `{FILE}`: Cargo does not build it"));
    };
    let entry = entry(place, start, build);
    let file = start.root.join(FILE);
    let written = match fs::read_to_string(&file) {
        Ok(text) => match jsonc::insert(&text, &entry) {
            Some(Insertion::IsThere) => {
                return printer.line(format_args!("`{FILE}` starts `{place}` already"));
            }
            Some(Insertion::New(text)) => fs::write(&file, text),
            None => {
                Err(io::Error::other("it has no list of `configurations`, or another entry of this name"))
            }
        },
        Err(error) if error.kind() == ErrorKind::NotFound => create(&file, &entry),
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => printer.line(format_args!("wrote `{FILE}`: choose `{place}` in VS Code's Run and Debug")),
        Err(error) => printer.warning(format_args!(
            "cannot add `{place}` to `{FILE}`: {error}; add this to its `configurations`:\n{}",
            jsonc::indented(&entry, 4)
        )),
    }
}

/// Returns an entry for `CodeLLDB`: <https://github.com/vadimcn/codelldb/blob/master/MANUAL.md>
fn entry(place: &str, start: &StartCommand, CargoBuild { binary, arguments }: &CargoBuild) -> Value {
    let arguments: Vec<_> = ["build"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    json!({
        "name": place,
        "type": "lldb",
        "request": "launch",
        "cargo": { "args": arguments, "filter": { "name": binary, "kind": "bin" } },
        "cwd": "${workspaceFolder}",
        "envFile": in_workspace(&start.file, &start.root),
    })
}

/// Returns a path that is the same on each machine, if the file is in the project.
fn in_workspace(file: &Path, root: &Path) -> String {
    match file.strip_prefix(root) {
        Ok(file) => format!("${{workspaceFolder}}/{}", file.display()),
        Err(_) => file.display().to_string(),
    }
}

fn create(file: &Path, entry: &Value) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    let entry = jsonc::indented(entry, 4);
    fs::write(file, format!("{{\n  \"version\": \"0.2.0\",\n  \"configurations\": [\n{entry}\n  ]\n}}\n"))
}
